"""The blocks of which a page is made: sentences, tables, pictures and whatever else stands on it."""

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["warning", "result", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, the numbers and conditions behind it, the stem of the figure that shows it, and what it is about.

    `source` is the stem of the file that found it.
    """

    text: str
    detail: str = ""
    figure: str = ""
    kind: Kind = "result"
    topic: str = ""
    source: str = ""

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
    """A finished picture: `figure` is the stem of its file, `name` the stem of what is written, `topic` what it's about.

    `findings` are those that stand beside it. Where nothing could draw it, `svg` and `png` are empty. `narrow` is the same one
    for a narrow screen, empty where one serves all.
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
    narrow: str = ""
    topic: str = ""

    @property
    def drawn(self) -> bool:
        """Whether there is anything to see but its numbers."""
        return bool(self.svg)

    def is_called(self, figure: str) -> bool:
        """Whether a figure's stem, or a picture's own name, means this one."""
        return figure in {self.figure, self.name, self.name.removeprefix("other-")}

    def shows(self, finding: Finding) -> bool:
        """Whether this is a picture of what a finding says."""
        return self.is_called(finding.figure)


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures beside each other, where there is room; what is said of them is folded away."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A few sentences under a heading, the first the weightiest; `alarm` where they warn."""

    title: str
    sentences: tuple[str, ...]
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """What a reader takes along, beside each other."""

    cards: tuple[Card, ...]


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


Block = (
    Text | Explanation | Findings | Table | Picture | Gallery | Cards | Items | Facts | Snippet | Attachment | Folded
)
