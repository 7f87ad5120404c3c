"""The logs of a stopped study's processes, read strictly: each line is an event of this study, or the user is told which isn't.

What a death leaves, half a last line, or zeros where a machine stopped before the disk had it, is cut off, and said. Anything
else was done by somebody: what it means can't be known, and going on would lose cells or count them twice.
"""

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lntx.constraints import NonNegative
from lntx.errors import InputError
from lntx.measure.events import Outcome, outcome
from lntx.measure.study.job import Job
from lntx.record import Absence
from lntx.storage import disk, sizes
from lntx.storage.values import decoded

if TYPE_CHECKING:
    from lntx.measure.study.state import StudyState

_TRIES = 2
"""How often a cell takes too long before that is no bad luck any more."""


@dataclass(frozen=True, slots=True)
class _Begin:
    event: Literal["begin"]
    point: str
    at: NonNegative
    spent: Mapping[str, NonNegative] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _End:
    event: Literal["end"]
    point: str
    kind: str
    value: Mapping[str, Any]
    at: NonNegative
    again: bool = False
    spent: Mapping[str, NonNegative] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _LeftOut:
    event: Literal["left out", "unreadable"]
    point: str
    reason: str
    at: NonNegative


@dataclass(frozen=True, slots=True)
class _Begun:
    event: Literal["job"]
    job: Job
    at: NonNegative
    plan: str = ""


_SHAPES = {"job": _Begun, "begin": _Begin, "end": _End, "left out": _LeftOut, "unreadable": _LeftOut}


def recall(state: "StudyState") -> None:
    """Enter what the logs of a stopped study tell, those of an earlier study aside; InputError, naming file and line.

    What may have been bad luck is left open. What was cut off is noted in the state.
    """
    late: dict[tuple[Job, str], int] = {}
    for path in sorted(state.folder.glob("*.jsonl")):
        lines = _lines(path, state)
        job = None
        for number, text in enumerate(lines, 1):
            try:
                event = _event(text)
                job = _job(event, job, state)
                if job is None:
                    break
                _enter(state, job, event, late)
            except (ValueError, RecursionError) as error:
                raise InputError(
                    f"{path}, line {number}, is damaged: {error}; remove this file, and its cells are measured again"
                ) from error


def _lines(path: Path, state: "StudyState") -> list[bytes]:
    """Return the whole lines of a log, and cut off what a death left behind them."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise InputError(f"{path} is no file; remove it, and its cells are measured again")
        content = sizes.content(path)
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}; remove it, and its cells are measured again") from error
    lines = content.split(b"\n")
    rest = lines.pop()
    if rest and _is_whole(rest):
        disk.append(path, "\n")
        return [*lines, rest]
    while lines and (not lines[-1] or b"\0" in lines[-1]):
        lines.pop()
    kept = sum(len(text) + 1 for text in lines)
    if kept < len(content):
        disk.cut(path, kept)
        state.notes.append(f"{path}, line {len(lines) + 1}: cut off by a death, and left out")
    return lines


def _is_whole(text: bytes) -> bool:
    """Whether a last line lacks nothing but its end."""
    try:
        _event(text)
    except (ValueError, RecursionError):
        return False
    return True


def _event(text: bytes) -> Any:
    """Read a line; ValueError for what is no event."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"it is {_kind(found)}, not an event")  # noqa: TRY004  (of a file)
    shape: Any = _SHAPES.get(str(found.get("event")))
    if shape is None:
        raise ValueError("it is no event that a study's processes tell of")
    return decoded(shape, found, "the event", whole=(Job,))


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return kinds.get(type(value), "null")


def _job(event: Any, job: Job | None, state: "StudyState") -> Job | None:
    """Return whose log it is, which its first line says; None for a log of an earlier study."""
    if not isinstance(event, _Begun):
        if job is None:
            raise ValueError("it comes before the line that says whose log it is")
        return job
    if job is not None:
        raise ValueError("it says again whose log it is")
    if event.plan not in ("", state.key):
        return None
    if replace(event.job, replicate=0) not in state.turns or not 0 <= event.job.replicate < state.profile.replicates:
        raise ValueError("it is of a process that this study doesn't have")
    return event.job


def _enter(state: "StudyState", job: Job, event: Any, late: dict[tuple[Job, str], int]) -> None:
    """Enter what came of a cell."""
    if isinstance(event, _Begin | _End) and event.point not in state.cells:
        raise ValueError("it is of a point that this study doesn't have")
    if isinstance(event, _Begin | _End):
        state.spending.enter(state.cells[event.point].suite, job.backend, event.spent)
    if not isinstance(event, _End):
        return
    found = outcome({"kind": event.kind, "value": event.value})
    _check(state, job, event.point, found)
    if event.again and _luckless(job, event.point, found, late):
        return
    state.enter(job, event.point, found)


def _check(state: "StudyState", job: Job, point: str, found: Outcome) -> None:
    """Raise ValueError where an outcome is another cell's."""
    cell = found.cell
    if cell is None or (cell.suite, cell.backend, cell.device) != (state.cells[point].suite, job.backend, job.device):
        raise ValueError("it is of another cell than it says")


def _luckless(job: Job, point: str, found: Outcome, late: dict[tuple[Job, str], int]) -> bool:
    """Whether what failed is to be tried again: what was killed always is, what took too long once."""
    if not (isinstance(found, Absence) and found.kind == "timeout"):
        return True
    late[job, point] = late.get((job, point), 0) + 1
    return late[job, point] < _TRIES
