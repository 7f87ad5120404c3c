"""Studies on disk: pytest-benchmark's own JSON, so that every tool that reads that format reads ours.

A record is a pytest-benchmark entry whose `stats.data` holds the raw rounds of all processes, one after the other;
what lntx knows besides stands under `extra_info["lntx"]`. Cells without a time, and the study's own story, stand under
a top-level key "lntx" that other tools pass over. A file of another project is read as records without a cell, and may hold
several runs (see `foreign`).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from lntx.errors import InputError
from lntx.record import SCHEMA, Absence, Agreement, Record, Study
from lntx.storage import values
from lntx.storage.disk import write_bytes, write_text
from lntx.storage.documents import documents
from lntx.storage.foreign.pytest_benchmark import bare
from lntx.storage.pytest_benchmark import studies
from lntx.storage.values import encoded

__all__ = ["absent", "entry", "read", "runs", "write", "write_bytes", "write_several", "write_text"]

FORMAT = "5.3.1"
"""The version of pytest-benchmark's format that is written; any file with its keys is read."""

_CURE = "measure again, or pass another file"


def write(study: Study, path: Path) -> None:
    """Write a study, whole or not at all: a reader never meets half a file."""
    write_several([study], path)


def write_several(studies: Sequence[Study], path: Path) -> None:
    """Write studies of several machines into one file, as a list where they are more than one; likewise whole."""
    written = [_document(study) for study in studies]
    write_text(path, json.dumps(written if len(written) > 1 else written[0], indent=1, allow_nan=False) + "\n")


def _document(study: Study) -> dict[str, Any]:
    return {
        "machine_info": _known(dict(study.machine)),
        "commit_info": _known(dict(study.about.get("commit") or {})),
        "benchmarks": [entry(record) for record in study.records],
        "datetime": study.about.get("ended") or study.about.get("started"),
        "version": FORMAT,
        "lntx": {
            "schema": SCHEMA,
            "about": _known(dict(study.about)),
            "absences": [absent(absence) for absence in study.absences],
        },
    }


def read(path: Path) -> Study:
    """Read a study, or any project's pytest-benchmark file.

    Raises InputError, naming the file and what to do, for one that is missing, truncated, damaged, or of another kind
    or version, and for one that holds several runs.
    """
    found = runs(path)
    if len(found) != 1:
        raise InputError(
            f"{path} holds {len(found)} runs; lntx report shows them as a trend, lntx compare takes the last two"
        )
    return found[0]


def runs(path: Path) -> list[Study]:
    """Read all runs in a file, in their order: those that were put together in it, or a tool's history; InputError as `read`."""
    given = documents(path, _CURE)
    if all(map(bare, given)):
        given = [given]  # the benchmarks of one run, a line each
    found = [
        study for document in given for study in values.made(path, studies, document, "pytest-benchmark file", _CURE)
    ]
    return [_told(study, path) for study in found]


def _told(study: Study, path: Path) -> Study:
    """Say of what can't be used where it stands."""
    return (
        replace(study, unusable=tuple(replace(one, file=path.name) for one in study.unusable))
        if study.unusable
        else study
    )


def entry(record: Record) -> dict[str, Any]:
    """Turn a record into an entry of pytest-benchmark's list `benchmarks`."""
    from pytest_benchmark.stats import Stats  # noqa: PLC0415  (reading a study needs no pytest)

    stats = cast("Any", Stats)()
    for value in (second for rounds in record.rounds for second in rounds):
        stats.update(value)
    numbers = {name: _number(getattr(stats, name)) for name in Stats.fields} if stats.data else dict(record.stated)
    return {
        "group": record.cell.suite if record.cell else None,
        "name": record.name.partition("[")[0].rpartition("::")[2] + "".join(record.name.partition("[")[1:]),
        "fullname": record.name,
        "params": encoded(record.cell) if record.cell else None,
        "param": record.cell.key if record.cell else None,
        "extra_info": {"lntx": _extra(record)} if record.cell else {},
        "options": {},
        "stats": {**numbers, "data": list(stats.data), "iterations": 1},
    }


def absent(absence: Absence) -> dict[str, Any]:
    """Turn an absence into an entry of lntx's own list `absences`."""
    return {**encoded(absence), "agreement": _numbers(absence.agreement)}


def _extra(record: Record) -> dict[str, Any]:
    found = encoded(record)
    del found["name"]
    first = dict.fromkeys(("schema", "cell", "label", "work", "timed_epochs"))
    counts = [len(rounds) for rounds in record.rounds]
    return {**first, **found, "schema": SCHEMA, "rounds": counts, "agreement": _numbers(record.agreement)}


def _number(value: Any) -> Any:
    """Return a number as it is, and null for NaN and infinity, for which JSON has no word."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _numbers(found: Agreement | None) -> Any:
    """Turn an agreement into JSON types; whatever in it is infinite, or no number, becomes null."""
    return None if found is None else _known(encoded(found))


def _known(value: Any) -> Any:
    """Return plain data with null in the place of what JSON has no word for, however deep it stands."""
    if isinstance(value, dict):
        return {name: _known(one) for name, one in value.items()}
    return [_known(one) for one in value] if isinstance(value, list | tuple) else _number(value)
