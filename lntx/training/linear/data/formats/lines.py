"""The lines of a text file that make its table: where it begins, what stands between columns, which lines are comments."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.training.linear.data import cells, sniffing
from lntx.training.linear.data.reading import Reading

_SAMPLE, _LONG = 200, 2**16  # lines, and characters of them, that show how a file is written
_LONGEST = 2**24  # characters of a line: a hundred thousand columns of numbers take far fewer
_SPLIT = re.compile(r"sep=(.)\s*")  # the line by which Excel is told what stands between columns
_COMMENT = re.compile(
    rf"\s*#(?!({'|'.join(re.escape(error[1:]) for error in sorted(cells.ERRORS))})(\W|$))", re.IGNORECASE
)
_WORD = re.compile(r"\s*#[^\s#]")  # a mark with something directly behind it, as an error is written


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as it is written: how it is opened, its encoding and separator, and the lines that are passed over."""

    path: Path
    opened: Any
    encoding: str
    separator: str = ""
    comments: bool = False
    first: int = 1  # the line that the table begins with
    width: int = 0  # fields of that line, less an empty one at the end, as soon as they are known

    def lines(self, start: int = 0) -> Iterator[tuple[int, str]]:
        """Yield the lines of the table with their numbers, from one on, less comments and, beside other columns, blank lines."""
        start, inside, alone = max(start, self.first), False, self.separator == sniffing.ALONE
        below = False  # whether a row stood below the first line
        with self.opened() as stream, io.TextIOWrapper(stream, self.encoding, newline="") as text:
            for number, line in enumerate(text, 1):
                if number < start:
                    continue
                if not inside and not (alone or line.strip()):
                    continue
                if not inside and self.comments and comment(line) and not self._row(number, line, below=below):
                    continue
                below |= number > self.first
                if len(line) > _LONGEST:
                    raise InputError(
                        f"{self.path}: line {number} has {len(line):,} characters; a row may have {_LONGEST:,} at most"
                    )
                if "\0" in line:
                    raise InputError(
                        f"{self.path} is no text: line {number} holds a byte of 0; --encoding, if it is one after all"
                    )
                inside ^= line.count('"') % 2 == 1
                yield number, line.lstrip("\ufeff") if number == 1 else line

    def _row(self, number: int, line: str, *, below: bool) -> bool:
        """Return whether a line of the table that begins with # is a row: it parts into as many fields as the first line.

        It may begin with an error of a spreadsheet whose word nobody knows, and a row must not be lost. Where blanks part the
        fields, and in a single column, every remark has fields: there something stands directly behind the mark, or numbers
        behind it. Right below the first line may stand the columns' units: what holds no number there is no row.
        """
        if not self.width or number <= self.first:
            return False
        (_, _, fields), *_ = [*sniffing.records([(0, line)], self.separator)] or [(0, 0, [""])]
        if self.width not in (len(fields), sniffing.width(fields)):
            return False
        told = [cells.gap(field) or cells.numeric(field) for field in fields[1:]]
        if self.separator == sniffing.ALONE:
            return _WORD.match(line) is not None and len(line.split()) == 1
        if self.separator == " " and not _WORD.match(line):
            return all(told)
        return below or any(told)

    def commented(self) -> int:
        """Count the comments."""
        every = replace(self, first=1, comments=False)
        return sum(comment(line) for _, line in every.lines()) - sum(comment(line) for _, line in self.lines())

    def records(self, start: int = 0) -> Iterator[tuple[int, int, list[str]]]:
        """Yield the rows: the numbers of their first and last line, and their fields."""
        return sniffing.records(self.lines(start), self.separator)


def comment(line: str) -> bool:
    """Return whether a line begins with #, and not with an error of a spreadsheet's."""
    return _COMMENT.match(line) is not None


def begun(text: Text, reading: Reading) -> tuple[Text, list[str]]:
    """Find where the table begins, its separator and its comments; the fields of the last comment above it besides."""
    head = [line for _, line in _sample(text)]
    if head and (split := _SPLIT.fullmatch(head[0].lstrip("\ufeff"))):
        text = replace(text, first=2)
        reading = reading if reading.separator else replace(reading, separator=split[1])
        head = head[1:]
    marked = sum(map(comment, head))
    text = replace(text, comments=0 < marked <= max(1, len(head) // 2))
    lines = _sample(text)
    if lines:
        text = replace(text, first=lines[0][0])
    text = replace(text, separator=reading.separator or sniffing.separator(text.path, _closed(lines)))
    above = head[: next((i for i, line in enumerate(head) if not comment(line)), 0)] if text.comments else []
    if not above:
        return text, []
    mark = text.separator
    (_, _, fields), *_ = [*sniffing.records([(0, above[-1].lstrip().lstrip("#").strip())], mark)] or [(0, 0, [])]
    return text, [field.strip() for field in fields] if not any(map(cells.numeric, fields)) else []


def _sample(text: Text) -> list[tuple[int, str]]:
    """Take the first lines, fewer of long ones, but two at least."""
    found: list[tuple[int, str]] = []
    length = 0
    for number, line in islice(text.lines(), _SAMPLE):
        if length > _LONG and len(found) > 1:
            break
        found.append((number, line))
        length += len(line)
    return found


def _closed(lines: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Cut a sample before a quoted field that goes on behind it."""
    open_at, inside = len(lines), False
    for i, (_, line) in enumerate(lines):
        if line.count('"') % 2:
            inside = not inside
            open_at = i if inside else len(lines)
    return lines[: max(1, open_at)]
