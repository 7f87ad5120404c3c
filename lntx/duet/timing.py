"""How benchmarks are timed: one fresh pair of workers goes through all that are open, in an order drawn anew.

Of each benchmark come the first call, calibration, warm-up, and then quads, blind to the arm throughout; between them come the
controls, which hold none of the project's code.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any, Protocol

from lntx.duet.alone import Allowance, settled
from lntx.duet.config import CONTROL, Pace
from lntx.duet.endings import Doubt, Ending, describe, outcome
from lntx.duet.environment import Environment
from lntx.duet.naming import UNSTABLE
from lntx.duet.pair import Failure, WorkerPair, cores, only, worker_pair
from lntx.duet.process import WorkerLost
from lntx.duet.swept import Swept
from lntx.duet.third_look import ThirdLook, lonely
from lntx.result import ARMS, Arm, Batch, Pair, Quad

CONTROLS = {"sentinel: arithmetic": 0, "sentinel: memory": 1}
"""The controls, none of the project's code, and their numbers in the worker."""
WINDOWS = 3
"""So many in a row of which none is faster than the one before, and both arms are at rest."""
_LETTERS: dict[str, Arm] = {"A": "base", "B": "head"}
_ORDERS = ("ABBA", "BAAB")
_FASTER = 0.02  # than the window before, on a logarithm of time: an arm is still getting faster
_GROWTH = 64  # times the calls of one batch to the next, while calibrating: a first call says little of the later ones
_AROUND = 10  # times a batch's length that may pass around its calls
_NEAR = 0.6  # of the length wanted, from which on a batch tells how long a call takes
_BRIEF = {"warm": 0.0125}  # a call of no more seconds is made once before a batch of one, too: it refills the caches


class Turns(Protocol):
    """Two arms of which one does a batch while the other waits."""

    def batch(self, name: Arm, what: Mapping[str, Any], iterations: int) -> tuple[Batch, int]:
        """Let one arm do a batch; what it took, and the count of what it has compiled so far."""


@dataclass(slots=True)
class Clock:
    """Times one benchmark of a pair: `what` is the message that asks for a batch.

    `wall` is what the last window took in all, in seconds: setting up and tearing down around the calls included.
    """

    pair: Turns
    what: dict[str, Any]
    pace: Pace
    rng: Random
    compiled: dict[Arm, int] = field(default_factory=dict)
    wall: float = 0.0

    def first(self) -> tuple[float, float]:
        """The seconds of the first call in base and in head; which goes first is drawn."""
        found = self._window("".join(self.rng.sample("AB", 2)), 1)
        return tuple(next(taken.seconds for arm, taken in found if arm == name) for name in ARMS)  # type: ignore[return-value]

    def calibrated(self) -> int:
        """Find how many calls make a batch, the same for both arms."""
        iterations = 1
        while True:
            each = _mean(self._window("".join(self.rng.sample("AB", 2)), iterations))
            most = int(_AROUND * self.pace.batch_s / max(self.wall / (2 * iterations), 1e-9))
            wanted = max(1, min(most, round(self.pace.batch_s / each)))
            if wanted <= iterations or each * iterations >= _NEAR * self.pace.batch_s:
                return wanted
            iterations = min(wanted, iterations * _GROWTH)

    def warm(self, iterations: int) -> bool:
        """Let both arms come to rest: until nothing is compiled and nothing gets faster any more. False if they don't in time.

        Where a single window takes longer than the warm-up may, the calls before have to do.
        """
        times: list[float] = []
        spent, resting = 0.0, 0
        while spent < self.pace.warm_s:
            compiled = dict(self.compiled)
            window = self._window(self.rng.choice(_ORDERS), iterations, brief=True)
            times.append(math.log(_mean(window)))
            faster = len(times) > 1 and times[-1] < times[-2] - _FASTER
            resting = 1 if faster or self.compiled != compiled else resting + 1
            if resting == WINDOWS:
                return True
            spent += max(self.wall, sum(taken.seconds for _, taken in window))
        return resting == len(times)

    def quads(self, iterations: int) -> tuple[Quad, ...]:
        """Measure: batches of the two arms in turn, in orders that are drawn; fewer where a single call takes long."""
        found = [self._quad(iterations, brief=True)]
        count = self.pace.count(max(self.wall, sum(batch.seconds for batch in found[0].batches)))
        return (*found, *(self._quad(iterations, brief=True) for _ in range(1, count)))

    def within(self, allowance: Allowance) -> tuple[Quad, ...]:
        """Warm up and measure, with no more calls than a benchmark bears; the first call was one of them."""
        iterations, windows, quads = allowance.shares(self.pace) or (1, 0, 1)
        for _ in range(windows):
            self._window(self.rng.choice(_ORDERS), iterations)
        return tuple(self._quad(iterations) for _ in range(quads))

    def _quad(self, iterations: int, *, brief: bool = False) -> Quad:
        order = self.rng.choice(_ORDERS)
        return Quad(order, tuple(taken for _, taken in self._window(order, iterations, brief=brief)))  # type: ignore[arg-type]

    def _window(self, order: str, iterations: int, *, brief: bool = False) -> list[tuple[Arm, Batch]]:
        """Let arms do batches in an order; brief: a single short call has one before it, too."""
        what = self.what | _BRIEF if brief else self.what
        found = []
        began = monotonic()
        for letter in order:
            taken, compiles = self.pair.batch(_LETTERS[letter], what, iterations)
            self.compiled[_LETTERS[letter]] = compiles
            found.append((_LETTERS[letter], taken))
        self.wall = monotonic() - began
        return found


