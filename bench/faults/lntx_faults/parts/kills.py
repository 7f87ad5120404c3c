"""A study goes on after `kill -9` at any moment: no cell is lost or measured twice, and its page is that of an undisturbed one.

At a random moment the driver is killed, a process of its own, both, or all at once, with what was written and not yet brought to
the disk missing, half there, or zeros. Then no process may be left; `--resume` must end well, once or after further kills; and
what came of it must equal the study that was left alone. Most studies have processes that train nothing, and times that are made
up, so that all of it can be compared; some are real, and compared but for times.
"""

import os
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

import psutil

from lntx.measure.events import EventLog
from lntx_faults import left
from lntx_faults.killed import ledger
from lntx_faults.killed.studies import REPLICATES, Small, cells, ended
from lntx_faults.row import Row, Step

UNIT = "kills"
COUNT = 200
QUICK = 0

_KINDS = ("the driver", "a process of the driver's", "both", "the machine")
_STUDIES = {False: "a study of made-up times", True: "a real study"}
_REAL = 25  # one of so many is real
_LIMIT_S = {False: 60.0, True: 300.0}
_GONE_S = 10.0
_LOOK_S = 0.01
_REFUSED = 2
_AGAIN = 0.25  # how likely the next run is killed, too
_MOST = 3


@dataclass(slots=True)
class Trial:
    """One study that is killed: how, and what came of it."""

    small: Small
    kind: str
    seed: int
    rng: Random
    moments: list[float] = field(default_factory=list)
    kills: int = 0

    def run(self, usual_s: float, wanted: object) -> str | None:
        """Kill a study until it is let alone, and say what is wrong in the end."""
        self.small.prepare()
        while not self.kills or (self.rng.random() < _AGAIN and self.kills < _MOST):
            before = self.kills
            if fault := self._killed(self.rng.uniform(0, usual_s)):
                return fault
            if self.kills == before > 0:
                break  # it was done before it could be killed once more
        for _ in range(2):  # the second finds nothing left to do, or what a killed process lost
            code = ended(self.small.start(), _LIMIT_S[self.small.real])
            if code != 0:
                return f"--resume ended with {code}: {self._last()}"
        return self._wrong(wanted)

    def _killed(self, moment: float) -> str | None:
        """Let a driver work for so many seconds, and kill; where it is done before, begin anew, if nobody was killed yet."""
        driver = self.small.start()
        code = ended(driver, moment)
        members = self.small.members()
        while code is None and not members and self.kind == "a process of the driver's":
            code, members = ended(driver, _LOOK_S), self.small.members()
        if code is not None:
            if not self.kills:
                self.small.prepare()
            return None if code == 0 else f"the driver ended with {code} by itself: {self._last()}"
        self.moments.append(moment)
        self.kills += 1
        workers = [one.pid for one in members]
        if self.kind == "a process of the driver's":
            return self._without_workers(driver, workers)
        children = [one.pid for one in psutil.Process(driver).children(recursive=True)]  # its keeper, too
        _kill(driver, *{"the driver": [], "both": workers, "the machine": [*children, *workers]}[self.kind])
        ended(driver, _GONE_S)
        if not self.small.gone(_GONE_S):
            return f"processes go on without their driver: {[one.cmdline() for one in self.small.members()]}"
        if self.kind == "the machine":
            ledger.forget(self.small.out, self.small.ledger, self.rng)
        return None

    def _without_workers(self, driver: int, workers: list[int]) -> str | None:
        """Kill what a driver has started, and let it go on; where cells are being counted it can't, and says so."""
        _kill(*workers)
        code = ended(driver, _LIMIT_S[self.small.real])
        planned = (self.small.out / ".lntx-study" / "plan.json").exists()
        if code != 0 and (code != _REFUSED or planned):
            return f"the driver of a killed process ended with {code}: {self._last()}"
        return None

    def _wrong(self, wanted: object) -> str | None:
        found = self.small.study()
        if (cells(found) if self.small.real else found) != wanted:
            return f"another study came of it: {len(found.records)} cells, {[one.reason for one in found.absences]}"
        if not found.about["complete"]:
            return "the study isn't complete"
        if more := [point for point, count in self._measured().items() if count > 1]:
            return f"{more[0]} was measured more than once"
        for path in left.folders(self.small.temporary):
            return f"{path.name} is left among what is temporary"
        if "Traceback" in self.small.said.read_text(encoding="utf-8", errors="replace"):
            return f"a traceback: {self._last()}"
        return None

    def _measured(self) -> Counter[str]:
        """Count how often each cell's times were noted, by replicate and process."""
        found: Counter[str] = Counter()
        for path in (self.small.out / ".lntx-study").glob("*.jsonl"):
            replicate, _, name = path.stem.split("-", 2)
            ends = [event for event in EventLog(path).read() if event["event"] == "end" and not event.get("again")]
            found.update(f"{name}, process {replicate}: {event['point']}" for event in ends)
        return found

    def _last(self) -> str:
        with suppress(FileNotFoundError):
            return (self.small.said.read_text(encoding="utf-8", errors="replace").splitlines() or [""])[-1]
        return ""


def steps(count: int) -> dict[str, Step]:
    """Kill so many studies, one by one: in each way in turn, one in 25 of them real."""
    reals = count // _REAL
    found: dict[str, Step] = {}
    for real, number in ((False, count - reals), (True, reals)):
        for seed in range(number):
            kind = _KINDS[seed % len(_KINDS)]
            found[f"{kind}, {_STUDIES[real]}, seed {seed}"] = partial(_row, kind, real, seed)
    return found


def _row(kind: str, real: bool, seed: int, out: Path) -> Row:
    """Kill one study."""
    usual_s, wanted = undisturbed(real=real)
    trial = Trial(Small(out / "killed", real), kind, seed, Random(seed))  # noqa: S311  (to be repeated)
    fault = trial.run(usual_s, wanted)
    failures = (f"seed {seed}, at {trial.moments} s: {fault}",) if fault else ()
    latest = {"s into a study": max(trial.moments)} if trial.moments else {}
    return Row(f"kill -9 of {kind}, in {_STUDIES[real]}", 1, failures, counts={"kills": trial.kills}, most=latest)


@cache
def undisturbed(*, real: bool = False) -> tuple[float, object]:
    """Make the study that nobody disturbs; how long it took, and what came of it."""
    with TemporaryDirectory() as home:
        small = Small(Path(home), real)
        small.prepare()
        before = monotonic()
        code = ended(small.start(), _LIMIT_S[real])
        if code != 0:
            raise RuntimeError(f"the undisturbed study ended with {code}: {small.said.read_text(encoding='utf-8')}")
        taken, found = monotonic() - before, small.study()
    if not real and any(len(record.rounds) != REPLICATES for record in found.records):
        raise RuntimeError("the undisturbed study lacks processes")
    return taken, cells(found) if real else found


def _kill(*pids: int) -> None:
    """Kill processes at once: none of them can do anything about another's end."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
