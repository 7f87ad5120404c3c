"""github-action-benchmark: the history that it keeps (`data.js`, or JSON), and the list that its custom tools take.

It keeps one value of each benchmark and run. Of pytest that is calls a second, by their mean; other tools' times are taken for
means, too: no rounds, no median and no minimum stand behind them.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lntx.record import Record, Study, Unusable
from lntx.storage.foreign import times
from lntx.storage.foreign.gathered import study
from lntx.storage.values import OtherKind

_SCALES = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}
_LONG = {"nsec": "ns", "usec": "us", "msec": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s"}
_LONG |= {"nanoseconds": "ns", "microseconds": "us", "milliseconds": "ms", "minutes": "min"}
_PER_CALL = re.compile(r"\s*/\s*(iter|iteration|op|call|round)$")
_RATE = re.compile(r"(iter|iters|iterations|op|ops|calls|runs)\s*/\s*(s|sec|second)$")
_MILLI = 1e-3


def holds(document: Any) -> bool:
    """Tell whether a document is a history of github-action-benchmark's, or a list for it."""
    if isinstance(document, list):
        return bool(document) and all(
            isinstance(item, Mapping) and {"name", "unit", "value"} <= set(item) for item in document
        )
    return (
        isinstance(document, Mapping) and isinstance(document.get("entries"), Mapping) and "benchmarks" not in document
    )


def studies(document: Any) -> list[Study]:
    """Return one study for each run, the earliest first; ValueError where there is none."""
    if isinstance(document, list):
        return [study([_entry(item, f"[{i}]") for i, item in enumerate(document)])]
    several = len(document["entries"]) > 1
    found = [
        _run(run, f"{suite}: " if several else "")
        for suite, runs in document["entries"].items()
        if isinstance(runs, list)
        for run in runs
        if isinstance(run, Mapping) and isinstance(run.get("benches"), list)
    ]
    if not found:
        raise OtherKind("it is github-action-benchmark's, but holds no run")
    return found


def _run(run: Mapping[str, Any], suite: str) -> Study:
    return study(list(_entries(run["benches"], suite)), commit=run.get("commit"), ended=_day(run.get("date")))


def _entries(benches: list[Any], suite: str) -> Iterator[Record | Unusable]:
    for i, item in enumerate(benches):
        yield _entry(item, f"benches[{i}]", suite)


def _entry(item: Any, place: str, suite: str = "") -> Record | Unusable:
    name = item.get("name") if isinstance(item, Mapping) else None
    name = f"{suite}{name if isinstance(name, str) and name else place}"
    try:
        return Record(name, (), stated=times.stated({"mean": _mean(item)}))
    except ValueError as error:
        return Unusable(name, str(error))


def _mean(item: Any) -> Any:
    if not isinstance(item, Mapping):
        raise ValueError(f"it is {times.kind(item)}, and no object")  # noqa: TRY004  (an error of the file, not of a type)
    unit = item.get("unit")
    words = unit.strip().lower() if isinstance(unit, str) else ""
    value = times.second(item.get("value"), "its value")
    if _RATE.fullmatch(words):
        return 1 / value if value else 0.0
    short = _PER_CALL.sub("", words)
    scale = _SCALES.get(_LONG.get(short, short))
    if scale is None:
        raise ValueError(f"its unit ({unit or 'none'}) is that of no time")
    return value * scale


def _day(milliseconds: Any) -> Any:
    try:
        return datetime.fromtimestamp(float(milliseconds) * _MILLI, UTC).isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return None
