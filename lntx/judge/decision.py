"""The decision: from all that was found of a suite to one verdict, and its exit code.

What is certain comes first: results, then coverage, then counters; time last, and only where the controls stood still, which
hold none of the project's code: where they differ between the arms, the arms differ by more than the change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lntx.judge import acknowledgements, group_sequential
from lntx.judge.acknowledgements import Acknowledgement
from lntx.judge.prior import Prior
from lntx.judge.scores import FIRST_CALL, scores
from lntx.judge.sequential_test import SequentialTest, estimated, explain
from lntx.result import BenchmarkResult, Ended, Rules, Stream, Surveyed
from lntx.verdict import Verdict

_LEVEL = 0.001
"""The probability that controls which are the same are said to have moved."""
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
) -> tuple[Verdict, tuple[BenchmarkResult, ...], tuple[BenchmarkResult, ...]]:
    """Decide on a suite: its verdict, what is judged of each benchmark, and the controls.

    `timed` is what a `SequentialTest` decided, first calls included; `failures` says what went wrong in head while timing, by
    benchmark. What was to be timed and isn't decided is inconclusive.
    """
    found = controls(streams, rules)
    spoilt = any(one.verdict is Verdict.CONTAMINATED for one in found)
    undecided = not set(timed_names(surveyed)) <= set(timed)
    left = _undecided(surveyed, timed, streams, rules, interrupted) if undecided else {}
    each = (_judged(one, {**left, **timed}, acknowledged, failures or {}) for one in surveyed)
    judged = [one for one in each if one is not None]
    named = {one.name + FIRST_CALL for one in judged if one.means == "time"}
    judged += [one for name, one in timed.items() if name in named and one.verdict in {Verdict.SLOWER, Verdict.FASTER}]
    final = tuple(_contaminated(one) if spoilt and one.means == "time" and one.pairs else one for one in judged)
    return verdict(final), final, found


def verdict(judged: Sequence[BenchmarkResult]) -> Verdict:
    """Return the verdict on a suite: the gravest that there is; inconclusive for no benchmark at all.

    It is `new` only where nothing could be compared, and `slower` by time only where the controls stood still.
    """
    spoilt = any(one.verdict is Verdict.CONTAMINATED for one in judged)
    counting = [one for one in judged if one.means == "counters" or one.verdict is not Verdict.SLOWER or not spoilt]
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


def timed_names(surveyed: Sequence[Surveyed]) -> tuple[str, ...]:
    """Name the benchmarks that time must judge: both arms ran them, and their code differs."""
    return tuple(one.name for one in surveyed if one.base == one.head == "passed" and not one.identical)


def _judged(
    one: Surveyed,
    timed: Mapping[str, BenchmarkResult],
    acknowledged: Sequence[Acknowledgement],
    failures: Mapping[str, str],
) -> BenchmarkResult | None:
    if acknowledgements.removed(one, acknowledged):
        return None
    certain = _certain(one, failures)
    if certain is not None or {one.base, one.head} <= {"skipped", "absent"}:
        return certain
    counted = acknowledgements.unacknowledged(one, acknowledged)
    time = timed[one.name]
    return (
        time if counted is None else replace(time, verdict=counted.verdict, means=counted.means, reason=counted.reason)
    )


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


def controls(streams: Mapping[str, Stream], rules: Rules) -> tuple[BenchmarkResult, ...]:
    """Judge the controls among the streams, once, when all is measured: `contaminated`, `same`, or not known.

    One that differs between the arms by more than the margin, either way, has moved. A suite's benchmarks say nothing of
    their noise, but they do of each other's: all take the same few milliseconds of the same kind of work, so each has the
    others' variance for its prior, and four pairs are enough to see what four pairs of benchmarks could be fooled by.
    """
    found = [(stream.name, scores(stream)) for stream in streams.values() if stream.sentinel]
    strict = replace(rules, alarms=_LEVEL / 2, looks=(rules.cap,))
    estimates = estimated([scored for _, scored in found], _pooled([scored.values for _, scored in found]))
    outcomes = group_sequential.decided(estimates, strict, len(found), last=True)
    judged = (
        explain(name, scored, estimates.at(i), int(outcomes[i]), strict, len(found))
        for i, (name, scored) in enumerate(found)
    )
    return tuple(
        _moved(one) if one.verdict in {Verdict.SLOWER, Verdict.FASTER} else replace(one, needs=None) for one in judged
    )


def _pooled(values: Sequence[Sequence[float]]) -> list[Prior | None]:
    """Return for each what the others' variances, weighed by their degrees of freedom, say."""
    dofs = np.array([max(len(one) - 1, 0) for one in values], float)
    squares = np.array([np.var(one) * len(one) if len(one) else 0.0 for one in values])
    others, left = dofs.sum() - dofs, squares.sum() - squares
    return [Prior(float(square / dof), float(dof)) if dof else None for square, dof in zip(left, others, strict=True)]


def _moved(judged: BenchmarkResult) -> BenchmarkResult:
    reason = (
        f"a control with none of the project's code is {judged.reason}; times of this run say nothing of the change"
    )
    return replace(judged, verdict=Verdict.CONTAMINATED, reason=reason)
