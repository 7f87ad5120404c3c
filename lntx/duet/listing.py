"""What a gate would do: which benchmarks it would time, which not and why, and about how long that would take."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from lntx.duet.config import GateConfig, Pace
from lntx.duet.preparation import prepared
from lntx.duet.provenance import Provenance
from lntx.duet.survey import Surveyor
from lntx.duet.timing import WINDOWS
from lntx.judge import acknowledgements, decision
from lntx.result import Surveyed

PAIRS = 6
"""Pairs after which a benchmark of equal code is decided, on average (the self-test counts them)."""
_CALLS = 6  # that the survey makes of a benchmark: the first, two more, those that are counted and watched, the last
_CONTROLS_S = 0.5  # of a pair: batches of two functions that are always the same
_WATCHED = ", where it was watched and so slower"
HOW = (
    f"about {PAIRS} pairs of processes for each benchmark that is timed, as long as its call took in the survey{_WATCHED}; "
    "each pair takes as long to start as the survey's did"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A benchmark, whether it would be timed, in a few words what would come of it, and the seconds that it would take."""

    name: str
    timed: bool
    why: str
    judged: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Listing:
    """All benchmarks of a gate; `start_s` are the seconds that the pairs would take to start, `survey_s` what it took.

    `how` says how seconds are estimated.
    """

    benchmarks: tuple[Listed, ...]
    start_s: float = 0.0
    survey_s: float = 0.0
    notes: tuple[str, ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)
    how: str = HOW

    @property
    def seconds(self) -> float:
        """Seconds of the whole gate, about."""
        return self.survey_s + self.start_s + sum(one.seconds for one in self.benchmarks)

    @property
    def judges(self) -> bool:
        """Whether anything could be judged."""
        return any(one.judged for one in self.benchmarks)


def listing(config: GateConfig, watch: Callable[[str], None]) -> Listing:
    """Survey both arms, and time nothing; InputError and LntxError as for the gate itself."""
    clock = _Clock(watch)
    with prepared(config, timing=False) as ready:
        clock.begin()
        both = ready.compared
        survey = Surveyor(ready.environment, both.repository, both.commits, ready.rng, clock.hear).survey()
        clock.end()
        provenance = Provenance(ready.config, ready.compared, ready.seed, ready.space.lacking)
        needed = ready.requirements(survey.files.values())
        provenance.pins, provenance.entries = tuple(needed.pinned()), tuple(needed.entered())
        provenance.unmeasured = survey.unmeasured
        removed = {one.name for one in survey.surveyed if acknowledgements.removed(one, ready.file.acknowledge)}
        found = tuple(listed(one, clock, ready.config.pace, gone=one.name in removed) for one in survey.surveyed)
        start = PAIRS * (clock.start + _CONTROLS_S) if any(one.timed for one in found) else 0.0
        how = HOW if ready.environment.guarded else HOW.replace(_WATCHED, "")
        return Listing(found, start, clock.whole, tuple(provenance.notes(survey)), provenance.about(), how)


def listed(one: Surveyed, clock: "_Clock", pace: Pace, *, gone: bool = False) -> Listed:
    """Say what would come of a benchmark."""
    if one.name in decision.timed_names([one]):
        seconds = PAIRS * pair_s(clock.call_s(one.name), pace)
        why = one.message or "both arms run it, and their code differs"
        return Listed(one.name, timed=True, why=why, seconds=seconds)
    if gone or one.idle:
        why = "gone on purpose" if gone else f"left out: {one.why_idle}"
        return Listed(one.name, timed=False, why=why, judged=False)
    return Listed(one.name, timed=False, why=_certain(one))


def _certain(one: Surveyed) -> str:
    """Say what is known of a benchmark without a clock."""
    if one.head == "failed":
        return f"wrong in head: {one.message or 'it fails'}"
    if one.head == "passed":
        same = "the same by identity: both arms execute the same code"
        return same if one.base == "passed" else f"new: {one.message or 'base does not run it'}"
    return f"missing: {one.message or 'head does not run it'}"


def pair_s(call_s: float, pace: Pace) -> float:
    """Guess the seconds of a pair by those of a call: the first calls, warming up, and the quads."""
    window = 4 * max(call_s, pace.batch_s)
    warm = min(WINDOWS, math.ceil(pace.warm_s / window))
    return 4 * call_s + (warm + pace.count(window)) * window


@dataclass(slots=True)
class _Clock:
    """Notes when the survey comes to which benchmark."""

    watch: Callable[[str], None]
    began: float = 0.0
    start: float = 0.0
    whole: float = 0.0
    _at: tuple[str, float] | None = None
    _took: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin with the start of the workers."""
        self.began = monotonic()

    def hear(self, name: str) -> None:
        """Hear that a benchmark begins."""
        now = monotonic()
        if self._at is None:
            self.start = now - self.began
        self._note(now)
        self._at = name, now
        self.watch(name)

    def end(self) -> None:
        """End with the survey."""
        self.whole = monotonic() - self.began
        self._note(monotonic())

    def call_s(self, name: str) -> float:
        """Seconds of a call, at most: of the shortest time that the benchmark took."""
        return self._took.get(name, 0.0) / _CALLS

    def _note(self, now: float) -> None:
        if self._at:
            name, since = self._at
            self._took[name] = min(now - since, self._took.get(name, now - since))
