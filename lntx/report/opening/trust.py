"""Whether to trust a page: what was proved, what was multiplied up, and who else was at work."""

from collections.abc import Iterator, Sequence

from lntx.report import units
from lntx.report.analysis.headline import headline
from lntx.report.document import Card, Finding
from lntx.report.frames import Frames
from lntx.report.names import labels

TITLE = "Whether to trust it"
_MOST = 4
_SHORT = {"spread": ":", "neighbours": " (the median)", "processes": "\n"}
"""Findings of which a part is told here, and before what it ends."""
_NAMED, _LONG = 6, 30  # backends in a sentence, and letters of a name


def card(frames: Frames, findings: Sequence[Finding]) -> Card:
    """Say it in a few sentences, warnings first."""
    warnings = [finding.text for finding in findings if finding.kind == "warning"]
    said = [*warnings[:2], *_sentences(frames, findings)]
    return Card(TITLE, tuple(said[:_MOST]), alarm=bool(warnings))


def _sentences(frames: Frames, findings: Sequence[Finding]) -> Iterator[str]:
    found = {finding.source: finding for finding in reversed(findings) if finding.kind != "warning"}
    if proved := found.get("agreement"):
        yield proved.text
    if foreign := found.get("foreign"):
        yield foreign.detail
    if scaled := _scaled(frames):
        yield scaled
    for source, end in _SHORT.items():
        if source in found:
            yield units.sentence(found[source].text.partition(end)[0], frames.called)


def _scaled(frames: Frames) -> str:
    """Name those that were timed for fewer epochs than the first training has."""
    cells = headline(frames.cells)
    scaled = cells[~cells["whole"].astype(bool)] if len(cells) else cells
    names = list(dict.fromkeys(labels(scaled["series"], _LONG).values())) if len(scaled) else []
    if not names:
        return ""
    if len(scaled) == len(cells):
        return "All times are extrapolated from fewer epochs."
    few = [*names[:_NAMED], f"{len(names) - _NAMED} more"] if len(names) > _NAMED else names
    return f"Extrapolated from fewer epochs: {units.listing(few)}."
