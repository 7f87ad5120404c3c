"""The terminal: results on stdout, everything else on stderr, and nothing that moves where nobody looks.

Whatever is printed passes here, and so nothing from outside reaches a terminal as a code, or a CI runner as a command.
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
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table as RichTable
from rich.text import Text

from lntx import escaping
from lntx.errors import LntxError

if TYPE_CHECKING:
    from lntx.report.document import Finding, Table

_MARKS = {"warning": "!", "result": "*", "note": "-"}
_LONGEST = 4000  # characters of what is said in a line: somebody else's message may be a whole file
_READABLE = 100  # columns of a sentence, however wide a terminal is
_BAR, _NARROW, _COUNTS = 40, 40, 22  # columns of a bar, of a terminal without one, and of what stands behind it
_HOUR_S = 3600.0  # over which the time to go is estimated: steps may take minutes
_PIPE_WIDTH = 200  # columns where no terminal says how many there are: tables are not squeezed into a file


def say(message: str) -> None:
    """Say one line to the user, on stderr, however many lines the message came in; where that is full, nobody can be told."""
    with suppress(OSError):
        told = escaping.shortened(escaping.printable(" ".join(message.split())), _LONGEST)
        _print(escaping.log(f"lntx: {told}\n"), sys.stderr)


def show(*things: Any) -> None:
    """Print results on stdout; strings are printed as they are, without markup, line by line."""
    console = _console(stderr=False)
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
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # else Python tries again as it ends, and complains
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
        laid.add_column(_text(column, "bold"), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        laid.add_row(*(cell if isinstance(cell, Text) else _text(cell) for cell in row))
    return laid


def _text(words: str, style: str = "") -> Text:
    return Text(escaping.line(words), style)


def of_table(data: "Table", style: Callable[[str, str], str] = lambda _heading, _cell: "") -> RichTable:
    """Lay a report's table out; `style` says how a cell looks, by its heading and its text, in rich's words."""
    numbers = [heading for heading, numeric in zip(data.headings, data.numeric, strict=True) if numeric]
    rows = (
        [_text(cell, style(heading, cell)) for heading, cell in zip(data.headings, row, strict=True)]
        for row in data.rows
    )
    return table(data.headings, rows, numbers=numbers)


def of_finding(finding: "Finding") -> str:
    """Write a finding as a line, with a mark for its kind."""
    return f"{_MARKS[finding.kind]} {finding}"


def prose(words: str, style: str = "") -> Any:
    """Lay out sentences: on a terminal in lines that break between words and aren't too long to read, elsewhere in one."""
    return Constrain(_text(words, style), _READABLE) if _console(stderr=False).is_terminal else words


def watched() -> bool:
    """Whether somebody looks at stderr, so that a bar may move there: also where colours are forced into a log, nobody does."""
    return _moves(_console(stderr=True))


def _moves(console: Console) -> bool:
    return console.is_terminal and not console.is_dumb_terminal and console.file.isatty()


@contextmanager
def bar(what: str, total: int, *, calm: bool = False) -> Iterator[Callable[..., None]]:
    """Show a progress bar on stderr, on a terminal alone; the call given sets how much is done, of how much, at what.

    A calm one is drawn by that call alone: a thread of its own would take time from what is measured.
    """
    with progress(TimeRemainingColumn(compact=True), calm=calm) as shown:
        task = shown.add_task(what, total=total or None)

        def update(done: int, whole: int = total, at: str = "") -> None:
            shown.update(
                task, completed=done, total=whole or None, description=f"{what}: {at}" if at else what, refresh=calm
            )

        yield update


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on stderr, on a terminal alone, that something is at work of which nobody knows how long it takes."""
    console = _console(stderr=True)
    columns = (SpinnerColumn(), TimeElapsedColumn(), _Description(console.width - _COUNTS))
    with Progress(*columns, console=console, transient=True, disable=not _moves(console)) as shown:
        shown.add_task(what, total=None)
        yield


def progress(*more: ProgressColumn, calm: bool = False) -> Progress:
    """A bar with what is done of how much, further columns, and a description; it disappears at the end.

    It keeps to one line: on a narrow terminal the bar is shorter, or not there, and the description is cut.
    """
    console = _console(stderr=True)
    wide = min(_BAR, console.width // 4)
    shown = [BarColumn(bar_width=wide)] if console.width >= _NARROW else []
    room = console.width - _COUNTS - (wide + 1) * len(shown)
    columns = (*shown, MofNCompleteColumn(), *more, _Description(room))
    moves = _moves(console)
    return Progress(
        *columns, console=console, transient=True, disable=not moves, auto_refresh=not calm,
        speed_estimate_period=_HOUR_S,
    )  # fmt: skip


class _Description(ProgressColumn):
    """What is at work, in words that may come from outside."""

    def __init__(self, room: int = 60) -> None:
        super().__init__()
        self.room = room

    def render(self, task: Task) -> Text:
        words = _text(task.description) if self.room > 1 else Text()
        words.truncate(self.room, overflow="ellipsis")
        words.no_wrap = True
        return words


def minutes(seconds: float | None) -> str:
    """Write a time to go in minutes and seconds; a question mark where it isn't known."""
    return "?" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@contextmanager
def live() -> Iterator[Callable[[Any], None] | None]:
    """Show something in its place on stderr, as often as it is given anew and not more; None where nobody looks."""
    console = _console(stderr=True)
    if not _moves(console):
        yield None
        return
    # No thread of its own redraws it: that would take time from what is measured.
    with Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False) as shown:
        yield lambda thing: shown.update(thing, refresh=True)


def _console(*, stderr: bool) -> Console:
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
