"""Studies on disk: pytest-benchmark's own JSON, so that every tool that reads that format reads ours.

A record is a pytest-benchmark entry whose `stats.data` holds the raw rounds of all processes, one after the other;
what lntx knows besides stands under `extra_info["lntx"]`. Cells without a time, and the study's own story, stand under
a top-level key "lntx" that other tools pass over. A file of another project is read as records without a cell.
"""

import json
import math
from pathlib import Path
from typing import Any, cast

from lntx.errors import InputError
from lntx.record import SCHEMA, Absence, Agreement, Record, Study, plain
from lntx.storage.disk import write_bytes, write_text
from lntx.storage.reading import OtherSchema, agreement, study

__all__ = ["absent", "agreement", "entry", "read", "write", "write_bytes", "write_text"]

FORMAT = "5.3.1"
"""The version of pytest-benchmark's format that is written; any file with its keys is read."""


def write(study: Study, path: Path) -> None:
    """Write a study, whole or not at all: a reader never meets half a file."""
    document = {
        "machine_info": dict(study.machine),
        "commit_info": dict(study.about.get("commit") or {}),
        "benchmarks": [entry(record) for record in study.records],
        "datetime": study.about.get("ended") or study.about.get("started"),
        "version": FORMAT,
        "lntx": {
            "schema": SCHEMA,
            "about": dict(study.about),
            "absences": [absent(absence) for absence in study.absences],
        },
    }
    write_text(path, json.dumps(document, indent=1, allow_nan=False) + "\n")


def read(path: Path) -> Study:
    """Read a study, or any project's pytest-benchmark file.

    Raises InputError, naming the file and what to do, for one that is missing, truncated, damaged, or of another kind
    or version.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not whole JSON ({error}); measure again, or pass another file") from error
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise InputError(f"{path} is not a pytest-benchmark file: it has no list 'benchmarks'")
    try:
        return study(document)
    except OtherSchema as error:
        raise InputError(
            f"{path} was written with schema {error} of lntx, this lntx reads {SCHEMA}; "
            "use the version that wrote it, or measure again"
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}; measure again") from error


def entry(record: Record) -> dict[str, Any]:
    """Turn a record into an entry of pytest-benchmark's list `benchmarks`."""
    from pytest_benchmark.stats import Stats  # noqa: PLC0415  (reading a study needs no pytest)

    stats = cast("Any", Stats)()
    for value in (second for rounds in record.rounds for second in rounds):
        stats.update(value)
    numbers = {name: _number(getattr(stats, name)) for name in Stats.fields}
    return {
        "group": record.cell.suite if record.cell else None,
        "name": record.name.rpartition("::")[2],
        "fullname": record.name,
        "params": plain(record.cell) if record.cell else None,
        "param": record.cell.key if record.cell else None,
        "extra_info": {"lntx": _extra(record)} if record.cell else {},
        "options": {},
        "stats": {**numbers, "data": list(stats.data), "iterations": 1},
    }


def absent(absence: Absence) -> dict[str, Any]:
    """Turn an absence into an entry of lntx's own list `absences`."""
    return {**plain(absence), "agreement": _numbers(absence.agreement)}


def _extra(record: Record) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "cell": plain(record.cell),
        "label": record.label,
        "work": record.work,
        "timed_epochs": record.timed_epochs,
        "rounds": [len(rounds) for rounds in record.rounds],
        "prepare_s": list(record.prepare_s),
        "agreement": _numbers(record.agreement),
        "counters": dict(record.counters),
        **({"weighed": dict(record.weighed)} if record.weighed else {}),
    }


def _number(value: Any) -> Any:
    """Give a number as it is, and null for NaN and infinity, for which JSON has no word."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _numbers(found: Agreement | None) -> dict[str, Any] | None:
    """Turn an agreement into JSON, which knows no error that is infinite or no number: that becomes null."""
    if found is None:
        return None
    points = [
        {**plain(point), "error": _number(point.error), "loss": _number(point.loss)} for point in found.checkpoints
    ]
    note = {"note": found.note} if found.note else {}
    return {"checkpoints": points, "reference": found.reference, "truth": _number(found.truth), **note}
