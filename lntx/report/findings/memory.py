"""How much memory the backends take on top of the data."""

from collections.abc import Iterator

from lntx.record import LINEAR
from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 48
TOPIC = "How much memory it takes"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield who adds least and most at the largest of the data, where the memory was counted."""
    cells = frames.ways[(frames.ways["phase"] == "run") & (frames.ways["model"] == LINEAR)]
    cells = cells[cells["added_bytes"].notna()]
    cells = cells[cells["data_bytes"] == cells["data_bytes"].max()].sort_values(
        ["added_bytes", "series"], kind="stable"
    )
    if cells["series"].nunique() < 2:  # noqa: PLR2004  (one alone is more or less than nobody)
        return
    least, most = cells.iloc[0], cells.iloc[-1]
    data = units.data(float(least["data_bytes"]))
    added = [units.data(float(cell["added_bytes"])) if cell["added_bytes"] else "nothing" for cell in (least, most)]
    text = (
        f"Beside data of {data}, {least['series']} adds {added[0]} to what is there, and {most['series']} {added[1]}."
    )
    if added[0] == added[1]:
        text = f"Beside data of {data}, every backend adds {added[0]} to what is there."
    where = f"{least['samples']:,} {units.TIMES} {least['features']:,}"
    detail = f"While they prepare and train, at {where}. What was freed before and is used again doesn't show."
    yield Finding(text, detail, "memory")
