"""How near each cell comes to the machine's limit.

Arithmetic done in a second, by every cell that does every step, against the size of its data. The line is the roof: what the
machine could do if it only read the data from the smallest cache that holds them, measured before the study; the dashed one
is its rate of multiplying matrices. A step does about one operation a byte whatever its size, so what matters is from where
it reads.
"""

import pandas as pd

from lntx.record import ITEM_BYTES
from lntx.report import units
from lntx.report.drawing.axes import LABEL_LENGTH, legend_above, logarithmic
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.style import INK, MUTED, PAPER, WIDTH_IN, Styles
from lntx.report.frames import CHOOSER, Frames
from lntx.report.names import labels
from lntx.report.rows import each

ORDER = 45
TOPIC = "How near the machine's limit"
SUITES = ()
COLUMNS = ["picture", "kind", "series", "backend", "suite", "samples", "features", "batch_size", "data_bytes"]
COLUMNS += ["flop_rate", "of_limit"]
_HEIGHT_IN = 3.6
_READING, _MULTIPLYING = "reading the data", "matrix products"
_PLACE = ["study", "device", "dtype"]


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each cell and each point of the roof, where the device's rates are known and sizes differ."""
    cells = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["work"] == "steps")]
    cells = cells[cells["flops_per_step"].notna() & cells["limit_s"].notna() & (cells["backend"] != CHOOSER)]
    if len(set(cells["data_bytes"])) == 1:  # a column of markers, which the table's shares of the limit say better
        cells = cells.head(0)
    parts = []
    for place, part in cells.groupby(_PLACE, sort=False):
        study, device, dtype = map(str, place)
        roofs = frames.roofs[(frames.roofs["study"] == study) & (frames.roofs["device"] == device)]
        if dtype in ITEM_BYTES and len(roofs):
            apart = [str(value) for name, value in zip(_PLACE, place, strict=True) if len(set(cells[name])) > 1]
            parts.append(_part(part, roofs, dtype).assign(picture=", ".join(apart)))
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return found[COLUMNS]


def _part(cells: pd.DataFrame, roofs: pd.DataFrame, dtype: str) -> pd.DataFrame:
    points = cells.assign(
        kind="cell",
        flop_rate=cells["flops_per_step"] / cells["step_s"],
    )
    reading = roofs[roofs["what"] == "reading"].sort_values("bytes")
    multiplying = roofs[(roofs["what"] == "multiplying") & (roofs["dtype"] == dtype)]
    intensity = 4 / ITEM_BYTES[dtype]  # two products and two sums for each number read
    lines = [
        pd.DataFrame(
            {"kind": "roof: reading", "data_bytes": reading["bytes"], "flop_rate": reading["per_s"] * intensity}
        ),
        pd.DataFrame({"kind": "roof: multiplying", "flop_rate": multiplying["per_s"]}),
    ]
    return pd.concat([points, *lines], ignore_index=True).reindex(columns=COLUMNS)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a marker for each cell, and the roofs."""
    figure.set_size_inches(WIDTH_IN, _HEIGHT_IN)
    axes = figure.add_subplot()
    cells = frame[frame["kind"] == "cell"]
    logarithmic(axes.xaxis, list(cells["data_bytes"]), units.data)
    logarithmic(axes.yaxis, list(frame["flop_rate"]), units.rate, room=0.08)
    _roofs(axes, frame)
    short = labels(cells["series"], LABEL_LENGTH)
    for name, part in cells.groupby("series"):
        style = styles[str(name)]
        axes.plot(
            part["data_bytes"], part["flop_rate"], style.marker, color=style.color, mfc=style.face, mec=PAPER, mew=0.5,
            ms=6.5, alpha=0.85, ls="none", label=short[str(name)],
        )  # fmt: skip
    legend_above(figure)
    axes.set(xlabel="size of the data", ylabel="arithmetic a second")


def _roofs(axes: Axes, frame: pd.DataFrame) -> None:
    """Draw reading as steps, each rate up to the size that it was measured with, and multiplying across; name them."""
    low, high = axes.get_xlim()
    reading = frame[frame["kind"] == "roof: reading"]
    sizes, rates = list(reading["data_bytes"]), list(reading["flop_rate"])
    if sizes:
        places, heights = [low, *sizes, max(high, sizes[-1])], [rates[0], *rates, rates[-1]]
        axes.plot(places, heights, color=INK, lw=1.4, ds="steps-pre", label=_READING)
        axes.set_xlim(low, high)
    for row in each(frame[frame["kind"] == "roof: multiplying"]):
        axes.axhline(row.flop_rate, color=MUTED, lw=1, dashes=(4, 3), label=_MULTIPLYING)


def alt(frame: pd.DataFrame) -> str:
    """Return how near the nearest comes, and how many there are."""
    cells = frame[frame["kind"] == "cell"]
    best = cells.sort_values("of_limit", kind="stable").iloc[-1]
    where = f"{best['samples']:,.0f} {units.TIMES} {best['features']:,.0f}"
    return (
        f"Roofline: {units.plural(len(cells), 'cell')} below the machine's limit; the nearest is {best['series']} at {where}, "
        f"with {units.share(best['of_limit'])} of it."
    )
