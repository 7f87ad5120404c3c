"""The ruling: from all that was found of a suite to one verdict, and its exit code.

What is certain comes first: results, then coverage, then counters; time last, and only where the controls stood still.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lntx.judge import counters, sentinels
from lntx.judge.counters import Acknowledgement
from lntx.judge.court import SequentialTest
from lntx.judge.scores import FIRST_CALL
from lntx.result import BenchmarkResult, Rules, Stream, Surveyed, Verdict


def exit_code(verdict: Verdict, allow_inconclusive: bool = False) -> int:
    """Give the exit code of a verdict on a suite; 13 becomes 0 where that is allowed."""
    accepted = allow_inconclusive and verdict.exit_code == Verdict.INCONCLUSIVE.exit_code
    return 0 if accepted else verdict.exit_code


def untimed(judged: Sequence[BenchmarkResult]) -> Verdict:
    """Give the verdict that a suite has by all but time: what machines that are too noisy to judge time may fail by."""
    certain = [one for one in judged if one.means != "time"]
    return verdict(certain) if certain else Verdict.SAME


def timed_names(surveyed: Sequence[Surveyed]) -> tuple[str, ...]:
    """Name the benchmarks that time must judge: both arms ran them, and their code differs."""
    return tuple(one.name for one in surveyed if one.base == one.head == "passed" and not one.identical)


def decide(
    surveyed: Sequence[Surveyed],
    timed: Mapping[str, BenchmarkResult],
    streams: Mapping[str, Stream],
    rules: Rules,
    acknowledged: Sequence[Acknowledgement] = (),
    failures: Mapping[str, str] | None = None,
    interrupted: bool = False,
) -> tuple[Verdict, tuple[BenchmarkResult, ...], tuple[BenchmarkResult, ...]]:
    """Decide on a suite: its verdict, what is judged of each benchmark, and the sentinels.

    `timed` is what a `SequentialTest` decided, first calls included; `failures` says what went wrong in head while timing, by
    benchmark. What was to be timed and isn't decided is inconclusive.
    """
    controls = sentinels.moved(streams, rules)
    spoilt = sentinels.contaminated(controls)
    open_ones = (
        {} if set(timed_names(surveyed)) <= set(timed) else _unfinished(surveyed, timed, streams, rules, interrupted)
    )
    found = [_judged(one, {**open_ones, **timed}, acknowledged, failures or {}) for one in surveyed]
    judged = [one for one in found if one is not None]
    named = {one.name + FIRST_CALL for one in judged if one.means == "time"}
    judged += [one for name, one in timed.items() if name in named and one.verdict in {Verdict.SLOWER, Verdict.FASTER}]
    final = tuple(_contaminated(one) if spoilt and one.means == "time" and one.pairs else one for one in judged)
    return verdict(final), final, controls


def verdict(judged: Sequence[BenchmarkResult]) -> Verdict:
    """Give the verdict on a suite: the gravest that there is; inconclusive for no benchmark at all.

    It is `new` only where nothing could be compared, and `slower` by time only where the controls stood still.
    """
    spoilt = any(one.verdict is Verdict.CONTAMINATED for one in judged)
    counting = [one for one in judged if one.means == "counters" or one.verdict is not Verdict.SLOWER or not spoilt]
    found = [one.verdict for one in counting]
    compared = [one for one in found if one is not Verdict.NEW] or found
    return max(compared, key=lambda one: one.severity, default=Verdict.INCONCLUSIVE)


def _judged(
    one: Surveyed,
    timed: Mapping[str, BenchmarkResult],
    acknowledged: Sequence[Acknowledgement],
    failures: Mapping[str, str],
) -> BenchmarkResult | None:
    if counters.gone(one, acknowledged):
        return None
    certain = _certain(one, failures)
    if certain is not None or {one.base, one.head} <= {"skipped", "absent"}:
        return certain
    counted = counters.judge(one, acknowledged)
    time = timed[one.name]
    return (
        time if counted is None else replace(time, verdict=counted.verdict, means=counted.means, reason=counted.reason)
    )


def _certain(one: Surveyed, failures: Mapping[str, str]) -> BenchmarkResult | None:
    """Give what needs no clock: results, coverage, identity."""
    here = {"passed", "failed"}
    if one.head == "failed" or one.name in failures:
        message = one.message if one.head == "failed" else failures[one.name]
        return BenchmarkResult(one.name, Verdict.DISAGREES, "results", message or "it fails in head")
    if one.head != "passed":
        how = "is skipped" if one.head == "skipped" else "is gone"
        return (
            BenchmarkResult(one.name, Verdict.MISSING, "coverage", _joined(f"it {how} in head", one.message))
            if one.base in here
            else None
        )
    if one.base == "failed":
        return BenchmarkResult(
            one.name, Verdict.NEW, "coverage", _joined("base can't run head's version of it", one.message)
        )
    if one.base != "passed":
        how = "skips it" if one.base == "skipped" else "hasn't got it"
        return BenchmarkResult(one.name, Verdict.NEW, "coverage", _joined(f"base {how}", one.message))
    return (
        BenchmarkResult(one.name, Verdict.SAME, "identity", "both arms execute the same code")
        if one.identical
        else None
    )


def _unfinished(
    surveyed: Sequence[Surveyed],
    timed: Mapping[str, BenchmarkResult],
    streams: Mapping[str, Stream],
    rules: Rules,
    interrupted: bool,
) -> dict[str, BenchmarkResult]:
    """Say of what is undecided how far it came."""
    why = "the gate was interrupted" if interrupted else "measuring ended before it was decided"
    left = SequentialTest(rules, timed_names(surveyed)).close(streams)
    return {name: replace(one, reason=_joined(why, one.reason)) for name, one in left.items() if name not in timed}


def _contaminated(judged: BenchmarkResult) -> BenchmarkResult:
    reason = f"the controls moved, so this doesn't count: {judged.verdict}, {judged.reason}"
    return replace(judged, verdict=Verdict.CONTAMINATED, reason=reason, needs=None)


def _joined(what: str, message: str) -> str:
    return f"{what}: {message}" if message else what
