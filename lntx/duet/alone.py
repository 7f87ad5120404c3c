"""A second look at benchmarks that didn't pass while both arms ran at once: in each arm alone, and as pytest-benchmark runs them.

Only what fails then, too, is wrong. What passes was hindered by the gate: the arms were in each other's way, or the test bears
only as many calls as pytest-benchmark makes.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lntx.duet.config import Pace
from lntx.duet.endings import Doubt, Ending, alike, exhausted, judged, outcome
from lntx.duet.pair import lone_worker
from lntx.duet.process import WorkerProcess
from lntx.duet.sharing import counts_of, identical
from lntx.result import ARMS, Arm, Surveyed

if TYPE_CHECKING:
    from lntx.duet.environment import Environment

BESIDE = (
    "it passes in each arm alone, but not while both run at once ({}): the arms are in each other's way, as over a port, "
    "a file or a lock that both use"
)
COUNTED = "it passes with the calls that pytest-benchmark makes, but bears no other number of calls ({})"
ONCE = "it can be called only once, so there are no turns to take"
SHORT = "it bears only the {} calls that its test promises, too few of {:.2g} s each to take turns"
_LEAST_S = 1e-3  # a batch that is shorter tells more of the clock and the interpreter than of the benchmark


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls a benchmark bears, those that its test promises, and how long one takes, in seconds."""

    calls: int
    seconds: float

    def shares(self, pace: Pace) -> tuple[int, int, int] | None:
        """Share the calls of an arm out: calls of a batch, windows to warm up, quads; None where there are too few.

        The first call is apart; a batch of several has one more, and leaves one for the result.
        """
        batch = max(1, math.ceil(_LEAST_S / max(self.seconds, 1e-9)))
        several = batch > 1
        windows = (self.calls - 1 - several) // (2 * (batch + several))
        if windows < 1:
            return None
        warm = int(windows > 1)
        return batch, warm, min(windows - warm, pace.count(4 * batch * max(self.seconds, 1e-9)))


@dataclass(frozen=True, slots=True)
class Trial:
    """How a benchmark went when it was served to one arm alone.

    `calls` are those that its test promises, 0 for any number, `seconds` what the last took; `code` and `counts` what was seen.
    """

    ending: Ending
    calls: int = 0
    seconds: float = 0.0
    code: Mapping[str, Any] | None = None
    counts: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it passed, and bore all calls."""
        return outcome(self.ending) == "passed" and not exhausted(self.code)

    @property
    def why(self) -> str:
        """Why it didn't."""
        return str(self.ending.get("message") or (self.code or {}).get("untraceable", [""])[0])


@dataclass(frozen=True, slots=True)
class Tried:
    """How a benchmark went in one arm: as pytest-benchmark runs it, served, and served no more calls than it promises."""

    plain: Ending
    served: Trial | None = None
    exact: Trial | None = None


