"""The decision: from all that was found of a suite to one verdict, and its exit code.

What is certain comes first: results, then coverage, then counters and budgets of memory; time last, and only where the
controls stood still. A counter fails only what didn't get faster, and never for a feature that was switched on: it is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lntx.judge import acknowledgements, budgets, counts
from lntx.judge.acknowledgements import Acknowledgement
from lntx.judge.controls import controls
from lntx.judge.margins import Margins
from lntx.judge.scores import FIRST_CALL
from lntx.judge.sequential_test import SequentialTest
from lntx.result import BenchmarkResult, Budget, Ended, Rules, Stream, Surveyed
from lntx.verdict import Verdict

_UNABLE: Mapping[Ended, str] = {
    "failed": "base can't run head's version of it",
    "skipped": "base skips it",
    "absent": "base hasn't got it",
}


def decide(
    surveyed: Sequence[Surveyed],
    timed: Mapping[str, BenchmarkResult],
    streams: Mapping[str, Stream],
    rules: Rules,
    acknowledged: Sequence[Acknowledgement] = (),
    failures: Mapping[str, str] | None = None,
    interrupted: bool = False,
    margins: Margins | None = None,
    held: Sequence[Budget] = (),
) -> tuple[Verdict, tuple[BenchmarkResult, ...], tuple[BenchmarkResult, ...]]:
    """Decide on a suite: its verdict, what is judged of each benchmark, and the controls.

    `timed` is what a `SequentialTest` decided, first calls included; `failures` says what went wrong in head while timing, by
    benchmark. What was to be timed and isn't decided is inconclusive. `held` are budgets as `budgeted` judged them.
    """
    found = controls(streams, rules)
    spoilt = _moved(found)
    undecided = not set(timed_names(surveyed)) <= set(timed)
    left = _undecided(surveyed, timed, streams, rules, margins, interrupted) if undecided else {}
    each = (_judged(one, {**left, **timed}, acknowledged, failures or {}, spoilt) for one in surveyed)
    judged = [one for one in each if one is not None]
    named = {one.name + FIRST_CALL for one in judged if one.means == "time"} - _compiled(surveyed, timed, spoilt)
    judged += [one for name, one in timed.items() if name in named and one.verdict in {Verdict.SLOWER, Verdict.FASTER}]
    sound = (_contaminated(one) if spoilt and one.means == "time" and one.pairs else one for one in judged)
    over = {one.name: [other for other in held if other.name == one.name and other.outcome == "over"] for one in judged}
    final = tuple(_held(one, over[one.name]) if over[one.name] else one for one in sound)
    return verdict(final), final, found


def budgeted(
    asked: Sequence[Budget],
    surveyed: Sequence[Surveyed],
    streams: Mapping[str, Stream],
    rules: Rules,
    interrupted: bool = False,
) -> tuple[Budget, ...]:
    """Judge the budgets of a suite, once, when all is measured."""
    names = timed_names(surveyed)
    tests = SequentialTest(rules, names, budgets=budgets.timed(asked, names)).tests(streams)
    moved = "the controls moved, so no time counts" if _moved(controls(streams, rules)) else ""
    return budgets.judged(asked, surveyed, streams, rules, tests, "the gate was interrupted" if interrupted else moved)


def _moved(found: Sequence[BenchmarkResult]) -> bool:
    return any(one.verdict is Verdict.CONTAMINATED for one in found)


def verdict(judged: Sequence[BenchmarkResult]) -> Verdict:
    """Return the verdict on a suite: the gravest that there is; inconclusive for no benchmark at all.

    It is `new` only where nothing could be compared, and worse by time only where the controls stood still.
    """
    timed = {Verdict.SLOWER, Verdict.OVER} if _moved(judged) else {}
    counting = [one for one in judged if one.means == "counters" or one.verdict not in timed]
    found = [one.verdict for one in counting]
    compared = [one for one in found if one is not Verdict.NEW] or found
    return max(compared, key=lambda one: one.severity, default=Verdict.INCONCLUSIVE)


def exit_code(verdict: Verdict, allow_inconclusive: bool = False) -> int:
    """Return the exit code of a verdict on a suite; 13 becomes 0 where that is allowed."""
    accepted = allow_inconclusive and verdict.exit_code == Verdict.INCONCLUSIVE.exit_code
    return 0 if accepted else verdict.exit_code


def untimed(judged: Sequence[BenchmarkResult]) -> Verdict:
    """Return the verdict that a suite has by all but time: what machines that are too noisy to judge time may fail by."""
    certain = [one for one in judged if one.means != "time"]
    return verdict(certain) if certain else Verdict.SAME


def faster_proved(judged: Sequence[BenchmarkResult]) -> bool:
    """Whether a speed-up is proved: something got faster by time, and nothing worse, or voided by controls that moved.

    What is inconclusive, or new, stands in no speed-up's way: it is no claim that anything is slower.
    """
    stays = {Verdict.FASTER, Verdict.SAME, Verdict.NEW, Verdict.INCONCLUSIVE}
    faster = any(one.verdict is Verdict.FASTER and one.means == "time" for one in judged)
    return faster and all(one.verdict in stays for one in judged)


def told(judged: Sequence[BenchmarkResult]) -> Iterator[str]:
    """Say of each benchmark what rose and fails nothing: tables may have no room for it."""
    for one in judged:
        if what := one.reason.partition(f"; {counts.TOLD}: ")[2]:
            yield f"{one.name}: {what}; that is {counts.TOLD}"


def timed_names(surveyed: Sequence[Surveyed]) -> tuple[str, ...]:
    """Name the benchmarks that time must judge: both arms ran them, and their code differs."""
    return tuple(one.name for one in surveyed if one.base == one.head == "passed" and not one.identical)


def _judged(
    one: Surveyed,
    timed: Mapping[str, BenchmarkResult],
    acknowledged: Sequence[Acknowledgement],
    failures: Mapping[str, str],
    spoilt: bool,
) -> BenchmarkResult | None:
    if acknowledgements.removed(one, acknowledged):
        return None
    certain = _certain(one, failures)
    if certain is not None or {one.base, one.head} <= {"skipped", "absent"}:
        return certain
    time, rose = timed[one.name], acknowledgements.unacknowledged(one, acknowledged)
    faster = time.verdict is Verdict.FASTER and not spoilt
    switched = counts.switched_on(one.counts)
    blamed = [] if faster else [count for count in rose if count.name not in switched]
    if blamed:
        return replace(time, verdict=Verdict.SLOWER, means="counters", reason="; ".join(map(counts.said, blamed)))
    told = [*map(counts.said, rose), *_told_first(one, timed, spoilt)]
    return replace(time, reason=f"{time.reason}; {counts.TOLD}: {', '.join(told)}") if told else time


def _told_first(one: Surveyed, timed: Mapping[str, BenchmarkResult], spoilt: bool) -> list[str]:
    first = timed.get(one.name + FIRST_CALL)
    if first is None or first.ratio is None or first.name not in _compiled([one], timed, spoilt):
        return []
    return [f"its first call, which compiles now, takes {first.ratio:.3g} times as long"]


def _compiled(surveyed: Sequence[Surveyed], timed: Mapping[str, BenchmarkResult], spoilt: bool) -> set[str]:
    """Name the first calls that are slower because torch's compiler was switched on, for calls that are faster: its price."""
    found = set()
    for one in surveyed:
        first, later = timed.get(one.name + FIRST_CALL), timed.get(one.name)
        paid = later is not None and later.verdict is Verdict.FASTER and not spoilt
        if first and first.verdict is Verdict.SLOWER and paid and "compiled graphs" in counts.switched_on(one.counts):
            found.add(first.name)
    return found


