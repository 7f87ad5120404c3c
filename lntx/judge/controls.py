"""The controls, none of the project's code: where they differ between the arms, the arms differ by more than the change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lntx.judge import group_sequential
from lntx.judge.prior import Prior
from lntx.judge.scores import units
from lntx.judge.sequential_test import estimated, explain
from lntx.result import BenchmarkResult, Rules, Stream
from lntx.verdict import Verdict

_LEVEL = 0.001
"""The probability that controls which are the same are said to have moved."""


def controls(streams: Mapping[str, Stream], rules: Rules) -> tuple[BenchmarkResult, ...]:
    """Judge the controls among the streams, once, when all is measured: `contaminated`, `same`, or not known.

    One that differs between the arms by more than the margin, either way, has moved. A suite's benchmarks say nothing of
    their noise, but they do of each other's: all take the same few milliseconds of the same kind of work, so each has the
    others' variance for its prior, and four pairs are enough to see what four pairs of benchmarks could be fooled by.
    """
    found = [(stream.name, units(stream)) for stream in streams.values() if stream.sentinel]
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
