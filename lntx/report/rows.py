"""Records and absences as rows of plain values, and the columns of every frame."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from lntx import escaping
from lntx.record import Absence, Cell, Record, Study, Unusable
from lntx.report import intervals
from lntx.report.columns import CELL, NAME_LENGTH, named, place
from lntx.report.units import clean

_QUARTILES = (("q1", 0.25), ("q3", 0.75))
BEATEN = "beaten"
"""What limits a cell that took less time than its limits allow: they don't fit it."""
SHARES = ("share_python", "share_kernels", "share_optimizer")
"""The counters that say where a step's time goes."""
PROCESSES = ["cell", "study", "name", *CELL, "work", "timed_epochs", "whole", "process"]
PROCESSES += ["seconds", "unit_s", "step_s", "whole_s", "prepare_s"]
CELLS = ["cell", "study", "name", *CELL, "label", "work", "taken", "baseline", "timed_epochs", "whole"]
CELLS += ["processes", "rounds"]
CELLS += ["seconds", "unit_s", "low", "high", "step_s", "whole_s", "prepare_s", "total_s"]
CELLS += ["data_bytes", "flops_per_step", "bytes_per_step"]
CELLS += ["peak_bytes", "added_bytes", "others_share", "prepare_grown_s"]
CELLS += ["epochs_timed", *SHARES]
CELLS += ["limit_s", "limited_by", "of_limit", "error", "tolerance", "share", "agrees", "reference", "truth"]
CELLS += ["changed"]
ABSENCES = ["study", *CELL, "label", "kind", "reason", "error", "tolerance"]
FOREIGN = ["study", "name", "rounds", "raw", "least_s", "low_s", "median_s", "high_s", "mean_s"]
UNUSABLE = ["study", "name", "reason", "file"]
ROOFS = ["study", "device", "what", "bytes", "dtype", "per_s"]


