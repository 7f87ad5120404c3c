"""From the JSON of a results file to a study: every value is fitted into its shape first, and ValueError says where."""

import json
import math
import reprlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from lntx.record import SCHEMA, Absence, Agreement, Checkpoint, Record, Study
from lntx.storage.fitting import fit, fitted
from lntx.storage.shapes import About, Document, Entry, Extra, Gap, Proof, Times


class OtherSchema(Exception):
    """What lntx added here is of another version, which its message names."""


def study(document: Mapping[str, Any]) -> Study:
    """Make the study of a file; ValueError for damage, OtherSchema for another version."""
    found = fitted(Document, document, "the file")
    ours = fitted(About, {} if found.lntx is None else _ours(found.lntx, "lntx"), "lntx")
    about = ours.about or {"ended": found.datetime, "commit": found.commit_info or {}}
    fit(Mapping[str, Any] | None, about.get("commit"), "lntx.about.commit")
    return Study(
        records=tuple(_record(item, f"benchmarks[{i}]") for i, item in enumerate(found.benchmarks)),
        absences=tuple(_absence(item) for item in ours.absences),
        machine=found.machine_info or {},
        about=about,
    )


def _ours(extra: Any, place: str) -> Mapping[str, Any]:
    """Give what lntx added somewhere, if it is of this version and all its numbers are finite, as they were written."""
    found: Mapping[str, Any] = fit(Mapping[str, Any], extra, place)
    schema = found.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise OtherSchema(reprlib.repr(schema))
    try:
        json.dumps(found, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"{place} holds a number that is not finite") from error
    return found


def _record(item: Any, place: str) -> Record:
    found = fitted(Entry, item, place)
    data = _seconds(found, place)
    if "lntx" not in (found.extra_info or {}):
        return Record(name=found.fullname, rounds=(data,))
    place = f"{place}.extra_info.lntx"
    extra = fitted(Extra, _ours((found.extra_info or {})["lntx"], place), place)
    if sum(extra.rounds) != len(data):
        raise ValueError(f"{place}.rounds don't add up to the {len(data)} times")
    if extra.timed_epochs > extra.cell.epochs:
        raise ValueError(f"{place}.timed_epochs are {extra.timed_epochs}, more than the cell's {extra.cell.epochs}")
    if min(extra.prepare_s, default=0.0) < 0:
        raise ValueError(f"{place}.prepare_s holds a time that is negative")
    return Record(
        name=found.fullname,
        rounds=_parted(data, extra.rounds),
        cell=extra.cell,
        label=extra.label,
        work=extra.work,
        timed_epochs=extra.timed_epochs,
        prepare_s=extra.prepare_s,
        agreement=_proven(extra.agreement),
        counters=extra.counters,
        weighed=extra.weighed or {},
    )


def _seconds(found: Entry, place: str) -> tuple[float, ...]:
    times = fitted(Times, found.stats, f"{place}.stats")
    data = times.data or (math.nan if times.median is None else times.median,)
    if not all(second > 0 and math.isfinite(second) for second in data):
        raise ValueError(f"{place}.stats hold a time that is not a positive number")
    return tuple(float(second) for second in data)


def _parted(data: Iterable[float], counts: Iterable[int]) -> tuple[tuple[float, ...], ...]:
    values = iter(data)
    return tuple(tuple(islice(values, count)) for count in counts)


def _absence(found: Gap) -> Absence:
    return Absence(found.cell, found.kind, found.reason, found.label, _proven(found.agreement))


def agreement(item: Mapping[str, Any] | None) -> Agreement | None:
    """Read an agreement from the dict that `plain` made of it; ValueError for one that is damaged."""
    return None if item is None else _proven(fitted(Proof, item, "agreement"))


def _proven(found: Proof | None) -> Agreement | None:
    if found is None:
        return None
    points = tuple(
        Checkpoint(point.epoch, _error(point.error), point.tolerance, point.loss) for point in found.checkpoints
    )
    return Agreement(points, found.reference, found.truth, found.note)


def _error(value: float | None) -> float:
    return math.inf if value is None else value
