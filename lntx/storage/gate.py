"""Gates on disk: one JSON file with the verdicts and all that was measured, so that other rules can be tried on it.

The raw streams are written as lists, a pair at a time: twenty-four pairs of a dozen benchmarks stay below a megabyte.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lntx.constraints import LEAST_S, NonNegativeInt, PositiveInt, Seconds
from lntx.result import SCHEMA, Batch, BenchmarkResult, GateResult, Order, Pair, Quad, Stream, Surveyed
from lntx.storage import values
from lntx.storage.disk import write_text
from lntx.storage.values import decoded, encoded, schema

FILE = "gate.json"
_BATCHES = 4  # of a quad
_ALL = 1.0


def write(result: GateResult, path: Path) -> None:
    """Write a gate, whole or not at all."""
    first = dict.fromkeys(("schema", "verdict", "seconds", "notes", "machine", "about", "known", "rules"))
    kept = encoded(replace(result, streams=()))
    del kept["streams"]  # they stand last
    streams = [_stream(stream) for stream in result.streams]
    document = {**first, **kept, "schema": SCHEMA, "streams": streams}
    write_text(path, json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n")


def read(path: Path) -> GateResult:
    """Read what `write` wrote; InputError, naming the file, for anything else."""
    return values.read(path, _result, "file of a gate", "run the gate again")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair as columns."""

    number: PositiveInt
    settled: bool
    first: tuple[Seconds, Seconds] | None
    orders: tuple[Order, ...]
    seconds: tuple[Seconds, ...]
    iterations: tuple[PositiveInt, ...]
    stolen: tuple[Seconds, ...]
    switches: tuple[NonNegativeInt, ...]
    runner: NonNegativeInt = 0


@dataclass(frozen=True, slots=True)
class _Stream:
    name: str
    sentinel: bool
    pairs: tuple[_Pair, ...]


def _stream(stream: Stream) -> dict[str, Any]:
    return {"name": stream.name, "sentinel": stream.sentinel, "pairs": [_pair(pair) for pair in stream.pairs]}


def _pair(pair: Pair) -> dict[str, Any]:
    batches = [batch for quad in pair.quads for batch in quad.batches]
    return {
        "number": pair.number,
        "settled": pair.settled,
        "first": pair.first,
        "orders": [quad.order for quad in pair.quads],
        "seconds": [batch.seconds for batch in batches],
        "iterations": _once([batch.iterations for batch in batches]),
        "stolen": _once([batch.stolen for batch in batches]),
        "switches": _once([batch.switches for batch in batches]),
        **({"runner": pair.runner} if pair.runner else {}),
    }


def _once(values: list[Any]) -> list[Any]:
    """Write one number for all batches of a pair where they are equal."""
    return values[:1] if len(set(values)) == 1 else values


def _each(values: Sequence[Any], count: int, what: str) -> Sequence[Any]:
    if len(values) not in {count, min(count, 1)}:
        raise ValueError(f"a pair has {count} batches, but {len(values)} {what}")
    return values if len(values) == count else [*values] * count


def _result(document: Any) -> GateResult:
    given = schema(document, SCHEMA)
    streams = decoded(tuple[_Stream, ...], given.get("streams"), "streams")
    whole = GateResult, BenchmarkResult, Surveyed
    result = decoded(GateResult, {**given, "streams": []}, "the file", whole)
    looks = result.rules.looks
    if not looks or list(looks) != sorted(set(looks)):
        raise ValueError("rules.looks don't rise")
    if not 0 <= result.rules.margin < result.rules.tolerated < _ALL:
        raise ValueError("rules.margin and rules.tolerated aren't fractions, the first below the second")
    return replace(
        result, streams=tuple(Stream(one.name, tuple(map(_read_pair, one.pairs)), one.sentinel) for one in streams)
    )


def _read_pair(found: _Pair) -> Pair:
    count = len(found.seconds)
    if count != _BATCHES * len(found.orders):
        raise ValueError(f"a pair has {count} times for {len(found.orders)} quads")
    if any(0 < seconds < LEAST_S for seconds in (*found.seconds, *(found.first or ()))):
        raise ValueError("a pair has a time that no clock tells from 0")
    columns = (
        found.seconds,
        _each(found.iterations, count, "iterations"),
        _each(found.stolen, count, "stolen"),
        _each(found.switches, count, "switches"),
    )
    batches = [Batch(*row) for row in zip(*columns, strict=True)]
    quads = tuple(
        Quad(order, tuple(batches[_BATCHES * i : _BATCHES * (i + 1)])) for i, order in enumerate(found.orders)
    )
    return Pair(found.number, quads, found.first, found.settled, found.runner)
