"""What passes from the gate's workers to its judge, and from the judge to everybody else.

A `Stream` holds all that was measured of one benchmark, pair by pair; a `BenchmarkResult` says what follows from it; a
`GateResult` is the whole of one gate, the raw streams included, so that other rules can be tried on them later. Frozen
values of plain Python types, as records are: reading them needs no torch, no numpy and no pandas. `lntx.storage.gate`
writes and reads them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lntx.constraints import SPARSE, Freedom, NonNegative, NonNegativeInt, Number, Positive, PositiveInt, Variance
from lntx.verdict import Verdict

Arm = Literal["base", "head"]
Means = Literal["time", "identity", "counters", "coverage", "results"]
Ended = Literal["passed", "failed", "skipped", "absent"]
Order = Literal["ABBA", "BAAB"]

SCHEMA = 1
"""Version of the file of a gate; raised when a reader of the old one would be misled."""

ARMS: tuple[Arm, Arm] = ("base", "head")
_BOTH = re.compile(r"(\w+) in (?:base|head)(: .*)?; \1 in (?:base|head)\2", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Batch:
    """One timed batch: `seconds` of `iterations` calls.

    `stolen` is what the hypervisor took from the core meanwhile, in seconds; `switches` counts how often the system
    interrupted the process (involuntary context switches).
    """

    seconds: float
    iterations: int
    stolen: float = 0.0
    switches: int = 0

    @property
    def each(self) -> float:
        """Seconds of one call."""
        return self.seconds / self.iterations


@dataclass(frozen=True, slots=True)
class Quad:
    """Four batches in turn, two of each arm: ABBA (base, head, head, base) or BAAB."""

    order: Order
    batches: tuple[Batch, ...]

    @property
    def score(self) -> float:
        """Half the sum of log head minus half the sum of log base: the logarithm of head's time over base's."""
        signs = {"A": -0.5, "B": 0.5}
        return sum(signs[arm] * math.log(batch.each) for arm, batch in zip(self.order, self.batches, strict=True))


@dataclass(frozen=True, slots=True)
class Pair:
    """What one fresh pair of workers measured of one benchmark.

    `number` counts the pairs of a gate from 1; `first` are the seconds of the first call in base and in head. `settled` is
    false where the times never came to rest while warming up. `runner` is the part of a joined gate that measured it, each of
    which counts its pairs from 1; 0 in a gate that ran in one piece.
    """

    number: int
    quads: tuple[Quad, ...]
    first: tuple[float, float] | None = None
    settled: bool = True
    runner: NonNegativeInt = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """All pairs of one benchmark. A sentinel is a control that holds none of the project's code."""

    name: str
    pairs: tuple[Pair, ...] = ()
    sentinel: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """A counter that doesn't vary from run to run, in both arms: `name` as "dispatcher operations"."""

    name: str
    base: Number
    head: Number


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What is known of a benchmark before anything is timed.

    `base` and `head` say how its test ended in each arm, `message` why, where it failed or was skipped. `identical` is
    true where both arms execute the same code. `counts` holds the counters that gave the same number twice in each arm.
    """

    name: str
    base: Ended
    head: Ended
    message: str = ""
    identical: bool = False
    counts: tuple[Count, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether neither arm ran it."""
        return {self.base, self.head} <= {"skipped", "absent"}

    @property
    def why_idle(self) -> str:
        """Why neither arm ran it; what is the same in both is said once."""
        return _BOTH.sub(r"\1\2", self.message) or "its test never called it"


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """The verdict on one benchmark, and by which means it was reached.

    `ratio` is head's time over base's, `low` and `high` its 95 % interval; None where nothing was timed. `pairs` counts
    the pairs behind it, `seconds` is what measuring it took, `reason` a sentence. `excluded` is the smallest slowdown
    (as a ratio) that the gate's own error budget excludes; `needs` the pairs an inconclusive one would take.
    """

    name: str
    verdict: Verdict
    means: Means
    reason: str = ""
    ratio: Number | None = None
    low: Number | None = None
    high: Number | None = None
    pairs: NonNegativeInt = 0
    seconds: Number = 0.0
    excluded: Number | None = None
    needs: PositiveInt | None = None

    @property
    def excludes(self) -> bool:
        """Whether it matters which slowdowns are excluded: not where one was found, or nothing counts."""
        return self.excluded is not None and self.verdict in {Verdict.SAME, Verdict.INCONCLUSIVE}


@dataclass(frozen=True, slots=True)
class Budget:
    """What one benchmark may take in head at most, whatever base takes, and whether it keeps to that.

    `limit`, `value` and its 95 % interval are seconds of a call, or the bytes of its peak of memory. `why` is the project's
    own reason; `reason` says why nothing is known, where that is so.
    """

    name: str
    measure: Literal["time", "memory"]
    limit: Positive
    outcome: Literal["within", "over", "undecided", "unknown"] = "unknown"
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    why: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the gate was told before it measured anything.

    `alarms` is the probability that a suite with nothing slower raises an alarm all the same, `misses` the probability that
    a benchmark which is slower by the fraction `tolerated` is called the same. A slowdown below the fraction `margin`
    is never called one. After each number of pairs in `looks`, what is decided is closed. Single benchmarks may have a margin
    and a tolerated slowdown of their own.
    """

    alarms: Number = 0.01
    misses: Number = 0.025
    margin: Number = 0.005
    tolerated: Number = 0.03
    looks: tuple[PositiveInt, ...] = (4, 6, 8, 12, 18, 28, 40)

    @property
    def cap(self) -> int:
        """The most pairs that are measured."""
        return self.looks[-1]


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate: what was compared, by which rules, all that was measured, and the verdicts.

    `verdict` is that of the whole suite. `about` says how it came to be: command, commits, start and end (ISO 8601, UTC),
    what was noticed on the way. `machine` is the fingerprint. `known` is what earlier A/A data said of benchmarks: the
    variance of a pair's score, and how many degrees of freedom that is worth. `margins` are the margin and the slowdown that is
    tolerated of benchmarks where they aren't the suite's; `budgets` what benchmarks may take at most.
    """

    verdict: Verdict
    benchmarks: tuple[BenchmarkResult, ...]
    rules: Rules = Rules()
    sentinels: tuple[BenchmarkResult, ...] = ()
    surveyed: tuple[Surveyed, ...] = ()
    streams: tuple[Stream, ...] = ()
    seconds: Number = 0.0
    notes: tuple[str, ...] = ()
    machine: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, tuple[Variance, Freedom]] = field(default_factory=dict)
    margins: Mapping[str, tuple[NonNegative, NonNegative]] = field(default_factory=dict, metadata=SPARSE)
    budgets: tuple[Budget, ...] = field(default=(), metadata=SPARSE)

    @property
    def shown(self) -> Verdict:
        """The verdict as people are shown it: a gate that measured nothing is no pass, whatever its verdict."""
        return self.verdict if self.benchmarks else Verdict.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a gate is while it runs: what watchers are told.

    `stage` says what it does ("survey", "pairs", ...), `pair` which pair is at work of at most `cap`, `at` the benchmark at work,
    empty between two. `done` are decided, `open` are still measured; `estimates` say where these stand, as far as that is
    known. `eta_s` are the seconds that the rest may take at most, None where nobody knows yet.
    """

    stage: str
    pair: int
    cap: int
    done: tuple[BenchmarkResult, ...] = ()
    open: tuple[str, ...] = ()
    at: str = ""
    eta_s: float | None = None
    estimates: tuple[BenchmarkResult, ...] = ()
