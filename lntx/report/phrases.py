"""Comparisons in words, which never say more than their intervals do."""

import math
from collections.abc import Iterable

import pandas as pd

from lntx.report import units
from lntx.report.frames import Frames
from lntx.report.intervals import Interval

WAYS = {"steps": "doing every step", "algebra": "by algebra", "solution": "by solving for the optimum"}
"""How each work class goes about it, in words."""

FIRST_LOOK = "at a first look"
"""What is said of a ratio without an interval: one process is one draw."""

SO_FAR = "so far"
"""What is said of the best of a study that isn't finished: a way may come that is better."""

AMONG = {"steps": "of those that do every step", "algebra": "of those that go by algebra"}
"""Who is compared, in words, where only one work class is."""


def speed(center: float, low: float | None, high: float | None, count: int) -> str:
    """Write a ratio's bounds in brackets."""
    known = low is not None and high is not None and not math.isnan(low)
    return units.span(Interval(center, low if known else None, high if known else None, count))


def ratio(interval: Interval) -> str:
    """Write a ratio with its bounds."""
    return f"{units.digits(interval.center)} times as fast {units.span(interval)}"


def told_apart(interval: Interval) -> bool:
    """Return whether the faster may be called so: its interval excludes 1 or, with one process, there is none to ask."""
    return not interval.known or interval.excludes(1.0)


def hedged(crossing: Interval) -> str:
    """Return what goes before an epoch from which a slow start pays: "perhaps " where not every process says that it does."""
    return "perhaps " if crossing.count > 1 and not crossing.known and crossing.center > 1 else ""


def looked(crossings: Iterable[Interval | None]) -> str:
    """Return what is said of several such epochs, ", at a first look", where one process alone says when."""
    return f", {FIRST_LOOK}" if any(one and one.count == 1 and one.center > 1 for one in crossings) else ""


def rivals(frames: Frames, best: pd.Series, second: pd.Series) -> str:
    """Set the fastest against the next."""
    found = frames.ratio(int(second["cell"]), int(best["cell"]))
    if not told_apart(found):
        return f"It can't be told apart from {second['backend']} {units.span(found)}."
    return f"Next is {second['backend']}: {best['backend']} is {ratio(found)}."


def tag(work: str) -> str:
    """Name a work class that must not be compared untagged."""
    return {"algebra": " (algebra against steps)", "solution": " (a solution against steps)"}.get(work, "")


def place(part: pd.DataFrame) -> str:
    """Name the threads, and the machine where there are several."""
    first = part.iloc[0]
    words = f", {units.plural(int(first['threads']), 'thread')}" if first["threads"] else ""
    return f"{words}, {first['study']}" if first["study"] else words
