"""pytest-codspeed's results of wall time: medians, minima and means in nanoseconds, without the rounds behind them.

Early versions give the time of a round, later ones that of a call; the time of the whole tells which it is.
"""

import math
from collections.abc import Mapping
from typing import Any

from lntx.constraints import LARGEST
from lntx.record import Record, Study, Unusable
from lntx.storage.foreign import times
from lntx.storage.foreign.gathered import study
from lntx.storage.values import OtherKind

_WORDS = {"stddev": "stdev_ns", "total": "total_time"}
_WORDS |= {name: f"{name}_ns" for name in ("min", "max", "mean", "median", "q1", "q3")}
_NANO = 1e-9


def holds(document: Any) -> bool:
    """Tell whether a document is one of pytest-codspeed's."""
    return isinstance(document, Mapping) and isinstance(document.get("instrument"), Mapping) and "creator" in document


def studies(document: Any) -> list[Study]:
    """Return the run that a document holds; ValueError where it counted instructions, and has no times."""
    kind, found = document["instrument"].get("type"), document.get("benchmarks")
    if kind != "walltime" or not isinstance(found, list):
        raise OtherKind(
            f"it is pytest-codspeed's, whose instrument ({kind}) keeps no times; run it with --codspeed-mode walltime"
        )
    return [study([_entry(item, f"benchmarks[{i}]") for i, item in enumerate(found)])]


def _entry(item: Any, place: str) -> Record | Unusable:
    given = (item.get("uri"), item.get("name")) if isinstance(item, Mapping) else ()
    name = next((name for name in given if isinstance(name, str) and name), place)
    try:
        stats = item.get("stats") if isinstance(item, Mapping) else None
        if not isinstance(stats, Mapping):
            raise ValueError("it has no stats")  # noqa: TRY004, TRY301  (an error of the file, told as any other of its kind)
        return Record(name, (), stated=times.stated(stats, _NANO / _calls(stats), _WORDS))
    except ValueError as error:
        return Unusable(name, str(error))


def _calls(stats: Mapping[str, Any]) -> float:
    """Return by what times must be divided to be those of a call: 1, or the calls of a round; ValueError for no such number."""
    calls = stats.get("iter_per_round")
    if not isinstance(calls, int) or calls <= 1:
        return 1.0
    if calls > LARGEST:
        raise ValueError("iter_per_round is more than there can be calls in a round")
    logs = [_log(stats.get(name)) for name in ("total_time", "rounds", "mean_ns")]
    if None in logs:
        return float(calls)
    total, rounds, mean = logs
    share = total - rounds - mean - math.log(_NANO)  # type: ignore[operator]  # about 0 for times of a round
    return float(calls) if abs(share) < abs(share - math.log(calls)) else 1.0


def _log(value: Any) -> float | None:
    """Return the logarithm of a number above 0, however large; None for anything else."""
    known = isinstance(value, int | float) and 0 < value < math.inf
    return math.log(value) if known else None
