"""A report as a value: a page of sections, a section of blocks.

Who builds one says what stands there and in which order; `html`, `markdown` and the terminal say how it looks. A writer may
leave out what it has no means for: Markdown is the short form, without explanations, attachments and what is folded away.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lntx.report.blocks import (
    Attachment,
    Block,
    Card,
    Cards,
    Explanation,
    Fact,
    Facts,
    Finding,
    Findings,
    Folded,
    Gallery,
    Item,
    Items,
    Kind,
    Picture,
    Snippet,
    Table,
    Text,
)

__all__ = [
    "Attachment",
    "Block",
    "Brief",
    "Card",
    "Cards",
    "Explanation",
    "Fact",
    "Facts",
    "Finding",
    "Findings",
    "Folded",
    "Gallery",
    "Item",
    "Items",
    "Kind",
    "Page",
    "Picture",
    "Section",
    "Snippet",
    "Table",
    "Text",
    "anchor",
    "filled",
]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; `name` is its anchor.

    A form whose headings have one level gives one to each block instead, where `each` is not None: `each` and the block's own
    title. Short forms lack a section that is `aside`.
    """

    title: str
    blocks: tuple[Block, ...]
    name: str = ""
    each: str | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A title that answers, a `lead` that says more of it, a line of facts, and sections.

    `opening` is what is seen without scrolling: a picture, and cards. `kicker` stands above the title, `alarm` colours it,
    `contents` adds links. `findings` are all that the page knows, also what it folds away; `brief` are the cards for a terminal.
    """

    title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    kicker: str = "lntx report"
    alarm: bool = False
    contents: bool = False
    lead: str = ""
    opening: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = ()
    brief: tuple[Card, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What stands on it, in its order."""
        return (*self.opening, *(block for section in self.sections for block in section.blocks))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, in their order."""
        return tuple(picture for block in self.blocks for picture in _pictures(block))


def _pictures(block: Block) -> tuple[Picture, ...]:
    if isinstance(block, Gallery):
        return block.pictures
    return (block,) if isinstance(block, Picture) else ()


def anchor(finding: Finding, pictures: Iterable[Picture]) -> str:
    """Return the name of the first picture that shows a finding; empty where there is none."""
    return next((picture.name for picture in pictures if picture.shows(finding)), "")


def filled(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Leave out sections in which nothing stands."""
    return tuple(section for section in sections if section.blocks)


@dataclass(frozen=True, slots=True)
class Brief:
    """What a page says before anything else; the table is None where nothing was trained."""

    answer: str
    table: Table | None
    cards: tuple[Card, ...]
    warnings: tuple[Finding, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The weightiest of each card, with its heading, but for what is a warning."""
        told = {self.answer, *(finding.text for finding in self.warnings)}
        said = [(card.title, next((text for text in card.sentences if text not in told), "")) for card in self.cards]
        return tuple(f"{title}: {text}" for title, text in said if text)
