"""What pages show: their blocks of code, what a comment above each says of it, and the commands in them.

A block is run by the tests unless a comment directly above it says otherwise:

    <!-- not run: WHY -->       nobody runs it; the options of its commands are held all the same
    <!-- end to end -->         it is run by nox -s end-to-end
    <!-- file: NAME -->         it is what a file holds, which the blocks below it on the page find
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = tuple(sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))))
"""The pages that are held. README.zh.md has the blocks of README.md, which is a test of its own."""

_BLOCK = re.compile(r"^(?P<marks>(?:<!-- [^\n]* -->\n)*)```(?P<kind>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- (not run|end to end|file)(?:: ([^\n]*?))? -->")
_INLINE = re.compile(r"`(lntx(?:\s[^`]*)?)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a page. marks: what the comments above it say, by their first words."""

    page: str
    line: int
    kind: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def recipe(self) -> bool:
        """Whether it is a file for others to copy, which nox -s lint and tests/test_workflows.py hold."""
        return bool(re.match(r"# \S+\.yml\n", self.text))

    @property
    def exchanges(self) -> list[tuple[str, list[str]]]:
        """Each command of a console, and the lines that stand below it as what it prints."""
        found: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
        return found


def blocks(page: str) -> list[Block]:
    """Find the blocks of a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(
            page,
            text[: one.start("kind")].count("\n") + 1,
            one["kind"],
            one["text"],
            {name: said or "" for name, said in _MARK.findall(one["marks"])},
        )
        for one in _BLOCK.finditer(text)
        if not one["kind"].startswith("{")  # a directive of Sphinx's, which nox -s docs carries out
    ]


def commands(line: str) -> Iterator[list[str]]:
    """Split a line as a shell would, comments left out, into its commands."""
    words = shlex.split(line, comments=True)
    while "&&" in words:
        cut = words.index("&&")
        yield words[:cut]
        words = words[cut + 1 :]
    yield words


def mentioned(page: str) -> list[list[str]]:
    """Find the commands of lntx's that stand in the text of a page, in backticks; placeholders and all."""
    text = _BLOCK.sub("", (ROOT / page).read_text(encoding="utf-8"))
    return [one.split() for one in _INLINE.findall(text)]


def same(printed: str) -> list[str]:
    """Return the lines of what is printed without what differs from run to run: seconds, rounding, the width of columns."""
    text = re.sub(r"-?\b\d[\d.]*e-\d+", "#", re.sub(r"\b\d[\d.]*(?:e-\d+)? (s|ms|us)\b", r"# \1", printed))
    text = re.sub(r"\b\d[\d.]* times\b", "# times", text)
    return [" ".join(line.split()) for line in text.splitlines()]