def table(found: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Make a frame of rows, whose texts are all such as can be seen: a column of texts takes no half of a surrogate pair."""
    rows = [{name: _seen(value) for name, value in row.items()} for row in found]
    return pd.DataFrame(rows, columns=list(columns))


def _seen(value: Any) -> Any:
    return escaping.line(value) if type(value) is str else value


def each(frame: pd.DataFrame) -> list[Any]:
    """List a frame's rows as tuples with names, untyped: a frame's cells have no one type."""
    return list(frame.itertuples())


def _scale(record: Record, cell: Cell) -> tuple[float, float]:
    """Find what makes measured seconds comparable, and what makes comparable ones those of the whole recipe."""
    if cell.phase != "run":
        return 1.0, 1.0
    return 1 / record.epochs_timed, float(cell.epochs)


def _whole(record: Record, cell: Cell) -> bool:
    return record.whole or cell.phase != "run"


def of_cell(index: int, label: str, record: Record, cell: Cell) -> dict[str, Any]:
    """Make the row of a timed cell."""
    unit, whole = _scale(record, cell)
    interval = intervals.geometric([value * unit for value in record.medians])
    seconds = statistics.median(record.medians)
    prepare = statistics.median(record.prepare_s) if record.prepare_s else math.nan
    total = seconds * unit * whole + (prepare if cell.phase == "run" else 0.0)
    return {
        "cell": index, "study": label, "name": named(record.name), **place(cell),
        "label": clean(record.label, NAME_LENGTH), "work": record.work, "taken": named(record.taken),
        "baseline": named(record.baseline),
        "timed_epochs": record.timed_epochs, "whole": _whole(record, cell), "epochs_timed": record.epochs_timed,
        "processes": len(record.medians), "rounds": sum(map(len, record.rounds)),
        "seconds": seconds, "unit_s": seconds * unit, "low": interval.low, "high": interval.high,
        "step_s": seconds * unit * whole / (record.epoch_steps * cell.epochs) if cell.phase == "run" else math.nan,
        "whole_s": seconds * unit * whole, "prepare_s": prepare, "total_s": total,
        "changed": "; ".join(map(named, record.changed)),
        "data_bytes": cell.data_bytes, **_counted(record), **_limit(record, seconds, unit), **_agreement(record),
    }  # fmt: skip


def _counted(record: Record) -> dict[str, float]:
    """Take the counters that tables and pictures show; not a number where there is none."""
    names = (
        "flops_per_step",
        "bytes_per_step",
        "peak_bytes",
        "added_bytes",
        "others_share",
        "prepare_grown_s",
        *SHARES,
    )
    return {name: record.counters.get(name, math.nan) for name in names}


def _limit(record: Record, seconds: float, unit: float) -> dict[str, Any]:
    """Name the least time that the machine could have taken, what stands in the way, and the share that was reached."""
    ends = ("limit_", "_s")
    floors = {
        n.removeprefix(ends[0]).removesuffix(ends[1]): s for n, s in record.counters.items() if n.startswith(ends[0])
    }
    if not floors:
        return {"limit_s": math.nan, "limited_by": "", "of_limit": math.nan}
    least, by = max((least, by) for by, least in floors.items())
    if (
        seconds < least
    ):  # the limits were probed in a bad moment, or on another machine: a share of them would mean nothing
        return {"limit_s": math.nan, "limited_by": BEATEN, "of_limit": math.nan}
    return {"limit_s": least * unit, "limited_by": by, "of_limit": least / seconds}


def _agreement(record: Record) -> dict[str, Any]:
    found = record.agreement
    if found is None or not found.checkpoints:
        return {
            "error": math.nan,
            "tolerance": math.nan,
            "share": math.nan,
            "agrees": None,
            "reference": "",
            "truth": None,
        }
    return {
        "error": found.error, "tolerance": found.tolerance, "share": found.worst.share,
        "agrees": found.ok, "reference": found.reference, "truth": found.truth,
    }  # fmt: skip


def of_processes(index: int, label: str, record: Record, cell: Cell) -> list[dict[str, Any]]:
    """Make one row for each process of a cell."""
    unit, whole = _scale(record, cell)
    where = {
        "cell": index,
        "study": label,
        "name": named(record.name),
        **place(cell),
        "work": record.work,
    }
    where |= {"timed_epochs": record.timed_epochs, "whole": _whole(record, cell)}
    return [
        {
            **where, "process": process, "seconds": seconds, "unit_s": seconds * unit,
            "step_s": seconds * unit * whole / (record.epoch_steps * cell.epochs) if cell.phase == "run" else math.nan,
            "whole_s": seconds * unit * whole,
            "prepare_s": record.prepare_s[process] if process < len(record.prepare_s) else math.nan,
        }
        for process, seconds in enumerate(record.medians)
    ]  # fmt: skip


def of_absence(label: str, absence: Absence) -> dict[str, Any]:
    """Make the row of a cell without a time."""
    found = absence.agreement if absence.agreement and absence.agreement.checkpoints else None
    return {
        "study": label, **place(absence.cell), "label": clean(absence.label, NAME_LENGTH), "kind": absence.kind,
        "reason": clean(absence.reason), "error": found.error if found else math.nan,
        "tolerance": found.tolerance if found else math.nan,
    }  # fmt: skip


def of_foreign(label: str, record: Record, name: str) -> dict[str, Any]:
    """Make the row of a benchmark that lntx did not run: what its rounds say or, where there are none, what is stated of them."""
    times = sorted(second for rounds in record.rounds for second in rounds)
    stated = record.stated
    low, high = (_quantile(times, share) if times else stated.get(name, math.nan) for name, share in _QUARTILES)
    return {
        "study": label, "name": name, "rounds": len(times) or int(stated.get("rounds", 0)), "raw": bool(times),
        "least_s": times[0] if times else stated.get("min", math.nan), "low_s": low,
        "median_s": record.seconds if record.medians else math.nan, "high_s": high,
        "mean_s": math.fsum(times) / len(times) if times else stated.get("mean", math.nan),
    }  # fmt: skip


def _quantile(values: list[float], share: float) -> float:
    """Interpolate between sorted values, as pandas does."""
    place = (len(values) - 1) * share
    before = math.floor(place)
    after = min(before + 1, len(values) - 1)
    return values[before] + (place - before) * (values[after] - values[before])


def of_unusable(label: str, item: Unusable, name: str) -> dict[str, Any]:
    """Make the row of a benchmark without a time that could be used."""
    return {"study": label, "name": name, "reason": clean(item.reason), "file": clean(item.file, NAME_LENGTH)}


def of_limits(label: str, study: Study) -> list[dict[str, Any]]:
    """Make one row for each rate that a device showed: bytes read of a working set, FLOPs by dtype.

    Nothing of limits that can't be read: the file may be of anybody's making.
    """
    limits = study.about.get("limits")
    found: list[dict[str, Any]] = []
    for device, rates in limits.items() if isinstance(limits, Mapping) else ():
        where = {"study": label, "device": clean(device, NAME_LENGTH), "bytes": math.nan, "dtype": ""}
        try:
            reads = [(float(size), float(rate)) for size, rate in rates["reading"]]
            multiplies = [(clean(dtype, NAME_LENGTH), float(rate)) for dtype, rate in rates["multiplying"].items()]
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        found += [{**where, "what": "reading", "bytes": size, "per_s": rate} for size, rate in reads]
        found += [{**where, "what": "multiplying", "dtype": dtype, "per_s": rate} for dtype, rate in multiplies]
    return [row for row in found if row["per_s"] > 0]
