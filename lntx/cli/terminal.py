"""The terminal: results on stdout, everything else on stderr.

Whatever is printed passes here, and so nothing from outside reaches a terminal as a code, or a CI runner as a command. What moves
there is `lntx.cli.progress`.
"""

import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.constrain import Constrain
from rich.table import Table as RichTable
from rich.text import Text

from lntx import escaping
from lntx.errors import LntxError

if TYPE_CHECKING:
    from lntx.report.document import Finding, Table

_MARKS = {"warning": "!", "result": "*", "note": "-"}
_LONGEST = 4000  # characters of what is said in a line: somebody else's message may be a whole file
_READABLE = 100  # columns of a sentence, however wide a terminal is
_PIPE_WIDTH = 200  # columns where no terminal says how many there are: tables are not squeezed into a file


def say(message: str) -> None:
    """Say one line to the user, on stderr, however many lines the message came in; where that is full, nobody can be told."""
    with suppress(OSError):
        told = escaping.shortened(escaping.printable(" ".join(message.split())), _LONGEST)
        _print(escaping.log(f"lntx: {told}\n"), sys.stderr)


def show(*things: Any) -> None:
    """Print results on stdout; strings are printed as they are, without markup, line by line."""
    console = fresh_console(stderr=False)
    with _printing():  # rich touches the stream as a capture ends
        with console.capture() as printed:
            for thing in things:
                text = escaping.visible(thing) if isinstance(thing, str) else thing
                console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=isinstance(thing, str))
        _print(escaping.log(escaping.visible(printed.get(), styled=console.is_terminal)), console.file)


def show_json(document: Any) -> None:
    """Print a document as one line of JSON, where what is not a finite number becomes null."""
    with _printing():
        _print(escaping.json_text(json.dumps(_finite(document), allow_nan=False)) + "\n", sys.stdout)


def _print(text: str, stream: IO[str] | None) -> None:
    """Print on a stream of its own encoding, at once; where it was closed, nowhere."""
    if stream is not None:
        stream.write(text)
        stream.flush()


def take_streams() -> None:
    """Let stdout and stderr take any text: what their encoding has no letter for is spelled out.

    A stream that was closed leads nowhere from now on: else the next file would have its number, and what a library, or a process
    that is started, prints by itself would be written into that.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def finished(code: int) -> int:
    """Print what is still on its way to stdout; the exit code, which is 2 where nothing can be printed there."""
    try:
        with _printing():
            if sys.stdout is not None:  # as it is where it was closed
                sys.stdout.flush()
    except LntxError as error:
        # Else Python tries again as it ends, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code != error.exit_code:  # else it has been said
            say(str(error))
        return error.exit_code
    return code


@contextmanager
def _printing() -> Iterator[None]:
    """Say in a line that stdout takes nothing."""
    try:
        yield
    except OSError as error:
        raise LntxError(f"can't print what was found: stdout: {error.strerror or error}") from error


def table(columns: Iterable[str], rows: Iterable[Iterable[str | Text]], *, numbers: Iterable[str] = ()) -> RichTable:
    """Lay rows out as a table, the columns named in `numbers` to the right; texts are taken literally, and never cut."""
    right = set(numbers)
    laid = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        laid.add_column(text_of(column, "bold"), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        laid.add_row(*(cell if isinstance(cell, Text) else text_of(cell) for cell in row))
    return laid


def text_of(words: str, style: str = "") -> Text:
    """Take words from anywhere literally, in one line."""
    return Text(escaping.line(words), style)


def of_table(data: "Table", style: Callable[[str, str], str] = lambda _heading, _cell: "") -> RichTable:
    """Lay a report's table out; `style` says how a cell looks, by its heading and its text, in rich's words."""
    numbers = [heading for heading, numeric in zip(data.headings, data.numeric, strict=True) if numeric]
    rows = (
        [text_of(cell, style(heading, cell)) for heading, cell in zip(data.headings, row, strict=True)]
        for row in data.rows
    )
    return table(data.headings, rows, numbers=numbers)


def of_finding(finding: "Finding") -> str:
    """Write a finding as a line, with a mark for its kind."""
    return f"{_MARKS[finding.kind]} {finding}"


def prose(words: str, style: str = "") -> Any:
    """Lay out sentences: on a terminal in lines that break between words and aren't too long to read, elsewhere in one."""
    return Constrain(text_of(words, style), _READABLE) if fresh_console(stderr=False).is_terminal else words


def fresh_console(*, stderr: bool) -> Console:
    """Make a console anew for each use: the streams may have been redirected since the last."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=_PIPE_WIDTH)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
