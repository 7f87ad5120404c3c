"""Long work shows itself: on a terminal in its place, elsewhere by a line a minute."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console
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
from rich.text import Text

from lntx.cli.terminal import fresh_console, say, text_of

_BAR, _NARROW, _COUNTS = 40, 40, 22  # columns of a bar, of a terminal without one, and of what stands behind it
_HOUR_S = 3600.0  # over which the time to go is estimated: steps may take minutes
QUIET_S = 60.0  # between two lines, where nobody looks and nothing new happens


def watched() -> bool:
    """Whether somebody looks at stderr, so that a bar may move there: also where colours are forced into a log, nobody does."""
    return _moves(fresh_console(stderr=True))


def _moves(console: Console) -> bool:
    return console.is_terminal and not console.is_dumb_terminal and console.file.isatty()


@contextmanager
def bar(what: str, total: int, *, calm: bool = False) -> Iterator[Callable[..., None]]:
    """Show a progress bar on stderr; the call given sets how much is done, of how much, at what.

    A calm one is drawn by that call alone: a thread of its own would take time from what is measured. Where nobody looks the call
    says a line a minute, and a calm one's program says its own.
    """
    with progress(TimeRemainingColumn(compact=True), calm=calm) as shown:
        task = shown.add_task(what, total=total or None)
        began, due = monotonic(), seldom()

        def update(done: int, whole: int = total, at: str = "") -> None:
            words = f"{what}: {at}" if at else what
            shown.update(task, completed=done, total=whole or None, description=words, refresh=calm)
            if shown.disable and not calm and due():
                say(f"{words}: {done:,} of {whole:,}{_to_go(monotonic() - began, done, whole)}")

        yield update


def seldom() -> Callable[[], bool]:
    """Make a call that is true once a minute: when there is a line to say where nobody looks."""
    said = monotonic()

    def due() -> bool:
        nonlocal said
        if monotonic() - said < QUIET_S:
            return False
        said = monotonic()
        return True

    return due


def _to_go(gone_s: float, done: int, whole: int) -> str:
    """Guess the time to go as a bar does, by the part that is done."""
    return f", about {minutes(gone_s * (whole - done) / done)} to go" if 0 < done < whole else ""


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on stderr, on a terminal alone, that something is at work of which nobody knows how long it takes."""
    console = fresh_console(stderr=True)
    columns = (SpinnerColumn(), TimeElapsedColumn(), _Description(console.width - _COUNTS))
    with Progress(*columns, console=console, transient=True, disable=not _moves(console)) as shown:
        shown.add_task(what, total=None)
        yield


def progress(*more: ProgressColumn, calm: bool = False) -> Progress:
    """A bar with what is done of how much, further columns, and a description; it disappears at the end.

    It keeps to one line: on a narrow terminal the bar is shorter, or not there, and the description is cut.
    """
    console = fresh_console(stderr=True)
    wide = min(_BAR, console.width // 4)
    shown = [BarColumn(bar_width=wide)] if console.width >= _NARROW else []
    room = console.width - _COUNTS - (wide + 1) * len(shown)
    columns = (*shown, MofNCompleteColumn(), *more, _Description(room))
    return Progress(
        *columns,
        console=console,
        transient=True,
        disable=not _moves(console),
        auto_refresh=not calm,
        speed_estimate_period=_HOUR_S,
    )


class _Description(ProgressColumn):
    """What is at work, in words that may come from outside."""

    def __init__(self, room: int = 60) -> None:
        super().__init__()
        self.room = room

    def render(self, task: Task) -> Text:
        words = text_of(task.description) if self.room > 1 else Text()
        words.truncate(self.room, overflow="ellipsis")
        words.no_wrap = True
        return words


def minutes(seconds: float | None) -> str:
    """Write a time to go in minutes and seconds, before them the hours if there are any; a question mark where it isn't known."""
    if seconds is None:
        return "?"
    whole, rest = divmod(int(seconds), 60)
    hours, whole = divmod(whole, 60)
    return f"{hours}:{whole:02d}:{rest:02d}" if hours else f"{whole}:{rest:02d}"


@contextmanager
def live() -> Iterator[Callable[[Any], None] | None]:
    """Show something in its place on stderr, as often as it is given anew and not more; None where nobody looks."""
    console = fresh_console(stderr=True)
    if not _moves(console):
        yield None
        return
    # No thread of its own redraws it: that would take time from what is measured.
    with Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False) as shown:
        yield lambda thing: shown.update(thing, refresh=True)
