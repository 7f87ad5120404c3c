"""The result of a gate as tidy pandas frames: one row a benchmark, one row a pair, one row a counter.

Ratios are head's time over base's. `kind` tells benchmarks from controls. A pair's `ratio` is the exponential of its score,
the median of its quads, as the judge takes it.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from lntx.judge.scores import FIRST_CALL, firsts, scores
from lntx.report.gate import noise
from lntx.report.gate.counters import counters as of_counters
from lntx.report.gate.wording import worst_first
from lntx.report.rows import table
from lntx.report.units import clean
from lntx.result import BenchmarkResult, GateResult, Stream

BENCHMARKS = [
    "name",
    "kind",
    "verdict",
    "means",
    "ratio",
    "low",
    "high",
    "pairs",
    "seconds",
    "excluded",
    "needs",
    "reason",
]
PAIRS = ["name", "kind", "verdict", "pair", "ratio", "quads", "settled", "order"]
COUNTERS = ["name", "counter", "base", "head", "rose", "verdict"]
NOISE = ["name", "pairs", "spread", "within", "quads", "disturbed", "unsettled", "seconds", "stolen"]
_LONG = 10_000
_LARGEST = 700.0  # a logarithm whose exponential is still a number


def benchmarks(result: GateResult) -> pd.DataFrame:
    """Make one row a benchmark, the worst first, and one a control."""
    rows = [_judged(one, "benchmark") for one in worst_first(result.benchmarks)]
    rows += [_judged(one, "control") for one in result.sentinels]
    found = table(rows, BENCHMARKS)
    numbers = ["ratio", "low", "high", "excluded", "needs"]
    return found.assign(**{column: found[column].astype(float) for column in numbers})


def pairs(result: GateResult) -> pd.DataFrame:
    """Make one row a pair of each benchmark, in the order in which they were measured; first calls are their own."""
    verdicts = {one.name: one.verdict for one in (*result.benchmarks, *result.sentinels)}
    rows = [row for stream in result.streams for row in _pairs(stream, verdicts)]
    return table(rows, PAIRS)


def counters(result: GateResult) -> pd.DataFrame:
    """Make one row a counter, what rose first."""
    return table(map(asdict, of_counters(result)), COUNTERS)


def noisiest(result: GateResult) -> pd.DataFrame:
    """Make one row for the noise of each benchmark, the noisiest first."""
    rows = [{**asdict(one), "name": clean(one.name, _LONG)} for one in noise.noises(result)]
    return table(rows, NOISE)


def benchmark_name(one: BenchmarkResult) -> str:
    """Return the name that stands for a benchmark in all frames."""
    return clean(one.name, _LONG)


def _judged(one: BenchmarkResult, kind: str) -> dict[str, Any]:
    row = {column: getattr(one, column) for column in BENCHMARKS if column != "kind"}
    return {**row, "kind": kind, "name": benchmark_name(one), "reason": clean(one.reason, _LONG)}


def named(result: GateResult) -> dict[str, pd.DataFrame]:
    """Make all of them, by the name of the file that each is written to."""
    return {
        "benchmarks": benchmarks(result), "pairs": pairs(result), "counters": counters(result), "noise": noisiest(result),
    }  # fmt: skip


def _ratio(score: float) -> float:
    return math.exp(max(min(score, _LARGEST), -_LARGEST))


def _pairs(stream: Stream, verdicts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    timed = [pair for pair in stream.pairs if scores(Stream(stream.name, (pair,))).quads]
    shared = {"name": clean(stream.name, _LONG), "kind": "control" if stream.sentinel else "benchmark"}
    for order, (pair, score) in enumerate(zip(timed, scores(stream).values, strict=True), 1):
        yield {
            **shared, "verdict": verdicts.get(stream.name, ""), "pair": pair.number, "ratio": _ratio(score),
            "quads": len(pair.quads), "settled": pair.settled, "order": order,
        }  # fmt: skip
    first = stream.name + FIRST_CALL
    if first in verdicts and (found := firsts(stream)) is not None:
        for order, score in enumerate(found.values, 1):
            yield {
                **shared, "name": clean(first, _LONG), "verdict": verdicts[first], "pair": order,
                "ratio": _ratio(score), "quads": 0, "settled": True, "order": order,
            }  # fmt: skip
