"""The table of targets for a terminal of 80 columns: a line for what is done, below it one or two for each contestant."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from lntx.report import targets, units
from lntx.targets import Scoreboard, Target

WIDTH = 80
_HEAD = f"  {'verdict':<12} {'median':>8} {'spread':>7}  {'wanted':<10}  "
_HANG = " " * len(_HEAD)
_INDENT = "    "


def of(board: Scoreboard) -> Iterator[str]:
    """Yield the lines: the table, what it comes to, and what is known of each target that isn't met."""
    yield f"{_HEAD}of what"
    for (key, task), group in groupby(board.targets, lambda target: (target.key, target.task)):
        yield from wrap(units.clean(f"{key:<4}{task}"), WIDTH, subsequent_indent=_INDENT)
        for target in group:
            yield from _row(target)
    yield ""
    yield from wrap(f"{targets.summary(board)} Spread: half of what lies between the quartiles.", WIDTH)
    for which, why in targets.remarks(board):
        yield ""
        yield from wrap(which, WIDTH)
        yield from wrap(why, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _row(target: Target) -> list[str]:
    """Write a target's verdict and numbers, and beside them what was compared, on as many lines as it takes."""
    median = "" if target.median is None else targets.amount(target.median, target.unit)
    left = f"  {target.verdict:<12} {median:>8} {_spread(target):>7}  {targets.wish(target):<10}  "
    words = units.clean(f"{target.contestant}, {target.measure}")
    return wrap(words, WIDTH, initial_indent=left, subsequent_indent=_HANG, drop_whitespace=True)


def _spread(target: Target) -> str:
    """Write half the distance of the quartiles as a share of the median."""
    if not target.median or target.quartiles is None:
        return ""
    low, high = target.quartiles
    return f"± {100 * (high - low) / 2 / abs(target.median):.0f} %"
