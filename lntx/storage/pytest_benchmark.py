"""From the JSON of a results file to studies: every value is decoded first, and ValueError says where.

What lntx wrote is taken at its word, whole or not at all. Of somebody else's file a benchmark that can't be used costs the
others nothing.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lntx.constraints import LEAST_S, MOST_S, Positive, PositiveInt
from lntx.record import SCHEMA, Absence, Cell, Record, Study, Unusable
from lntx.storage import foreign
from lntx.storage.foreign import pytest_benchmark
from lntx.storage.foreign.gathered import study
from lntx.storage.older import upgraded
from lntx.storage.values import OtherVersion, converted, decoded

_ENDLESS = {"error": math.inf, "tolerance": math.nan}
"""What null means where a point of an agreement has it."""


@dataclass(frozen=True, slots=True)
class _Times:
    """The raw rounds."""

    data: tuple[Positive, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of the list `benchmarks`, as lntx writes them."""

    fullname: str
    stats: _Times
    extra_info: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Document:
    """A whole file, as lntx writes it."""

    benchmarks: tuple[Any, ...]
    machine_info: Mapping[str, Any] | None = None
    commit_info: Mapping[str, Any] | None = None
    datetime: Any = None
    lntx: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _About:
    """How a study came to be, as far as others compute with it."""

    commit: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Ours:
    """What lntx adds to a file."""

    about: Mapping[str, Any] | None = None
    absences: tuple[Any, ...] = ()
    schema: int = SCHEMA


def _today(items: Iterable[Any], schema: Any) -> list[Any]:
    """Return records or absences with cells as they are today."""
    if schema == SCHEMA:
        return list(items)
    return [{**item, "cell": upgraded(item.get("cell"))} if isinstance(item, Mapping) else item for item in items]


def _checked(absence: Absence) -> Absence:
    _check(absence.cell, "lntx.absences")
    return absence


def _check(cell: Cell, place: str) -> None:
    """Raise ValueError for a linear model without features or outputs: only others have none."""
    if cell.linear and not (cell.features and cell.outputs):
        raise ValueError(f"{place}.cell has a linear model without features or outputs")


def studies(document: Any) -> list[Study]:
    """Return the studies of a document, in their order; ValueError for damage, another version, or what can't be read."""
    if isinstance(document, list) and document and all(map(_whole, document)):
        return [one for part in document for one in studies(part)]
    own = _whole(document) and ("lntx" in document or any(map(_marked, document["benchmarks"])))
    return [_study(document)] if own else foreign.studies(document)


def _whole(document: Any) -> bool:
    return isinstance(document, Mapping) and pytest_benchmark.holds(document)


def _marked(item: Any) -> bool:
    extra = item.get("extra_info") if isinstance(item, Mapping) else None
    return isinstance(extra, Mapping) and "lntx" in extra


def _study(document: Mapping[str, Any]) -> Study:
    found = converted(_Document, document, "the file")
    ours = converted(_Ours, {} if found.lntx is None else _ours(found.lntx, "lntx"), "lntx")
    about = ours.about or {"ended": found.datetime, "commit": found.commit_info or {}}
    converted(_About, about, "lntx.about")
    read = [_read(item, f"benchmarks[{i}]", whole=found.lntx is not None) for i, item in enumerate(found.benchmarks)]
    absences = [_inf(item) for item in _today(ours.absences, ours.schema)]
    return replace(
        study(read),
        absences=tuple(map(_checked, decoded(tuple[Absence, ...], absences, "lntx.absences"))),
        machine=found.machine_info or {},
        about=about,
    )


def _read(item: Any, place: str, *, whole: bool) -> Record | Unusable:
    """Read an entry that lntx wrote, strictly in a whole file of its own, or one that somebody put beside those."""
    beside = isinstance(item, Mapping) and isinstance(item.get("extra_info", {}), Mapping | None) and not _marked(item)
    if beside or not (whole or _marked(item)):
        return pytest_benchmark.entry(item, place)
    try:
        return _record(converted(_Entry, item, place), place)
    except ValueError as error:
        if whole:
            raise
        return Unusable(pytest_benchmark.entry(item, place).name, str(error))


def _ours(extra: Any, place: str) -> Mapping[str, Any]:
    """Return what lntx added somewhere, if it is of this version and all its numbers are finite, as they were written."""
    found = converted(dict[str, Any], extra, place)
    schema = found.get("schema")
    if type(schema) is not int or not 1 <= schema <= SCHEMA:
        raise OtherVersion(schema, SCHEMA)
    try:
        json.dumps(found, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"{place} holds a number that is not finite") from error
    return found


def _record(found: _Entry, place: str) -> Record:
    data = [float(second) for second in found.stats.data]
    if any(not LEAST_S <= second <= MOST_S for second in data):
        raise ValueError(f"{place}.stats.data holds what is no time in seconds")
    place = f"{place}.extra_info.lntx"
    given = _ours(found.extra_info["lntx"], place)
    (extra,) = _today([given], given["schema"])
    counts = decoded(tuple[PositiveInt, ...], extra.get("rounds"), f"{place}.rounds")
    record = decoded(Record, _inf({**extra, "name": found.fullname, "rounds": []}), place, whole=(Record,))
    if sum(counts) != len(data):
        raise ValueError(f"{place}.rounds don't add up to the {len(data)} times")
    if record.cell is None:
        raise ValueError(f"{place}.cell is null")
    _check(record.cell, place)
    if record.timed_epochs > record.cell.epochs:
        raise ValueError(f"{place}.timed_epochs are {record.timed_epochs}, more than the cell's {record.cell.epochs}")
    values = iter(data)
    return replace(record, rounds=tuple(tuple(islice(values, count)) for count in counts))


def _inf(item: Any) -> Any:
    """Return infinity for each error that is null, and no number for each tolerance, of a record or an absence.

    JSON has no word for either. What had no finite tolerance agreed with nothing.
    """
    match item:
        case {"agreement": {"checkpoints": [*points]} as held}:
            tensors = {"tensors": _unbounded(held["tensors"])} if isinstance(held.get("tensors"), list) else {}
            return {**item, "agreement": {**held, "checkpoints": _unbounded(points), **tensors}}
    return item


def _unbounded(points: Iterable[Any]) -> list[Any]:
    return [
        {**point, **{name: value for name, value in _ENDLESS.items() if point.get(name, 0.0) is None}}
        if isinstance(point, Mapping)
        else point
        for point in points
    ]