@dataclass(slots=True)
class Alone:
    """Tries benchmarks in one arm, the other at rest; surveyed: what they count and execute is of interest.

    `only` are variables that say which files to collect; without them all are: a test may need what another file's import does.
    `apart` holds what the workers of a survey say of the `changed` files that they don't run.
    """

    environment: "Environment"
    seed: int
    watch: Callable[[str], None]
    surveyed: bool = True
    only: Mapping[str, str] = field(default_factory=dict)
    changed: Sequence[str] = ()
    apart: dict[Arm, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def _traced(self) -> bool:
        return self.surveyed and self.environment.guarded

    def tried(self, arm: Arm, doubts: Mapping[str, Doubt]) -> dict[str, Tried]:
        """Try each, in a session of its own for the arm; those that it hasn't collected are left out."""
        found: dict[str, Tried] = {}
        watching = self.environment.watching if self.surveyed else {}
        with lone_worker(self.environment, arm, self.seed, {**watching, **self.only}) as (worker, _):
            for name, doubt in doubts.items():
                self.watch(name)
                worker.at = name
                plain = worker.ask("done", do="run", test=name, next=None, plainly=True)
                if not plain.get("absent"):
                    found[name] = self._tried(worker, name, plain, doubt)
            if self.surveyed:
                self.apart[arm] = worker.ask("apart", do="apart", changed=list(self.changed))
        return found

    def _tried(self, worker: WorkerProcess, name: str, plain: Ending, doubt: Doubt) -> Tried:
        if outcome(plain) != "passed":
            return Tried(plain)
        served = self._served(worker, name, max(2, doubt.calls))
        if served.passed:
            return Tried(plain, served)
        return Tried(plain, served, self._exact(worker, name) if served.calls else None)

    def _served(self, worker: WorkerProcess, name: str, calls: int) -> Trial:
        """Serve it some calls, watch it, and let it go."""
        asked: list[dict[str, Any]] = [{"do": "batch", "iterations": 1}, {"do": "batch", "iterations": calls - 1}]
        if self.surveyed and self.environment.config.counters:
            asked.append({"do": "count"})
        if self._traced:
            asked.append({"do": "trace"})
        return self._trial(worker, name, asked, exact=False)

    def _exact(self, worker: WorkerProcess, name: str) -> Trial:
        """Serve it the calls that it promises, and watch what they leave for that."""
        return self._trial(worker, name, None, exact=True)

    def _trial(self, worker: WorkerProcess, name: str, asked: list[dict[str, Any]] | None, *, exact: bool) -> Trial:
        heard = worker.ask("ready", "done", do="run", test=name, next=None)
        calls = int(heard.get("calls", 0)) if heard["event"] == "ready" else 0
        if asked is None:  # as many as it promises
            batches = [{"do": "batch", "iterations": 1}] * min(calls, 2)
            traces = [{"do": "trace", "calls": max(0, min(2, calls - 2))}] if self._traced else []
            asked = [*batches, *traces]
        said: dict[str, Any] = {}
        for message in asked:
            if heard["event"] == "done":
                return Trial(heard, calls)
            heard = worker.ask("batch", "counts", "traced", "done", **message)
            said |= heard
        if heard["event"] != "done":
            heard = worker.ask("done", do="release", exact=exact)
        seconds = said.get("seconds", 0.0) / max(1, said.get("iterations", 1))
        return Trial(heard, calls, seconds, said.get("code"), said.get("counters", {}))


@dataclass(frozen=True, slots=True)
class Settled:
    """What a second look found: `allowance` where a benchmark is to be timed within the calls that it promises.

    `common` says that it fails alike in both arms, which is no fault of the change's.
    """

    surveyed: Surveyed
    allowance: Allowance | None = None
    common: bool = False


def settled(
    name: str, tried: Mapping[Arm, Tried], doubt: Doubt, changed: Sequence[str], pace: Pace, *, guard: bool
) -> Settled:
    """Decide on a benchmark by what each arm that has it does alone."""
    plain = {arm: one.plain for arm, one in tried.items()}
    found = judged(name, plain)
    if alike(plain):
        return Settled(found, common=True)
    if len(tried) < len(ARMS) or {found.base, found.head} != {"passed"}:
        return Settled(found)
    served = {arm: one.served for arm, one in tried.items() if one.served}
    if all(one.passed for one in served.values()):
        if _same(served, changed, guard=guard):
            return Settled(_passed(name, served))
        return Settled(Surveyed(name, "skipped", "skipped", BESIDE.format(doubt.why)))
    exact = {arm: one.exact or one.served for arm, one in tried.items() if one.exact or one.served}
    if len(exact) == len(ARMS) and all(one and one.passed and one.calls for one in exact.values()):
        return _within(name, {arm: one for arm, one in exact.items() if one}, changed, pace, guard=guard)
    why = next(one.why for one in served.values() if not one.passed)
    return Settled(Surveyed(name, "skipped", "skipped", COUNTED.format(why)))


def _within(name: str, exact: Mapping[Arm, Trial], changed: Sequence[str], pace: Pace, *, guard: bool) -> Settled:
    """Decide on a benchmark that bears the calls that it promises, and no more."""
    if _same(exact, changed, guard=guard):
        return Settled(_passed(name, exact))
    allowance = Allowance(min(one.calls for one in exact.values()), min(one.seconds for one in exact.values()))
    if allowance.calls == 1:
        return Settled(Surveyed(name, "skipped", "skipped", ONCE))
    if len({one.calls for one in exact.values()}) > 1 or allowance.shares(pace) is None:
        return Settled(Surveyed(name, "skipped", "skipped", SHORT.format(allowance.calls, allowance.seconds)))
    return Settled(Surveyed(name, "passed", "passed"), allowance)


def _same(trials: Mapping[Arm, Trial], changed: Sequence[str], *, guard: bool) -> bool:
    traced = {arm: one.code for arm, one in trials.items() if one.code is not None}
    return guard and len(traced) == len(ARMS) and identical(traced, changed)


def _passed(name: str, trials: Mapping[Arm, Trial]) -> Surveyed:
    counts = counts_of({arm: one.counts for arm, one in trials.items()})
    return Surveyed(name, "passed", "passed", "", identical=True, counts=counts)
