"""What other rules would have said of the same measurements, and what the same rules say of a planted slowdown."""

from collections.abc import Mapping
from dataclasses import replace

from lntx.judge import ruling as rulings
from lntx.judge.counters import Acknowledgement
from lntx.judge.court import Court
from lntx.judge.prior import Prior
from lntx.verdict import Batch, Judged, Pair, Quad, Rules, Ruling, Stream


def replay(ruling: Ruling, rules: Rules | None = None) -> Ruling:
    """Judge a stored gate anew, as if its pairs came in one after another; the same rules give the same verdicts.

    A stream ends where its benchmark was decided: rules that would have measured longer find it inconclusive there.
    """
    chosen = rules or ruling.rules
    streams = {stream.name: stream for stream in ruling.streams}
    known = {name: Prior(*prior) for name, prior in ruling.known.items()}
    court = Court(chosen, rulings.timed_names(ruling.surveyed), known)
    verdict, benchmarks, controls = rulings.rule(
        ruling.surveyed,
        timings(court, streams),
        streams,
        chosen,
        _acknowledged(ruling),
        _failures(ruling),
        interrupted=bool(ruling.about.get("interrupted")),
    )
    spent = {one.name: one.seconds for one in (*ruling.benchmarks, *ruling.sentinels)}
    benchmarks, controls = (
        tuple(replace(one, seconds=spent.get(one.name, one.seconds)) for one in judged)
        for judged in (benchmarks, controls)
    )
    return replace(ruling, verdict=verdict, benchmarks=benchmarks, rules=chosen, sentinels=controls)


def timings(court: Court, streams: Mapping[str, Stream]) -> dict[str, Judged]:
    """Let a court look at streams that are there already; what it decided at one look doesn't grow until the next."""
    seen = {name: Stream(name, sentinel=stream.sentinel) for name, stream in streams.items()}
    for pairs in court.rules.looks:
        seen |= {name: _until(stream, pairs) for name, stream in streams.items() if name not in court.decided}
        court.look(seen)
    return court.decided | court.firsts(seen)


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


def _acknowledged(ruling: Ruling) -> tuple[Acknowledgement, ...]:
    """Take what rose without being held against a benchmark as acknowledged, since the file that says so isn't kept."""
    blamed = {one.name: one.reason for one in ruling.benchmarks if one.means == "counters"}
    judged = {one.name for one in ruling.benchmarks}
    missing = [one.name for one in ruling.surveyed if one.name not in judged]
    risen = (
        Acknowledgement(one.name, count.name, count.head, "acknowledged then")
        for one in ruling.surveyed
        for count in one.counts
        if count.head > count.base and count.name not in blamed.get(one.name, "")
    )
    return (*risen, *(Acknowledgement(name, missing=True, why="acknowledged then") for name in missing))


def _failures(ruling: Ruling) -> dict[str, str]:
    """Find what failed only while it was timed."""
    passed = {one.name for one in ruling.surveyed if one.head == "passed"}
    return {one.name: one.reason for one in ruling.benchmarks if one.means == "results" and one.name in passed}
