"""Gates on disk: one JSON file with the verdicts and all that was measured, so that other rules can be tried on it.

The raw streams are written as lists, a pair at a time: twenty-four pairs of a dozen benchmarks stay below a megabyte.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.result import (
    SCHEMA,
    Batch,
    BenchmarkResult,
    Count,
    Ended,
    GateResult,
    Means,
    Order,
    Pair,
    Quad,
    Rules,
    Stream,
    Surveyed,
    Verdict,
)
from lntx.storage.disk import write_text
from lntx.storage.fitting import fitted

FILE = "gate.json"
_BATCHES = 4  # of a quad


def write(result: GateResult, path: Path) -> None:
    """Write a gate, whole or not at all."""
    kept = {name: getattr(result, name) for name in ("verdict", "seconds", "notes", "machine", "about", "known")}
    document = {
        "schema": SCHEMA,
        **kept,
        "rules": asdict(result.rules),
        "benchmarks": [asdict(judged) for judged in result.benchmarks],
        "sentinels": [asdict(judged) for judged in result.sentinels],
        "surveyed": [asdict(surveyed) for surveyed in result.surveyed],
        "streams": [_stream(stream) for stream in result.streams],
    }
    write_text(path, json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n")


def read(path: Path) -> GateResult:
    """Read what `write` wrote; InputError, naming the file, for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not whole JSON ({error}); run the gate again") from error
    try:
        return _ruling(fitted(_Document, document, "the file"))
    except ValueError as error:
        raise InputError(f"{path} is no file of a gate, or damaged: {error}; run the gate again") from error


@dataclass(frozen=True, slots=True)
class _BenchmarkResult:
    name: str
    verdict: Verdict
    means: Means
    reason: str
    ratio: float | None
    low: float | None
    high: float | None
    pairs: float
    seconds: float
    excluded: float | None
    needs: int | None


@dataclass(frozen=True, slots=True)
class _Surveyed:
    name: str
    base: Ended
    head: Ended
    message: str
    identical: bool
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    number: int
    settled: bool
    first: tuple[float, ...] | None
    orders: tuple[Order, ...]
    seconds: tuple[float, ...]
    iterations: tuple[int, ...]
    stolen: tuple[float, ...]
    switches: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Stream:
    name: str
    sentinel: bool
    pairs: tuple[_Pair, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    schema: int
    verdict: Verdict
    rules: Rules
    benchmarks: tuple[_BenchmarkResult, ...]
    sentinels: tuple[_BenchmarkResult, ...]
    surveyed: tuple[_Surveyed, ...]
    streams: tuple[_Stream, ...]
    seconds: float
    notes: tuple[str, ...]
    machine: Mapping[str, Any]
    about: Mapping[str, Any]
    known: Mapping[str, tuple[float, ...]]


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
    }


def _once(values: list[Any]) -> list[Any]:
    """Write one number for all batches of a pair where they are equal."""
    return values[:1] if len(set(values)) == 1 else values


def _each(values: Sequence[Any], count: int, what: str) -> Sequence[Any]:
    if len(values) not in {count, min(count, 1)}:
        raise ValueError(f"a pair has {count} batches, but {len(values)} {what}")
    return values if len(values) == count else [*values] * count


def _ruling(found: _Document) -> GateResult:
    if found.schema != SCHEMA:
        raise ValueError(f"it was written with schema {found.schema}, this lntx reads {SCHEMA}")
    _check(found)
    return GateResult(
        verdict=found.verdict,
        benchmarks=tuple(_verdict(one) for one in found.benchmarks),
        rules=found.rules,
        sentinels=tuple(_verdict(one) for one in found.sentinels),
        surveyed=tuple(Surveyed(**_fields(one)) for one in found.surveyed),
        streams=tuple(Stream(one.name, tuple(map(_read_pair, one.pairs)), one.sentinel) for one in found.streams),
        seconds=found.seconds,
        notes=found.notes,
        machine=found.machine,
        about=found.about,
        known={name: _prior(name, prior) for name, prior in found.known.items()},
    )


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _verdict(found: _BenchmarkResult) -> BenchmarkResult:
    return BenchmarkResult(**(_fields(found) | {"pairs": int(found.pairs)}))


def _prior(name: str, found: tuple[float, ...]) -> tuple[float, ...]:
    if len(found) != len(("variance", "dof")) or min(found) < 0:
        raise ValueError(f"known[{name!r}] is not a variance and its degrees of freedom")
    return found


def _read_pair(found: _Pair) -> Pair:
    count = len(found.seconds)
    if count != _BATCHES * len(found.orders):
        raise ValueError(f"a pair has {count} times for {len(found.orders)} quads")
    if found.first is not None and len(found.first) != len(("base", "head")):
        raise ValueError(f"a pair has {len(found.first)} first calls")
    columns = (
        found.seconds,
        _each(found.iterations, count, "iterations"),
        _each(found.stolen, count, "stolen"),
        _each([int(value) for value in found.switches], count, "switches"),
    )
    batches = [Batch(*row) for row in zip(*columns, strict=True)]
    quads = tuple(
        Quad(order, tuple(batches[_BATCHES * i : _BATCHES * (i + 1)])) for i, order in enumerate(found.orders)
    )
    return Pair(found.number, quads, (found.first[0], found.first[1]) if found.first else None, found.settled)


def _check(found: _Document) -> None:
    """Raise ValueError for numbers that no gate wrote."""
    numbers = [value for stream in found.streams for pair in stream.pairs for value in (*pair.seconds, *pair.stolen)]
    if not all(0 <= value < math.inf for value in numbers):
        raise ValueError("a stream holds a time that is negative or not finite")
    looks = found.rules.looks
    if not looks or list(looks) != sorted(set(looks)):
        raise ValueError("rules.looks don't rise")
