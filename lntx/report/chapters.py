"""The chapters of a page of studies: each is about one thing, and has one sentence beside the picture that shows it.

What else was found is folded away beneath the picture that shows it or, where none does, at the chapter's end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lntx.report.document import Block, Finding, Findings, Folded, Gallery, Picture, Section, anchor
from lntx.report.findings import TOPICS

_OTHERS = "How time grows"
"""Where a picture stands that says of itself nowhere what it is about."""


def illustrated(pictures: Sequence[Picture], findings: Sequence[Finding]) -> tuple[Picture, ...]:
    """Put beside each picture the findings that it is the first to show, what the picture is about first."""
    names = [anchor(finding, pictures) for finding in findings]
    pairs = [pair for pair in zip(findings, names, strict=True) if pair[0].kind != "warning"]
    return tuple(
        replace(picture, findings=_sorted(picture, [finding for finding, name in pairs if name == picture.name]))
        for picture in pictures
    )


def _sorted(picture: Picture, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.topic != picture.topic))


def chapters(pictures: Sequence[Picture], findings: Sequence[Finding], opened: Picture | None) -> Iterator[Section]:
    """Yield a chapter for each topic, without the picture that the page opens with; pictures come with their findings."""
    rest = [picture for picture in pictures if opened is None or picture.name != opened.name]
    beside = {finding for picture in pictures for finding in picture.findings}
    loose = [finding for finding in findings if finding.kind != "warning" and finding not in beside]
    for topic in TOPICS:
        shown = [picture for picture in rest if (picture.topic or _OTHERS) == topic]
        told = [replace(finding, topic="") for finding in loose if finding.topic == topic]
        yield Section(topic, tuple(_blocks(sorted(shown, key=lambda one: _after(one, topic)), told)), _name(topic))


def _after(picture: Picture, topic: str) -> int:
    """Tell which picture a chapter begins with: one that shows what was found on its topic, else one that shows anything."""
    if any(finding.topic == topic and finding.kind == "result" for finding in picture.findings):
        return 0
    return 1 if picture.findings else 2


def _blocks(pictures: Sequence[Picture], told: Sequence[Finding]) -> Iterator[Block]:
    if pictures:
        yield pictures[0]
    elif told:
        yield Findings((told[0],))
        told = told[1:]
    if pictures[1:]:
        yield Gallery(tuple(pictures[1:]))
    if told:
        yield Folded(f"{len(told)} more finding{'s' * (len(told) > 1)}", (Findings(tuple(told)),))


def _name(topic: str) -> str:
    return topic.lower().replace("'", "").replace(" ", "-")
