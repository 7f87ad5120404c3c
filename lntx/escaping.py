"""What becomes of text from outside on its way out: one function for each place that it may reach.

Names of benchmarks and files, headings of tables, labels of backends, messages of errors, words of a history: all of them are
made by somebody else, of any length and any characters. Whoever computes goes by the whole text; whoever writes it down does so
by one of these. Nothing is dropped: what a place would take for its own is spelled out, so that two names stay two.

| place | function |
|---|---|
| a name within a line | `printable` |
| a terminal, a page of HTML | `visible`, or `line` where it must be one line |
| a value's line at a prompt, its table in a notebook | `short`; `facts` and `grid` |
| a log that a CI runner reads | `log`, over all that is printed |
| JSON on stdout | `json_text` |
| Markdown | `markdown`, and `paragraph` where it begins a line |
| a file of CSV | `cell` |
| XML | `line`: what it spells out includes all that XML forbids |
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

_SHORT = 60  # letters of a name at a prompt
_JOINING = "\u200c\u200d"  # within words of some scripts, and within emoji
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that look like nothing
_APART = "\u200b"  # seen by nobody, and no part of a link, a mention or a reference
_STYLED = re.compile(r"(\x1b\[[0-9;]*m)")  # by which rich colours what it prints on a terminal

_HIDDEN = f"(?:[\\s{_JOINING}]|\x1b\\[[0-9;]*m)*"  # what stands before a command without hiding it from every runner
_COMMANDS = re.compile(
    rf"(?m)^(?P<before>{_HIDDEN})(?P<mark>:(?=[{_JOINING}]*:)|(?P<group>[-+~^])(?=(?P=group){{2}}\s))"
    rf"|(?P<hash>\#)(?=[{_JOINING}]*\#[{_JOINING}\w]*\[)"
)
"""GitHub's `::error::` at the start of a line, Buildkite's groups; anywhere `##[error]`, `##vso[...]`, `##teamcity[...]`."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$])")
_LINKED = re.compile(
    r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=[#!])(?=\d)|(?<=gh-)(?=\d)|(?<=mailto:)|(?<=xmpp:)"
)
_BLOCK = re.compile(r"^(?:(\d{1,9})([.)])(?=\s|$)|([-+=/]))")
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def line(text: object) -> str:
    """Write a text in one line: control characters, marks that turn its order and what can't be seen by their names in code."""
    whole = str(text)
    if whole.isprintable() and _BLANK.isdisjoint(whole):
        return whole
    return "".join(map(_shown, whole))


@lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    kind = unicodedata.category(letter)
    odd = (kind in _UNSEEN and letter not in _JOINING) or (kind == "Zs" and letter != " ")
    return _code(letter) if odd or letter in _BLANK or _no_character(ord(letter)) else letter


def _no_character(number: int) -> bool:
    """Whether Unicode keeps a number free for ever: XML forbids two of them."""
    return number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF  # noqa: PLR2004  (U+FDD0 to U+FDEF)


def _code(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


def printable(text: object) -> str:
    """Write a name in one line, the blanks at its ends spelled out as well."""
    whole = line(text)
    inner = whole.strip(" ")
    if inner == whole:
        return whole
    before, _, after = whole.partition(inner) if inner else (whole, "", "")
    return before.replace(" ", "\\x20") + inner + after.replace(" ", "\\x20")


def visible(text: object, *, styled: bool = False) -> str:
    """Write a text in its own lines, each as `line` does; styled: colours, as a terminal takes them, stay."""
    parts = _STYLED.split(str(text)) if styled else [str(text)]
    parts[::2] = ["\n".join(map(line, part.split("\n"))) for part in parts[::2]]
    return "".join(parts)


def log(text: str) -> str:
    """Spell out in whole lines, as they are printed, what a CI runner would take for commands."""
    return _COMMANDS.sub(_defused, text)


def _defused(match: re.Match[str]) -> str:
    mark = match["hash"] or match["mark"]
    return f"{match['before'] or ''}\\x{ord(mark):02x}"


def json_text(text: str) -> str:
    """Return a document of JSON, of the same meaning, in which no CI runner finds a command."""
    return text.replace("##", "\\u0023#")


def markdown(text: object) -> str:
    """Write a text in one line of Markdown, where it is nothing but text: no markup, link, mention or reference."""
    return _LINKED.sub(_APART, _SPECIAL.sub(r"\\\1", escape(line(text), quote=False)))


def paragraph(text: object) -> str:
    """Write a text as Markdown where it begins a line: no list, heading or command of a bot either."""
    return _BLOCK.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", markdown(text).strip())


def cell(text: object) -> str:
    """Write a text for a table that a spreadsheet may open: with an apostrophe before what it would compute."""
    written = line(text)
    return f"'{written}" if written.startswith(_FORMULA) else written


def shortened(text: object, limit: int) -> str:
    """Write a text in one line of at most so many characters, cut in its middle: a name says what it is at both of its ends."""
    written, kept = line(text), limit - 1
    return written if len(written) <= limit else f"{written[: kept - kept // 2]}…{written[len(written) - kept // 2 :]}"


def short(text: object) -> str:
    """Write a name as a value's line at a prompt has it."""
    return shortened(text, _SHORT)


def facts(caption: str, rows: Iterable[tuple[str, str]]) -> str:
    """Make a table of facts for a notebook, in HTML: two cells a row."""
    body = "".join(f'<tr><th scope="row">{_html(head)}</th><td>{_html(text)}</td></tr>' for head, text in rows)
    return f"<table><caption>{_html(caption)}</caption><tbody>{body}</tbody></table>"


def grid(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a table for a notebook, in HTML, with headings; the first cell of each row names it."""
    head = "".join(f'<th scope="col">{_html(text)}</th>' for text in headings)
    body = "".join(
        f'<tr><th scope="row">{_html(first)}</th>{"".join(f"<td>{_html(text)}</td>" for text in rest)}</tr>'
        for first, *rest in rows
    )
    return f"<table><caption>{_html(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html(text: object) -> str:
    return escape(line(text), quote=True)