def _certain(one: Surveyed, failures: Mapping[str, str]) -> BenchmarkResult | None:
    """Return what needs no clock: results, coverage, identity."""
    if one.head == "failed" or one.name in failures:
        message = one.message if one.head == "failed" else failures[one.name]
        return BenchmarkResult(one.name, Verdict.DISAGREES, "results", message or "it fails in head")
    if one.head != "passed":
        why = _joined(f"it {'is skipped' if one.head == 'skipped' else 'is gone'} in head", one.message)
        ran = one.base in {"passed", "failed"}
        return BenchmarkResult(one.name, Verdict.MISSING, "coverage", why) if ran else None
    if one.base != "passed":
        return BenchmarkResult(one.name, Verdict.NEW, "coverage", _joined(_UNABLE[one.base], one.message))
    same = BenchmarkResult(one.name, Verdict.SAME, "identity", "both arms execute the same code")
    return same if one.identical else None


def _undecided(
    surveyed: Sequence[Surveyed],
    timed: Mapping[str, BenchmarkResult],
    streams: Mapping[str, Stream],
    rules: Rules,
    margins: Margins | None,
    interrupted: bool,
) -> dict[str, BenchmarkResult]:
    """Say of what is undecided how far it came."""
    why = "the gate was interrupted" if interrupted else "measuring ended before it was decided"
    left = SequentialTest(rules, timed_names(surveyed), margins=margins).close(streams)
    return {name: replace(one, reason=_joined(why, one.reason)) for name, one in left.items() if name not in timed}


def _contaminated(judged: BenchmarkResult) -> BenchmarkResult:
    reason = f"the controls moved, so this doesn't count: {judged.verdict}, {judged.reason}"
    return replace(judged, verdict=Verdict.CONTAMINATED, reason=reason, needs=None)


def _held(judged: BenchmarkResult, over: Sequence[Budget]) -> BenchmarkResult:
    """Say of a benchmark that it is over budget; one that is worse than that stays what it is."""
    if judged.verdict in {Verdict.DISAGREES, Verdict.MISSING}:
        return judged
    told = f"it {' and '.join(map(budgets.said, over))}"
    certain = any(one.measure == "memory" for one in over)
    if judged.verdict is Verdict.SLOWER and (judged.means == "counters" or not certain):
        return replace(judged, reason=f"{judged.reason}; {told}")
    reason = f"{told}; by {judged.means}: {judged.verdict}" + (f", {judged.reason}" if judged.reason else "")
    return replace(judged, verdict=Verdict.OVER, means="counters" if certain else "time", reason=reason, needs=None)


def _joined(what: str, message: str) -> str:
    return f"{what}: {message}" if message else what
