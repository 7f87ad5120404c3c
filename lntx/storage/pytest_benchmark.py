"""From the JSON of a results file to a study: every value is decoded first, and ValueError says where."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lntx.constraints import Positive, PositiveInt, Unbounded
from lntx.record import SCHEMA, Absence, Record, Study
from lntx.storage.values import OtherVersion, converted, decoded


@dataclass(frozen=True, slots=True)
class _Times:
    """The raw rounds, or where a project saved none their median."""

    data: tuple[Positive, ...] | None = None
    median: Unbounded | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of the list `benchmarks`, of any project."""

    fullname: str
    stats: _Times
    extra_info: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    """A whole file, of any project."""

    benchmarks: tuple[_Entry, ...]
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


def study(document: Any) -> Study:
    """Return the study of a file; ValueError for damage, or another version."""
    found = converted(_Document, document, "the file")
    ours = converted(_Ours, {} if found.lntx is None else _ours(found.lntx, "lntx"), "lntx")
    about = ours.about or {"ended": found.datetime, "commit": found.commit_info or {}}
    converted(_About, about, "lntx.about")
    return Study(
        records=tuple(_record(item, f"benchmarks[{i}]") for i, item in enumerate(found.benchmarks)),
        absences=decoded(tuple[Absence, ...], [_inf(item) for item in ours.absences], "lntx.absences"),
        machine=found.machine_info or {},
        about=about,
    )


def _ours(extra: Any, place: str) -> Mapping[str, Any]:
    """Return what lntx added somewhere, if it is of this version and all its numbers are finite, as they were written."""
    found = converted(dict[str, Any], extra, place)
    schema = found.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise OtherVersion(schema, SCHEMA)
    try:
        json.dumps(found, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"{place} holds a number that is not finite") from error
    return found


def _record(found: _Entry, place: str) -> Record:
    data = _seconds(found.stats, place)
    if "lntx" not in (found.extra_info or {}):
        return Record(name=found.fullname, rounds=(data,))
    place = f"{place}.extra_info.lntx"
    extra = _ours((found.extra_info or {})["lntx"], place)
    counts = decoded(tuple[PositiveInt, ...], extra.get("rounds"), f"{place}.rounds")
    record = decoded(Record, _inf({**extra, "name": found.fullname, "rounds": []}), place, whole=(Record,))
    if sum(counts) != len(data):
        raise ValueError(f"{place}.rounds don't add up to the {len(data)} times")
    if record.cell is None:
        raise ValueError(f"{place}.cell is null")
    if record.timed_epochs > record.cell.epochs:
        raise ValueError(f"{place}.timed_epochs are {record.timed_epochs}, more than the cell's {record.cell.epochs}")
    values = iter(data)
    return replace(record, rounds=tuple(tuple(islice(values, count)) for count in counts))


def _seconds(times: _Times, place: str) -> tuple[float, ...]:
    data = times.data or decoded(tuple[Positive, ...], [times.median], f"{place}.stats.median")
    return tuple(float(second) for second in data)


def _inf(item: Any) -> Any:
    """Return infinity for each error that is null, of a record or an absence: JSON has no word for it."""
    match item:
        case {"agreement": {"checkpoints": [*points]} as held}:
            ends = [{**point, "error": math.inf} if _null(point) else point for point in points]
            return {**item, "agreement": {**held, "checkpoints": ends}}
    return item


def _null(point: Any) -> bool:
    return isinstance(point, Mapping) and point.get("error", 0.0) is None
