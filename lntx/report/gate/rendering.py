"""From a ruling to files: all is made in memory first, then written, so that a failure leaves nothing half-done."""

from pathlib import Path

import pandas as pd

from lntx.report.drawing.picture import Picture, files
from lntx.report.gate import frames
from lntx.report.gate.figures import pictures
from lntx.report.gate.markdown import markdown
from lntx.report.gate.page import page
from lntx.report.gate.sentences import sentences
from lntx.report.gate.story import story
from lntx.report.rendering import Rendered
from lntx.storage import write_bytes
from lntx.verdict import Ruling


def render(ruling: Ruling, out: Path) -> Rendered:
    """Write all files of a gate's report into a folder, the page last."""
    found, drawn, told = sentences(ruling), tuple(pictures(ruling)), story(ruling)
    contents = {
        **{out / path: content for path, content in files(drawn).items()},
        **_tables(ruling, drawn, out / "frames"),
        out / "report.md": markdown(told, found, drawn, ruling).encode(),
        out / "report.html": page(told, found, drawn, ruling).encode(),
    }
    for path, content in contents.items():
        write_bytes(path, content)
    return Rendered(out / "report.html", out / "report.md", tuple(contents), found)


def _tables(ruling: Ruling, drawn: tuple[Picture, ...], folder: Path) -> dict[Path, bytes]:
    named: dict[str, pd.DataFrame] = {
        "benchmarks": frames.benchmarks(ruling),
        "pairs": frames.pairs(ruling),
        "counters": frames.counters(ruling),
        "noise": frames.noisiest(ruling),
        **{f"figure-{picture.name}": picture.frame for picture in drawn},
    }
    return {folder / f"{name}.csv": _csv(frame) for name, frame in named.items()}


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()
