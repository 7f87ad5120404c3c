"""The short form of a page, which a terminal shows: the answer, a table that fits 80 columns, and a sentence from each card."""

import math
from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

from lntx.report import names, units
from lntx.report.analysis.breakeven import from_cold
from lntx.report.analysis.choosers import without_echoes
from lntx.report.analysis.headline import headline
from lntx.report.document import Brief, Table
from lntx.report.findings import findings
from lntx.report.frames import Frames, frames
from lntx.report.opening import opening
from lntx.report.rows import each

if TYPE_CHECKING:
    from lntx.record import Study

_NAME, _MOST = 20, 20  # letters of a name, and rows


def brief(studies: "Sequence[Study]") -> Brief:
    """Make the short form without a page."""
    tidy = frames(studies)
    found = findings(tidy)
    opened = opening(tidy, found)
    warnings = tuple(finding for finding in found if finding.kind == "warning")
    return Brief(opened.answer, table(tidy), opened.cards, warnings)


def table(tidy: Frames) -> Table | None:
    """Make the table of the training that a page begins with, the fastest first; a column that says nothing is left out."""
    cells = headline(without_echoes(tidy))
    if cells.empty:
        return None
    cold, short = from_cold(tidy, cells), names.labels(cells["series"], _NAME)
    base = units.clean(cells["baseline"].iloc[0], _NAME // 2)
    headings = ("backend", "time", f"over {base}", "from cold", "of limit", "epochs timed")
    rows = [(short[row.series], *_row(row, cold.get(row.cell))) for row in each(cells.head(_MOST))]
    said = [any(column) for column in zip(*rows, strict=True)]
    return Table(
        tuple(compress(headings, said)),
        tuple(tuple(compress(row, said)) for row in rows),
        tuple(compress((False, *[True] * 5), said)),
        left_out=max(0, len(cells) - _MOST),
    )


def _row(row: Any, cold_s: float | None) -> tuple[str, ...]:
    known = row.work == "steps" and not math.isnan(row.of_limit)
    return (
        units.seconds(row.whole_s),
        "" if math.isnan(row.speedup) else f"{units.digits(row.speedup)}{units.TIMES}",
        "" if cold_s is None else units.seconds(cold_s),
        units.share(row.of_limit) if known else "",
        "all" if row.whole else f"{row.timed_epochs:,} of {row.epochs:,}",
    )
