"""Records as tidy pandas frames: what every finding, figure and table is computed from.

`processes` has one row for each process of each cell, `cells` one row a cell with its interval between processes,
`absences` one row for each cell without a time, `foreign` one row for each benchmark of each run that lntx did not make,
`unusable` one row for each of those without a time that could be used, `checkpoints` one row for each comparison with the
reference, `tensors` one row for each tensor of a loop's model, `roofs` one row for each thing that a device can do at most.
The column `cell` joins the first two. Times are in
seconds. `unit_s` is the time that may be compared: of one epoch for training in its steady state, of one call
otherwise. `whole_s` is that of the whole recipe, scaled up where `whole` is False.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from lntx import escaping
from lntx.judge.shards import LOST
from lntx.judge.twins import told_apart
from lntx.record import Absence, Record, Study, Unusable
from lntx.report import environments, intervals, names, proof_rows, provenance, rows
from lntx.report.columns import CELL
from lntx.report.incomplete import Unfinished, unfinished
from lntx.report.merging import distinct, labelled, merged, missing, refuted

BASELINE = "eager"
"""What everybody writes first, so what every ratio is taken to, where a record names nothing else."""

CHOOSER = "auto"
"""The backend that takes one of the others: held against them, but no way of its own to be the fastest."""

THREADS = "threads"
"""The suite that goes along the number of threads, which therefore names no series."""

FRAMES = ("processes", "cells", "absences", "foreign", "unusable", "checkpoints", "tensors", "roofs")
"""The names of all frames."""

_VARIANTS = ("device", "dtype", "threads", "study")


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """All frames of one report."""

    processes: pd.DataFrame
    cells: pd.DataFrame
    absences: pd.DataFrame
    foreign: pd.DataFrame
    checkpoints: pd.DataFrame
    roofs: pd.DataFrame
    shown: frozenset[str] = frozenset()
    """The suites that have a figure of their own."""
    copies: int = 0
    """How many of the studies were left out, as others hold all their records."""
    labels: tuple[str, ...] = ()
    """What the studies are called, in the order in which they were given; one without a name where all were made alike."""
    days: tuple[str, ...] = ()
    """When each of them ended (ISO 8601), empty where it isn't known."""
    differences: tuple[environments.Difference, ...] = ()
    """The facts in which they part."""
    unusable: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=rows.UNUSABLE))
    tensors: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=proof_rows.TENSORS))
    runs: pd.DataFrame = field(default_factory=pd.DataFrame)
    """One row for each of the studies, with the facts in which they part."""
    notes: tuple[str, ...] = ()
    """What was done to tell benchmarks of one name apart."""
    machines: dict[str, str] = field(default_factory=dict)
    """Of a study that was merged from several machines' shards: what each study's machine is, by its label."""
    lost: str = ""
    """The shards that a merged study lacks."""
    unfinished: tuple[Unfinished, ...] = ()
    """The studies that aren't complete."""

    @property
    def partial(self) -> bool:
        """Whether times are still to come, so that what is best is best so far."""
        return bool(self.unfinished or self.lost)

    @property
    def called(self) -> frozenset[str]:
        """What backends, ways, problems and tensors are called: a sentence that begins with one begins as it is written."""
        kinds = ("backend", "problem", "tensor")
        parts = (frame[kind] for frame in (self.cells, self.absences, self.tensors) for kind in kinds if kind in frame)
        return frozenset(str(name) for part in parts for name in part.unique())

    def benchmarks(self, limit: int = names.LINE) -> dict[str, str]:
        """Give each benchmark that lntx didn't run a short label of its own."""
        return names.labels([*self.foreign["name"], *self.unusable["name"]], limit)

    @property
    def ways(self) -> pd.DataFrame:
        """The cells of backends that do the work themselves."""
        return self.cells[self.cells["backend"] != CHOOSER]

    @property
    def order(self) -> list[tuple[str, str]]:
        """The studies with their days: two as they were given, more by time where all have one."""
        found = list(zip(self.labels, self.days, strict=True))
        several = len(found) > 2  # noqa: PLR2004  (of two, one is held against the other)
        return sorted(found, key=lambda pair: pair[1]) if several and all(self.days) else found

    def only(self, label: str) -> "Frames":
        """Take one study alone, its series named as if there were no other."""
        parts = {name: getattr(self, name) for name in FRAMES}
        parts = {name: frame[frame["study"] == label].assign(study="") for name, frame in parts.items()}
        cells = _named(parts["cells"].drop(columns="series"))
        processes = parts["processes"].drop(columns="series").merge(cells[["cell", "series"]], on="cell")
        alone = {**parts, "cells": cells, "processes": processes}
        left = tuple(replace(one, label="") for one in self.unfinished if one.label == label)
        return replace(self, **alone, labels=("",), days=("",), differences=(), unfinished=left)

    def times(self, cell: int) -> list[float]:
        """Return the comparable times of a cell, one for each process in its turn."""
        row = self.processes["unit_s"].to_numpy()
        return [float(value) for value in row[self.processes["cell"].to_numpy() == cell]]

    def ratio(self, above: int, below: int) -> intervals.Interval:
        """How many times as long the first cell takes as the second."""
        return intervals.ratio(self.times(above), self.times(below))


