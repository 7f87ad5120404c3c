"""How well the weights agree with the reference."""

from collections.abc import Iterator

from lntx.record import LINEAR
from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 50
TOPIC = "Whether to trust this"
_CELL = "one way of training at one size"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield how near the worst timed cell comes to its tolerance."""
    proven = frames.cells[frames.cells["agrees"].notna()]
    if proven.empty:
        return
    worst = proven.sort_values("share", kind="stable").iloc[-1]
    text = (
        f"In all {units.plural(len(proven), 'timed cell')} with a reference ({_CELL}) the weights agree with it; "
        f"the worst uses {worst['share']:.0%} of its tolerance{_wrong(frames)}."
        if len(proven) > 1
        else f"The weights agree with the reference; the error is {worst['share']:.0%} of the tolerance."
    )
    sizes = f"{worst['samples']:,} samples, {worst['features']:,} features"
    sizes = sizes if worst["model"] == LINEAR else settings.shape(worst)
    where = f"{worst['series']} in {worst['suite']}, {sizes}"
    detail = f"The worst: {where}, error {units.digits(worst['error'])}, tolerance {units.digits(worst['tolerance'])}."
    yield Finding(text, detail, "agreement")


def _wrong(frames: Frames) -> str:
    """Say that there are cells that disagree, which have no time."""
    wrong = int((frames.absences["kind"] == "disagrees").sum())
    return (
        f"; {units.plural(wrong, 'other')} {'has' if wrong == 1 else 'have'} other weights, and no time"
        if wrong
        else ""
    )
