"""Which backends trained other weights, and so were given no time."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 0
TOPIC = "Whether to trust this"


def find(frames: Frames) -> Iterator[Finding]:
    """Name every backend that disagrees; then say which times carry no proof."""
    wrong = frames.absences[frames.absences["kind"] == "disagrees"]
    for backend, part in wrong.groupby("backend"):
        worst = part.assign(share=part["error"] / part["tolerance"]).sort_values("share").iloc[-1]
        size = f" The worst error is {units.digits(worst['error'])}, the tolerance {units.digits(worst['tolerance'])}."
        times = units.plural(len(part), "cell")
        yield Finding(
            f"{backend} disagrees with the reference in {times}, and is given no time there.",
            f"{units.sentence(worst['reason'], frames.called)}{size if worst['share'] == worst['share'] else ''}",
            "agreement",
            "warning",
        )
    unproven = frames.cells[frames.cells["agrees"].isna() & (frames.cells["phase"] == "run")]
    if len(unproven):
        names = units.listing(sorted(set(unproven["backend"])))
        yield Finding(
            f"{units.plural(len(unproven), 'cell')} of training come without proof that the weights agree.",
            f"Backends: {names}. Take these times with care.",
            "agreement",
            "warning",
        )