def _mean(window: list[tuple[Arm, Batch]]) -> float:
    """The seconds of a call, over both arms."""
    return sum(taken.seconds for _, taken in window) / sum(taken.iterations for _, taken in window)


@dataclass(slots=True)
class Sweeper:
    """Makes sweeps, and remembers how many calls of each benchmark make a batch.

    `files` are those of the benchmarks; `allowed` are benchmarks that bear so many calls in a process, and no more. `whole` says
    that pairs collect all that the survey did, as some benchmark needs it; else the files of what is open. `idle` are those that
    made no call once, and were looked at for that.
    """

    environment: Environment
    files: Mapping[str, str]
    rng: Random
    allowed: dict[str, Allowance] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    whole: bool = False
    idle: set[str] = field(default_factory=set)

    def sweep(self, number: int, names: Sequence[str], watch: Callable[[str], None]) -> Swept:
        """Measure the benchmarks once more; watch hears the name of each that begins."""
        swept = Swept()
        try:
            self._turns(number, (*names, *CONTROLS), swept, watch)
        except WorkerLost:
            if self.whole or swept.begun:
                raise
            self.whole = True  # a suite's hooks may refuse to collect a part of it
            self._turns(number, (*names, *CONTROLS), swept, watch)
        while swept.doubts:  # twice at most: what needs the whole suite does so once
            if again := self._look_again(swept, watch):
                self._turns(number, again, swept, watch)
        return swept

    def _turns(self, number: int, names: Sequence[str], swept: Swept, watch: Callable[[str], None]) -> None:
        """Let one pair of workers go through benchmarks and controls."""
        more = {} if self.whole else only(self.files[name] for name in names if name not in CONTROLS)
        with worker_pair(self.environment, number, self.rng, more=more) as (pair, _):
            swept.begun = True
            pair.both("pinned", do="pin", cores=cores(number, self.environment.config.threads))
            order = self.rng.sample(names, len(names))
            tests = [name for name in order if name not in CONTROLS]
            following = dict(zip(tests, [*tests[1:], None], strict=True))
            for name in order:
                watch(name)
                started = monotonic()
                if name in CONTROLS:
                    swept.pairs[name] = self._control(pair, name, number)
                else:
                    self._benchmark(pair, name, following[name], number, swept)
                swept.seconds[name] = swept.seconds.get(name, 0.0) + monotonic() - started

    def _benchmark(self, pair: WorkerPair, name: str, following: str | None, number: int, swept: Swept) -> None:
        found: Pair | None = None
        endings: Mapping[Arm, Ending]
        try:
            pair.begin(name, following)
            clock = Clock(pair, {"do": "batch"}, self.environment.config.pace, self.rng)
            found = self._measure(clock, name, number, clock.first())
            endings = pair.finish(exact=name in self.allowed)
        except Failure as failure:
            endings = failure.endings
        if found and all(outcome(ending) == "passed" for ending in endings.values()):
            swept.pairs[name] = found
        elif any(ending.get("absent") for ending in endings.values()):
            if self.whole:
                swept.left[name] = UNSTABLE
            else:
                swept.doubts[name] = Doubt(UNSTABLE)
        elif any(outcome(ending) == "failed" for ending in endings.values()):
            why = "; ".join(describe(arm, endings[arm]) for arm in ARMS if outcome(endings[arm]) == "failed")
            swept.doubts[name] = Doubt(why, max(int(ending.get("calls", 0)) for ending in endings.values()))
        elif not self.whole and name not in self.idle:
            self.idle.add(name)
            swept.doubts[name] = Doubt("", idle=True)
        # where a test was skipped all the same, nothing is known

    def _look_again(self, swept: Swept, watch: Callable[[str], None]) -> list[str]:
        """Settle in each arm alone what didn't pass while both ran; name what is to be timed anew, with the whole suite."""
        doubts, swept.doubts = swept.doubts, {}
        seen = ThirdLook(self.environment, self.files, self.rng.randrange(2**32), watch).seen(doubts, whole=self.whole)
        self.whole = self.whole or bool(seen.needy)
        for name, doubt in doubts.items():
            both = {arm: seen.tried[arm][name] for arm in ARMS if name in seen.tried[arm]}
            if name in seen.needy or doubt.idle:
                continue
            if len(both) < len(ARMS) or doubt.why == UNSTABLE:
                swept.left[name] = UNSTABLE
                continue
            found = settled(name, both, doubt, ("",), self.environment.config.pace, guard=False)
            if found.allowance and name not in self.allowed:
                self.allowed[name] = found.allowance  # the next pairs keep to it
            elif outcome(both["base"].plain) != "passed" and len(self.files) > 1:
                swept.left[name] = lonely(found.surveyed)
            elif found.surveyed.head == "failed" and not found.common:
                swept.failures[name] = found.surveyed.message
            else:
                swept.left[name] = found.surveyed.message or doubt.why
        return [name for name in doubts if name in seen.needy]

    def _control(self, pair: WorkerPair, name: str, number: int) -> Pair:
        clock = Clock(pair, {"do": "control", "which": CONTROLS[name]}, CONTROL, self.rng)
        return self._measure(clock, name, number, None)

    def _measure(self, clock: Clock, name: str, number: int, first: tuple[float, float] | None) -> Pair:
        """Warm up and measure, with as many calls a batch as the first pair found out."""
        if name in self.allowed:
            return Pair(number, clock.within(self.allowed[name]), first)
        if name not in self.calls:
            self.calls[name] = clock.calibrated()
        settled = clock.warm(self.calls[name])
        return Pair(number, clock.quads(self.calls[name]), first, settled)