def frames(studies: Sequence[Study], refused: Sequence[Unusable] = ()) -> Frames:
    """Make the frames of some studies; `refused` are files that were passed over."""
    told = told_apart(distinct(studies))
    kept = told.studies
    parts, without = labelled(kept), refuted(kept)
    records = [(label, record) for label, study in parts for record in merged(study, without)]
    absences = [(label, absence) for label, study in parts for absence in missing(study, without)]
    unnamed = [
        *(record.name for study in kept for record in study.records if record.cell is None),
        *(one.name for study in kept for one in study.unusable),
    ]
    whole = names.distinct(unnamed)
    proven = [(label, record, record.cell) for label, record in records if record.cell]
    cells = rows.table((rows.of_cell(i, *found) for i, found in enumerate(proven)), rows.CELLS)
    processes = rows.table(
        (row for i, found in enumerate(proven) for row in rows.of_processes(i, *found)), rows.PROCESSES
    )
    named = _named(cells.assign(baseline=cells["baseline"].replace("", BASELINE)))
    compared: list[tuple[str, Record | Absence]] = [*((label, record) for label, record, _ in proven), *absences]
    differences = tuple(environments.differences([study for _, study in parts])) if len(parts) > 1 else ()
    days = tuple(escaping.line(study.about.get("ended") or study.about.get("started") or "") for _, study in parts)
    return Frames(
        processes=processes.merge(named[["cell", "series"]], on="cell"),
        cells=_compared(named, processes),
        absences=rows.table((rows.of_absence(label, absence) for label, absence in absences), rows.ABSENCES),
        foreign=rows.table(
            (rows.of_foreign(label, one, whole[one.name]) for label, one in records if one.cell is None), rows.FOREIGN
        ),
        unusable=rows.table(
            [
                *(rows.of_unusable(label, one, whole[one.name]) for label, study in parts for one in study.unusable),
                *(rows.of_unusable("", one, escaping.printable(one.name)) for one in refused),
            ],
            rows.UNUSABLE,
        ),
        checkpoints=rows.table(
            (row for label, item in compared for row in proof_rows.of_checkpoints(label, item)), proof_rows.CHECKPOINTS
        ),
        tensors=rows.table(
            (row for label, item in compared for row in proof_rows.of_tensors(label, item)), proof_rows.TENSORS
        ),
        roofs=rows.table((row for label, study in parts for row in rows.of_limits(label, study)), rows.ROOFS),
        copies=len(studies) - len(kept),
        labels=tuple(label for label, _ in parts),
        days=days,
        differences=differences,
        runs=pd.DataFrame(
            {"study": [label for label, _ in parts], "day": days} | {found.fact: found.said for found in differences}
        ),
        notes=told.notes,
        machines=_machines(parts),
        unfinished=tuple(unfinished(parts)),
        lost=next((escaping.line(lost) for _, study in parts if (lost := study.about.get(LOST))), ""),
    )


def _machines(parts: Sequence[tuple[str, Study]]) -> dict[str, str]:
    """Say what machines a merged study has; nothing of others, which stand side by side to be compared."""
    if len(parts) < 2 or not all(study.about.get("merged") for _, study in parts):  # noqa: PLR2004  (one needs no name)
        return {}
    return {label: provenance.machine(study.machine) for label, study in parts}


def _named(cells: pd.DataFrame) -> pd.DataFrame:
    """Name each series: its backend, its work class unless it is steps, and what else tells it apart here."""
    series = cells["backend"].astype(str)
    series = series.where(cells["work"] == "steps", series + " (" + cells["work"].astype(str) + ")")
    for name in _VARIANTS:
        seen = cells if name != "threads" else cells[cells["suite"] != THREADS]
        if len(set(seen[name])) > 1:
            series = series + " · " + cells[name].astype(str) + (" threads" if name == "threads" else "")
    return cells.assign(series=series)


def _compared(cells: pd.DataFrame, processes: pd.DataFrame) -> pd.DataFrame:
    """Add how many times as fast as its baseline each cell is, with the interval of that ratio."""
    units = zip(processes["cell"].tolist(), processes["unit_s"].tolist(), strict=True)
    times: dict[int, list[float]] = {}
    for cell, unit in units:
        times.setdefault(cell, []).append(unit)
    place = [name for name in ("study", *CELL) if name != "backend"]
    # Cold calls are compared as they are, so only those of as many epochs.
    timed = cells["timed_epochs"].where(cells["phase"] == "first", 0)
    keys = list(cells[place].assign(timed=timed).itertuples(index=False, name=None))
    base = {
        key: cell
        for key, cell, backend, baseline in zip(keys, cells["cell"], cells["backend"], cells["baseline"], strict=True)
        if backend == baseline
    }
    ratios = [
        intervals.ratio(times[base[key]], times[cell]) if key in base else None
        for key, cell in zip(keys, cells["cell"], strict=True)
    ]
    nothing = intervals.Interval(float("nan"), None, None, 0)
    found = [ratio or nothing for ratio in ratios]
    return cells.assign(
        speedup=pd.Series([ratio.center for ratio in found], cells.index, dtype=float),
        speedup_whole=_both_whole(cells, [base.get(key) for key in keys]),
        speedup_low=pd.Series([ratio.low for ratio in found], cells.index, dtype=float),
        speedup_high=pd.Series([ratio.high for ratio in found], cells.index, dtype=float),
    )


def _both_whole(cells: pd.DataFrame, bases: list[int | None]) -> list[bool]:
    """Return for each cell whether it and its baseline were both timed whole; False without one."""
    whole = dict(zip(cells["cell"], cells["whole"], strict=True))
    own = [bool(value) for value in cells["whole"]]
    return [mine and base is not None and bool(whole[base]) for mine, base in zip(own, bases, strict=True)]
