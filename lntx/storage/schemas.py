"""JSON Schemas of lntx's own files, made from the types that they are decoded into, so that they can't say anything else.

They hold what a file of today's version must look like, as `lntx.storage` reads it: which fields there are and must be, of which
types, within which bounds. What takes more than one field to tell (counts that add up, looks that rise) the reader alone checks.
"""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import msgspec

from lntx import record, result
from lntx import targets as held
from lntx.constraints import LEAST_S, MOST_S, SPARSE, PositiveInt
from lntx.record import Absence, Record
from lntx.result import BenchmarkResult, GateResult, Surveyed
from lntx.storage import gate
from lntx.targets import Scoreboard

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLACE = "#/$defs/{name}"
_ENDLESS = tuple((shape, name) for shape in ("Checkpoint", "TensorAgreement") for name in ("error", "tolerance"))
"""Numbers that may be infinite, or none, for which JSON has no word: they are written as null."""
_OBJECT: dict[str, Any] = {"type": "object"}
_MAYBE = {"type": ["object", "null"]}


def of_study() -> dict[str, Any]:
    """Make the schema of `study.json`: pytest-benchmark's format, and what lntx adds to it."""
    (one, absence, counts), parts = _parts((Record, Absence, tuple[PositiveInt, ...]), (Record,))
    del one
    entry = parts.pop("Record")
    del entry["properties"]["name"]  # it stands outside, as fullname
    entry["required"] = ["schema", *(name for name in entry["required"] if name != "name")]
    del entry["additionalProperties"]  # others may have added their own
    cell = {
        "$ref": _PLACE.format(name="Cell")
    }  # never null: such a record is somebody else's, and has no entry of lntx's
    entry["properties"] |= {"schema": _version(record.SCHEMA), "rounds": counts, "cell": cell}
    for shape, name in _ENDLESS:
        given = parts[shape]["properties"][name]
        given["anyOf"] = [*given["anyOf"], {"type": "null"}]
    times = {"type": "array", "items": {"type": "number", "minimum": LEAST_S, "maximum": MOST_S}}
    benchmark = {
        "type": "object",
        "properties": {
            "fullname": {"type": "string"},
            "stats": {"type": "object", "properties": {"data": times}, "required": ["data"]},
            "extra_info": {"type": "object", "properties": {"lntx": entry}},
        },
        "required": ["fullname", "stats", "extra_info"],
    }
    own = {
        "type": "object",
        "properties": {
            "schema": _version(record.SCHEMA),
            "about": _OBJECT,
            "absences": {"type": "array", "items": absence},
        },
        "required": ["schema", "about", "absences"],
    }
    properties = {
        "machine_info": _MAYBE,
        "commit_info": _MAYBE,
        "benchmarks": {"type": "array", "items": benchmark},
        "lntx": own,
    }
    return _document(
        "A study: what lntx bench writes", {"properties": properties, "required": ["benchmarks", "lntx"]}, parts
    )


def of_gate() -> dict[str, Any]:
    """Make the schema of `gate.json`."""
    shapes = GateResult, gate._Stream  # noqa: SLF001  (the same room's)
    (_, stream), parts = _parts(shapes, (GateResult, BenchmarkResult, Surveyed))
    whole = parts.pop("GateResult")
    whole["properties"] |= {"schema": _version(result.SCHEMA), "streams": {"type": "array", "items": stream}}
    whole["required"] = ["schema", *whole["required"]]
    return _document("A gate: what lntx gate writes", whole, parts)


def of_targets() -> dict[str, Any]:
    """Make the schema of `targets.json`."""
    _, parts = _parts((Scoreboard,), (Scoreboard,))
    whole = parts.pop("Scoreboard")
    whole["properties"]["schema"] = _version(held.SCHEMA)
    whole["required"] = ["schema", *whole["required"]]
    return _document("Targets: what nox -s peers writes", whole, parts)


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {"study": of_study, "gate": of_gate, "targets": of_targets}
"""What makes the schema of each kind of file, by the stem of the file's name."""


def _version(number: int) -> dict[str, Any]:
    return {"const": number}


def _parts(shapes: Sequence[Any], whole: Sequence[type]) -> tuple[Sequence[Any], dict[str, Any]]:
    """Return a schema for each shape, and those of all classes that they are made of, as strict as their reader is.

    Of the classes that are `whole` each field must be there but for those that are written only where they say something.
    """
    found, parts = msgspec.json.schema_components(shapes, ref_template=_PLACE)
    parts = {name: dict(part) for name, part in parts.items()}
    for name, part in parts.items():
        part["title"] = name.lstrip("_")
        if "description" in part:
            part["description"] = inspect.cleandoc(part["description"])
        if part.get("type") == "object":
            part["additionalProperties"] = False
    for shape in whole:
        due = [one.name for one in fields(shape) if one.metadata != SPARSE]
        parts[shape.__name__]["required"] = due
    return found, parts


def _document(title: str, shape: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """Put a schema together, of the shape of a whole file and the classes that it is made of; other keys are passed over."""
    named = {"$schema": _DIALECT, "title": title, "type": "object"}
    body = {key: value for key, value in shape.items() if key in {"description", "properties", "required"}}
    used = sorted(_used(body, parts))
    whole = json.dumps({**named, **body, "$defs": {name.lstrip("_"): parts[name] for name in used}})
    found: dict[str, Any] = json.loads(whole.replace(f'"{_PLACE.format(name="_")}', f'"{_PLACE.format(name="")}'))
    return found


def _used(value: Any, parts: Mapping[str, Any]) -> set[str]:
    """Name the classes that a schema refers to, and those that these do."""
    found: set[str] = set()
    open_ = [value]
    while open_:
        one = open_.pop()
        if isinstance(one, Mapping):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name in parts and name not in found:
                found.add(name)
                open_.append(parts[name])
            open_ += one.values()
        elif isinstance(one, list):
            open_ += one
    return found
