"""A write that fails costs one line: no traceback, nothing half written, nothing lost.

Each command that writes is run once to count what it does to the disk (opening, writing, moving, making, removing, syncing),
and then again for each of these operations, which fails. A full disk stays full, too. Those commands that start processes take
seconds: there, of the operations of one kind that one place in the code does, the first and the last fail.
"""

import errno
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lntx_faults.double import NONE, Double
from lntx_faults.row import Row, Step
from lntx_faults.scenarios import SCENARIOS, Scenario
from lntx_faults.trial import Content, Said, contents, lost, wrong

UNIT = "failed writes"
COUNT = 6
"""Kinds of errors with which each operation fails."""
QUICK = 1

_ERRORS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EMFILE)
_FEWER = 2  # kinds of errors for commands that take seconds
_LASTING = ("lntx-caches-", "lntx-cold-")
_LEAVING = {"unlink", "rmdir"}  # operations that leave something behind where they fail


def steps(count: int) -> dict[str, Step]:
    """Fail each write of each command, with so many kinds of errors, and with a disk that stays full."""
    found: dict[str, Step] = {}
    for scenario in SCENARIOS:
        if count > QUICK or scenario.brief:
            errors = _ERRORS[: min(count, _FEWER) if scenario.slow else count]
            ways = [(error, False) for error in errors] + [(errno.ENOSPC, True)] * (count > QUICK)
            for error, lasting in ways:
                name = f"{scenario.name}: {errno.errorcode[error]}{', which lasts' * lasting}"
                found[name] = partial(_row, scenario, error, lasting, count > QUICK and not scenario.slow)
    return found


@dataclass(slots=True)
class _Ground:
    """Where a command is tried: what lies there before, and what it does and leaves when nothing goes wrong."""

    scenario: Scenario
    work: Path
    usual: Said = field(init=False)
    before: dict[str, Content] = field(init=False)
    after: dict[str, Content] = field(init=False)
    operations: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Lay it out, and let the command do as usual."""
        (self.work / "laid").mkdir(parents=True)
        self.scenario.lay(self.work / "laid")
        self.usual, self.before, self.after, double = self.tried(NONE, errno.ENOSPC, lasting=False)
        self.operations = double.seen

    def tried(
        self, number: int, error: int, *, lasting: bool
    ) -> tuple[Said, dict[str, Content], dict[str, Content], Double]:
        """Run the command on a fresh copy, with one operation that fails; what it said, and the files before and after."""
        folder, temporary = self.work / "here", self.work / "tmp"
        for place in (folder, temporary):
            shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.work / "laid", folder, symlinks=True)
        if (folder / ".git").exists():  # so that git finds nothing to write down of its own
            subprocess.run(["git", "-C", str(folder), "status"], check=True, capture_output=True)  # noqa: S603, S607  (a list, which no shell reads)
        temporary.mkdir()
        before = contents(folder)
        double = Double((folder, temporary), number, error, lasting)
        with double.installed():
            said = self.scenario.play(folder, temporary)
        return said, before, {**contents(folder), **_left(temporary)}, double


def _left(temporary: Path) -> dict[str, Content]:
    """What is left in the folder for what is temporary, but for locks, and for caches, which live as long as this process."""
    found = contents(temporary).items()
    return {
        f"TMPDIR/{name}": what for name, what in found if not name.endswith(".lock") and not name.startswith(_LASTING)
    }


def _row(scenario: Scenario, error: int, lasting: bool, each: bool, work: Path) -> Row:
    """Fail the operations of a command, one after another, each of them or those that stand for the others."""
    ground = _Ground(scenario, work)
    if fault := wrong(ground.usual, ground.usual):
        return Row(scenario.name, 1, (f"undisturbed: {fault}",))
    failures, chosen = list[str](), _chosen(ground.operations, each=each)
    for number in chosen:
        if fault := _fault(ground, number, error, lasting=lasting):
            what, site = ground.operations[number]
            shown = f"{what}, number {number} ({site})" + " and all after it" * lasting
            failures.append(f"{shown}: {errno.errorcode[error]}: {fault}")
    places = len({site for _, site in ground.operations})
    most = {"operations": len(ground.operations), "places in the code": places}
    return Row(scenario.name, len(chosen), tuple(failures), most=most)


def _chosen(operations: Sequence[tuple[str, str]], *, each: bool) -> list[int]:
    """Number the operations that are to fail."""
    if each:
        return list(range(len(operations)))
    first = {operation: i for i, operation in reversed(list(enumerate(operations)))}
    last = {operation: i for i, operation in enumerate(operations)}
    return sorted({*first.values(), *last.values()})


def _fault(ground: _Ground, number: int, error: int, *, lasting: bool) -> str | None:
    """Say what a failing operation did that it must not."""
    said, before, after, double = ground.tried(number, error, lasting=lasting)
    if not double.failed:
        return None  # it took another way, and never came there
    if fault := wrong(said, ground.usual, len(double.failed)):
        return fault
    usual = ground.after
    if any(what in _LEAVING for what, _ in double.failed):  # what it would have removed may be left, as it was
        usual = {**{name: found for name, found in before.items() if after.get(name) == found}, **usual}
        after = {name: found for name, found in after.items() if name in usual}
    if ground.scenario.varies:
        return _gone(before, after, said)
    return lost(before, after, usual, said, same=said.code == ground.usual.code)


def _gone(before: dict[str, Content], after: dict[str, Content], said: Said) -> str | None:
    """Say what of the user's is no longer as it was, or is left where there should be nothing."""
    for name, content in before.items():
        if after.get(name) != content and not name.startswith("out"):
            return f"{name} is not as it was"
    left = [name for name in after if name.startswith("TMPDIR/") or Path(name).name.startswith(".lntx-draft-")]
    return f"{left[0]} is left" if left and said.code is not None else None
