"""What other rules would have said of the same measurements, and what the same rules say of a planted slowdown."""

from collections.abc import Mapping
from dataclasses import replace

from lntx.judge import budgets, counts, decision
from lntx.judge.acknowledgements import Acknowledgement
from lntx.judge.prior import Prior
from lntx.judge.sequential_test import SequentialTest
from lntx.result import Batch, BenchmarkResult, GateResult, Pair, Quad, Rules, Stream


def replay(result: GateResult, rules: Rules | None = None) -> GateResult:
    """Judge a stored gate anew, as if its pairs came in one after another; the same rules give the same verdicts.

    A stream ends where its benchmark was decided: rules that would have measured longer find it inconclusive there.
    """
    chosen = rules or result.rules
    streams = {stream.name: stream for stream in result.streams}
    known = {name: Prior(*prior) for name, prior in result.known.items()}
    names, interrupted = decision.timed_names(result.surveyed), bool(result.about.get("interrupted"))
    test = SequentialTest(chosen, names, known, result.margins, budgets.timed(result.budgets, names))
    held = decision.budgeted(result.budgets, result.surveyed, streams, chosen, interrupted)
    verdict, benchmarks, controls = decision.decide(
        result.surveyed,
        timings(test, streams),
        streams,
        chosen,
        acknowledged(result),
        failures(result),
        interrupted,
        result.margins,
        held,
    )
    spent = {one.name: one.seconds for one in (*result.benchmarks, *result.sentinels)}
    benchmarks, controls = (
        tuple(replace(one, seconds=spent.get(one.name, one.seconds)) for one in judged)
        for judged in (benchmarks, controls)
    )
    return replace(result, verdict=verdict, benchmarks=benchmarks, rules=chosen, sentinels=controls, budgets=held)


def timings(test: SequentialTest, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
    """Let a test look at streams that are there already; what it decided at one look doesn't grow until the next."""
    seen = {name: Stream(name, sentinel=stream.sentinel) for name, stream in streams.items()}
    for pairs in test.rules.looks:
        seen |= {name: _until(stream, pairs) for name, stream in streams.items() if name not in test.decided}
        test.look(seen)
    return test.decided | test.firsts(seen)


def scaled(stream: Stream, factor: float) -> Stream:
    """Make head slower by a factor: for the statistics an exact slowdown (caches don't notice it)."""
    return replace(stream, pairs=tuple(_scaled_pair(pair, factor) for pair in stream.pairs))


def _until(stream: Stream, number: int) -> Stream:
    return replace(stream, pairs=tuple(pair for pair in stream.pairs if pair.number <= number))


def _scaled_pair(pair: Pair, factor: float) -> Pair:
    first = pair.first and (pair.first[0], pair.first[1] * factor)
    return replace(pair, first=first, quads=tuple(_scaled_quad(quad, factor) for quad in pair.quads))


def _scaled_quad(quad: Quad, factor: float) -> Quad:
    batches = zip(quad.order, quad.batches, strict=True)
    return replace(quad, batches=tuple(_slower(batch, factor) if arm == "B" else batch for arm, batch in batches))


def _slower(batch: Batch, factor: float) -> Batch:
    return replace(batch, seconds=batch.seconds * factor)


def acknowledged(result: GateResult) -> tuple[Acknowledgement, ...]:
    """Take what rose without being spoken of as acknowledged, since the file that says so isn't kept."""
    told = (one for one in result.benchmarks if one.means == "counters" or counts.TOLD in one.reason)
    spoken = {one.name: one.reason for one in told}
    judged = {one.name for one in result.benchmarks}
    missing = [one.name for one in result.surveyed if one.name not in judged]
    risen = (
        Acknowledgement(one.name, count.name, count.head, "acknowledged then")
        for one in result.surveyed
        for count in one.counts
        if counts.rose(count) and f"{count.name} rose from" not in spoken.get(one.name, "")
    )
    return (*risen, *(Acknowledgement(name, missing=True, why="acknowledged then") for name in missing))


def failures(result: GateResult) -> dict[str, str]:
    """Find what failed only while it was timed."""
    passed = {one.name for one in result.surveyed if one.head == "passed"}
    return {one.name: one.reason for one in result.benchmarks if one.means == "results" and one.name in passed}
