"""A report as a value: a page of sections, a section of blocks.

Who builds one says what stands there and in which order; `html`, `markdown` and the terminal say how it looks. A writer may
leave out what it has no means for: Markdown is the short form, without explanations, attachments and what is folded away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["warning", "result", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, the numbers and conditions behind it, the stem of the figure that shows it, and what it is about."""

    text: str
    detail: str = ""
    figure: str = ""
    kind: Kind = "result"
    topic: str = ""

    def __str__(self) -> str:
        """Join both parts as one text."""
        return f"{self.text} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; words from outside may stand in it."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """How to read what stands beside it, in paragraphs of our own, where `*words*` are emphasised; short forms lack it."""

    paragraphs: tuple[str, ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences with what carries them, topic by topic."""

    findings: tuple[Finding, ...]

    @property
    def lead(self) -> Finding | None:
        """The first result, which stands out; None where there is none."""
        return next((finding for finding in self.findings if finding.kind == "result"), None)

    @property
    def topics(self) -> list[tuple[str, list[Finding]]]:
        """The findings by what they are about, in their order."""
        return [(topic, list(part)) for topic, part in groupby(self.findings, key=lambda finding: finding.topic)]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of text; `numeric` says which columns hold numbers.

    `caption` says what it shows, `title` is a heading of its own. Of `left_out` further rows, `rest` is the file that has
    them. One that `sorts` does so at a click; in a `narrow` one, long names in the first column may be cut in their middle, and
    in one that `wraps`, those in the column `name` may take several lines.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    left_out: int = 0
    caption: str = ""
    title: str = ""
    rest: str = ""
    sorts: bool = False
    narrow: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A finished picture: `figure` is the stem of its file, `name` the stem of what is written.

    `findings` are those that stand beside it. Where nothing could draw it, `svg` and `png` are empty.
    """

    figure: str
    name: str
    title: str
    caption: str
    setting: str
    alt: str
    frame: "pd.DataFrame"
    svg: str
    png: bytes
    findings: tuple[Finding, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether there is anything to see but its numbers."""
        return bool(self.svg)

    def shows(self, finding: Finding) -> bool:
        """Whether this is a picture of what a finding says."""
        return finding.figure in {self.figure, self.name, self.name.removeprefix("other-")}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list; of some things by name it says their kind, how many there are, and where."""

    text: str
    name: str = ""
    kind: str = ""
    count: int = 0
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


class Fact(NamedTuple):
    """A value by its name."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Values by their names; `wide` where they are as long as sentences."""

    facts: tuple[Fact, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text to be copied into a file, and what it is for."""

    text: str
    label: str
    language: str = "toml"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A frame that the page brings along as a CSV file."""

    name: str
    label: str
    frame: "pd.DataFrame"


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that show at a click on their title; `brief` stands in their stead in a short form, where it isn't empty."""

    title: str
    blocks: "tuple[Block, ...]"
    brief: str = ""


Block = Text | Explanation | Findings | Table | Picture | Items | Facts | Snippet | Attachment | Folded


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
    """A title, a line of facts, and sections; `kicker` stands above, `alarm` colours the title, `contents` adds links."""

    title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    kicker: str = "lntx report"
    alarm: bool = False
    contents: bool = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, in their order."""
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, Picture))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in their order."""
        blocks = (block for section in self.sections for block in section.blocks if isinstance(block, Findings))
        return tuple(finding for block in blocks for finding in block.findings)


def anchor(finding: Finding, pictures: Iterable[Picture]) -> str:
    """Return the name of the first picture that shows a finding; empty where there is none."""
    return next((picture.name for picture in pictures if picture.shows(finding)), "")


def filled(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Leave out sections in which nothing stands."""
    return tuple(section for section in sections if section.blocks)
