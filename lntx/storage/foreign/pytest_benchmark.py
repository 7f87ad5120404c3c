"""pytest-benchmark's JSON, of any version from 3 on: whole, without its rounds, or what scripts have made of it."""

import json
from collections.abc import Mapping
from typing import Any

from lntx.record import Record, Study, Unusable
from lntx.storage.documents import twice
from lntx.storage.foreign import contradiction, times
from lntx.storage.foreign.gathered import study
from lntx.storage.values import OtherKind

_TRAITS = ("group", "param", "path", "source", "module", "file", "package", "project", "machine")
_LONGEST = 500  # characters of a trait: more would be data
_MESSAGE = 120


def holds(document: Any) -> bool:
    """Tell whether a document is one of pytest-benchmark's, or its list of benchmarks alone."""
    if isinstance(document, list):
        return bool(document) and all(map(bare, document))
    return isinstance(document, Mapping) and isinstance(document.get("benchmarks"), list)


def bare(document: Any) -> bool:
    """Tell whether a document is a benchmark by itself."""
    return isinstance(document, Mapping) and "stats" in document and ("fullname" in document or "name" in document)


def studies(document: Any) -> list[Study]:
    """Return the run that a document holds; ValueError where it has two lists of benchmarks, and one would be lost."""
    if isinstance(document, list):
        return [study([entry(item, f"[{i}]") for i, item in enumerate(document)])]
    if twice(document, "benchmarks"):
        raise OtherKind('it has "benchmarks" twice, and only one of both would be read; make it two files')
    found = [entry(item, f"benchmarks[{i}]") for i, item in enumerate(document["benchmarks"])]
    return [study(found, document.get("machine_info"), document.get("commit_info"), document.get("datetime"))]


def entry(item: Any, place: str) -> Record | Unusable:
    """Read one of the list `benchmarks`."""
    name = _name(item) or place
    try:
        return _record(item, name)
    except ValueError as error:
        return Unusable(name, str(error), traits=traits(item))


def _name(item: Any) -> str:
    given = (item.get("fullname"), item.get("name")) if isinstance(item, Mapping) else ()
    return next((name for name in given if isinstance(name, str) and name), "")


def _record(item: Any, name: str) -> Record:
    if not isinstance(item, Mapping):
        raise ValueError(f"it is {times.kind(item)}, and no object")  # noqa: TRY004  (an error of the file, not of a type)
    if key := twice(item, "fullname", "name", "stats"):
        raise ValueError(f'its "{key}" stands twice in it, with different values')
    if failed := item.get("error") or item.get("has_error"):
        raise ValueError(f"it ended in an error{_said(failed)}")
    stats = item.get("stats")
    if not isinstance(stats, Mapping):
        raise ValueError("it has no stats" if stats is None else f"its stats are {times.kind(stats)}")  # noqa: TRY004
    if key := twice(stats, "data", "median", "min", "mean"):
        raise ValueError(f'"{key}" stands twice in its stats, with different values')
    data = stats.get("data")
    if data is not None and not isinstance(data, list):
        raise ValueError(f"its stats.data are {times.kind(data)}, and no list of rounds")
    if data:
        rounds = times.rounds(data, "stats.data")
        if contrary := contradiction.of(rounds, stats):
            raise ValueError(contrary)
        return Record(name, (rounds,), traits=traits(item))
    return Record(name, (), stated=times.stated(stats), traits=traits(item))


def _said(failed: Any) -> str:
    text = " ".join(failed.split()) if isinstance(failed, str) else ""
    return f": {text[:_MESSAGE]}{'...' if len(text) > _MESSAGE else ''}" if text else ""


def traits(item: Any) -> dict[str, str]:
    """Return what may tell a benchmark from another of its name: words of its own, no measured values."""
    if not isinstance(item, Mapping):
        return {}
    extra, params = item.get("extra_info"), item.get("params")
    found = {name: item.get(name) for name in _TRAITS}
    found |= {f"extra_info {key}": value for key, value in extra.items()} if isinstance(extra, Mapping) else {}
    found["params"] = json.dumps(params, sort_keys=True, default=str) if isinstance(params, Mapping | list) else None
    return {name: value for name, value in found.items() if isinstance(value, str) and 0 < len(value) <= _LONGEST}
