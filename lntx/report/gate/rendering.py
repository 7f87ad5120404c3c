"""From the result of a gate to files: all is made in memory first, then written, so that a failure leaves nothing half-done."""

from pathlib import Path

import pandas as pd

from lntx.report import folder
from lntx.report.document import Picture
from lntx.report.drawing.picture import files
from lntx.report.gate import frames
from lntx.report.gate.figures import pictures
from lntx.report.gate.markdown import markdown
from lntx.report.gate.page import page
from lntx.report.gate.sentences import sentences
from lntx.report.gate.story import story
from lntx.report.rendering import Rendered
from lntx.result import GateResult


def render(result: GateResult, out: Path) -> Rendered:
    """Write all files of a gate's report into a folder, the page last."""
    found, drawn, told = sentences(result), tuple(pictures(result)), story(result)
    contents = {
        **files(drawn),
        **_tables(result, drawn),
        folder.SUMMARY: markdown(told, found, drawn, result).encode(),
        folder.PAGE: page(told, found, drawn, result).encode(),
    }
    written = folder.write(out, contents)
    return Rendered(out / folder.PAGE, out / folder.SUMMARY, written, found)


def _tables(result: GateResult, drawn: tuple[Picture, ...]) -> dict[str, bytes]:
    named: dict[str, pd.DataFrame] = {
        "benchmarks": frames.benchmarks(result),
        "pairs": frames.pairs(result),
        "counters": frames.counters(result),
        "noise": frames.noisiest(result),
        **{f"figure-{picture.name}": picture.frame for picture in drawn},
    }
    return {f"frames/{name}.csv": folder.csv(frame) for name, frame in named.items()}
