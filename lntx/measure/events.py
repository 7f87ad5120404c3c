"""What a process tells of itself: one JSON line for each thing that happened, readable after any death.

Whoever reads along while the process is at work passes over what isn't an event: a process runs strangers' code, which may write
anywhere. Who goes on with a stopped study is stricter (`lntx.measure.study.journal`).
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lntx.constraints import LEAST_S, MOST_S
from lntx.record import Absence, Cell, Record
from lntx.storage import disk, sizes
from lntx.storage.values import decoded, encoded

_LATEST_S = 1e11  # since 1970: no clock says so
_AT_A_TIME = 2**24
"""Bytes that are read at once of a log, which a stranger's code may fill: those of a whole study are fewer."""
TORN = "torn"
"""What a line is called that holds no event."""
_TORN = {"event": TORN, "point": "", "at": 0.0}


@dataclass(frozen=True, slots=True)
class EventLog:
    """A file of events. Every event names its kind, its point and the time (seconds since 1970)."""

    path: Path

    def begin(self, point: str, spent: Mapping[str, float] | None = None) -> None:
        """Note that a point is begun, and on what the process has spent its seconds before (`lntx.host.phases`)."""
        self.write({"event": "begin", "point": point, **({"spent": dict(spent)} if spent else {})})

    def write(self, event: dict[str, Any], *, lasting: bool = False) -> None:
        """Note anything else; lasting: so that it outlives a machine that stops."""
        disk.append(self.path, line(event), lasting=lasting)

    def after(self, start: int) -> tuple[list[dict[str, Any]], int]:
        """Return the events behind so many bytes, and where they end; a last line that isn't whole yet is left for later."""
        try:
            with self.path.open("rb") as stream:
                stream.seek(start)
                more = stream.read(_AT_A_TIME)
        except FileNotFoundError:
            return [], start
        end = more.rfind(b"\n") + 1
        if len(more) == _AT_A_TIME and not end:  # no event of ours is as long
            return [_TORN], start + len(more)
        return [_event(text) for text in more[:end].split(b"\n")[:-1]], start + end

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the events; a last line that was cut off by a death is passed over."""
        found, at = self.after(0)
        while found:
            yield from found
            found, at = self.after(at)

    def at_work(self) -> str | None:
        """Name the point that was begun and never came to an end."""
        marks = [event for event in self.read() if event["event"] in {"begin", "end"}]
        return marks[-1]["point"] if marks and marks[-1]["event"] == "begin" else None

    def mend(self) -> None:
        """Cut away a last line that its writer, who is gone, didn't bring to an end: the next would be a part of it."""
        content = sizes.content(self.path) if self.path.exists() else b""
        if content and not content.endswith(b"\n"):
            disk.cut(self.path, content.rfind(b"\n") + 1)


def line(event: Mapping[str, Any]) -> str:
    """Write an event as a line, with the time."""
    return json.dumps({**event, "at": time.time()}) + "\n"


def _event(text: bytes) -> dict[str, Any]:
    """Read a line; one that holds no event is "torn"."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return _TORN
    if not isinstance(found, dict):
        return _TORN
    event = {"point": "", **found}
    named = isinstance(event.get("event"), str) and isinstance(event["point"], str)
    at: Any = event.get("at")
    sound = named and type(at) in (int, float) and 0 <= at < _LATEST_S
    return event if sound else _TORN


Outcome = Record | Absence


class StudyLog(EventLog):
    """A file of events, and what they are in a study."""

    __slots__ = ()

    def job(self, job: Any, plan: str = "") -> None:
        """Begin a log, and note whose it is: a job, as a dataclass, and the plan that it is a part of."""
        disk.write_text(self.path, line({"event": "job", "job": encoded(job), "plan": plan}))

    def cell(self, point: str, cell: Cell, ways: Mapping[str, str] | None = None) -> None:
        """Note which cell a point is, but for the backend and the device, and of a loop's its ways, with their labels."""
        self.write({"event": "cell", "point": point, "cell": encoded(cell), "ways": ways and dict(ways)})

    def left_out(self, point: str, reason: str) -> None:
        """Note that a point can't be measured here, with any backend."""
        self.write({"event": "left out", "point": point, "reason": reason})

    def limits(self, device: str, limits: dict[str, Any]) -> None:
        """Note what a device can do at most."""
        self.write({"event": "limits", "device": device, "limits": limits})

    def end(
        self, point: str, outcome: Outcome, *, again: bool = False, spent: Mapping[str, float] | None = None
    ) -> None:
        """Note what came of a cell: a time, or none; again: which may have been bad luck; spent: on what its seconds."""
        kind = "absence" if isinstance(outcome, Absence) else "record"
        more = ({"again": True} if again else {}) | ({"spent": dict(spent)} if spent else {})
        self.write({"event": "end", "point": point, "kind": kind, "value": encoded(outcome), **more}, lasting=True)


_KINDS: dict[str, type[Outcome]] = {"absence": Absence, "record": Record}


def outcome(event: Mapping[str, Any]) -> Outcome:
    """Read the outcome of an "end" event; ValueError for what is none."""
    kind = event.get("kind")
    if kind not in ("absence", "record"):
        raise ValueError("kind is neither 'record' nor 'absence'")
    found = decoded(_KINDS[kind], event.get("value"), kind, whole=(Record, Absence, Cell))
    if isinstance(found, Record):
        _check_times(found)
    return found


def _check_times(record: Record) -> None:
    if not (record.rounds and all(record.rounds)):
        raise ValueError("record.rounds has no times")
    if any(not LEAST_S <= second <= MOST_S for rounds in record.rounds for second in rounds):
        raise ValueError("record.rounds holds what is no time in seconds")
