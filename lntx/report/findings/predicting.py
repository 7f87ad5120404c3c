"""Whether it matters to a prediction which backend trained the model."""

from collections.abc import Iterator

from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.phrases import place

ORDER = 44
TOPIC = "How time grows"
_ALIKE = 1.5
"""From the fastest to the slowest, as a factor: what calls of some microseconds differ by from process to process."""


def find(frames: Frames) -> Iterator[Finding]:
    """Yield how far predictions of models differ that other backends trained: that is noise, for the model is the same module."""
    calls = frames.cells[frames.cells["phase"] == "predict"]
    for suite, part in calls.groupby("suite", sort=False):
        spans = part.groupby("samples")["unit_s"].agg(["min", "max", "count", "median"])
        spans = spans[spans["count"] > 1]
        if spans.empty:
            continue
        worst = float((spans["max"] / spans["min"]).max())
        low, high = int(spans.index.min()), int(spans.index.max())
        costs = f"{units.seconds(float(spans['median'][low]))} for {settings.at('rows', low)}"
        if high > low:
            costs += f" and {units.seconds(float(spans['median'][high]))} for {high:,}"
        apart = f"the slowest takes {units.digits(worst)} times as long as the fastest at most"
        if worst <= _ALIKE:
            text = f"A prediction costs {costs}, whichever backend trained."
            so = "The model is the same module, so this is how far to trust such short calls"
            detail = f"{units.sentence(apart)} {so}{place(part)}."
        else:
            text = (
                f"A prediction costs {costs} (medians over the backends); {apart}, though the model is the same module."
            )
            detail = f"That is noise of such short calls, or of the machine{place(part)}."
        yield Finding(text, detail, str(suite))
