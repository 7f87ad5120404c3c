"""The targets as a table: what was wanted, what was measured, and for each that was missed what is known of why."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from lntx.report import units
from lntx.report.document import Item, Items, Section, Table, Text
from lntx.report.provenance import cpu
from lntx.report.rows import table as table_of
from lntx.targets import Scoreboard, Target, Unit

_HEADINGS = ("target", "verdict", "median", "wanted", "contestant", "measured", "task", "quartiles", "extrapolated")
_NUMERIC = (False, False, True, True, False, False, False, True, False)
_SIGNS = {"at least": "≥", "at most": "≤"}
_FIGURES = range(3, 18)  # significant ones: as many as suffice, and at most those that tell any two values apart
_OPEN = ("missed", "not measured")
SPREAD = "median and quartiles of the rounds, in each of which every contestant took its turn"


def sections(boards: Sequence[Scoreboard]) -> list[Section]:
    """Lay every scoreboard out: where it was measured, a line that counts, the table, what is said of the rest."""
    return [_section(board, f"targets-{i}") for i, board in enumerate(boards, 1)]


def _section(board: Scoreboard, name: str) -> Section:
    items = tuple(Item(why, which) for which, why in remarks(board))
    found = replace(table(board), caption=_title(board))
    return Section(_title(board), (Text(summary(board)), found, *((Items(items),) if items else ())), name)


def table(board: Scoreboard) -> Table:
    """Make the table of a scoreboard, one row a target."""
    return Table(_HEADINGS, tuple(_row(target) for target in board.targets), _NUMERIC)


def brief(board: Scoreboard) -> Table:
    """Make the table of what is wanted, for another page: one row a target, what was done in one cell."""
    rows = (
        (
            units.clean(target.key),
            target.verdict,
            median(target),
            wish(target),
            units.clean(f"{target.contestant}, {target.measure}; {target.task}"),
        )
        for target in board.targets
        if target.wanted is not None
    )
    return Table(("target", "verdict", "median", "wanted", "of what"), tuple(rows), (False, False, True, True, False))


def remarks(board: Scoreboard) -> list[tuple[str, str]]:
    """Say of each target that isn't met what was measured beside it, or why it has no value; the same once for several."""
    said: dict[tuple[str, ...], list[str]] = {}
    for target in board.targets:
        if target.verdict in _OPEN:
            why = ". ".join(
                filter(None, (part.strip().rstrip(".") for part in (target.reason or target.limit, target.tried)))
            )
            why = why or "nothing else was measured"
            place = (target.key, target.verdict, target.contestant, target.task, why)
            said.setdefault(place, []).append(target.measure)
    return [
        (
            units.clean(f"{key} {verdict}: {contestant}, {units.listing(measures)}, {task}"),
            f"{units.clean(why).rstrip('. ')}.",
        )
        for (key, verdict, contestant, task, why), measures in said.items()
    ]


def frame(boards: Sequence[Scoreboard]) -> pd.DataFrame:
    """Make one row for each round of each target."""
    names = ("key", "task", "contestant", "measure", "unit", "sense", "wanted", "verdict", "scaled")
    rows = [
        {"board": i, **{name: getattr(target, name) for name in names}, "round": j, "value": value}
        for i, board in enumerate(boards)
        for target in board.targets
        for j, value in enumerate(target.values)
    ]
    return table_of(rows, ["board", *names, "round", "value"])


def _title(board: Scoreboard) -> str:
    return " · ".join(
        part for part in ("Targets", cpu(board.machine), units.clean(board.about.get("mode", ""))) if part
    )


def summary(board: Scoreboard) -> str:
    """Count what was met, missed and not measured, of those that something is wanted of."""
    met, missed, left = (board.count(verdict) for verdict in ("met", "missed", "not measured"))
    rest = f", {left} not measured" if left else ""
    return f"{met} of {units.plural(met + missed + left, 'target')} met, {missed} missed{rest}; {SPREAD}."


def _row(target: Target) -> tuple[str, ...]:
    return (
        units.clean(target.key),
        target.verdict,
        median(target),
        wish(target),
        *(units.clean(text) for text in (target.contestant, target.measure, target.task)),
        _spread(target),
        units.clean(target.scaled),
    )


def median(target: Target) -> str:
    """Write what was measured, to as many digits as tell what is missed from what is wanted; empty for nothing."""
    if target.median is None:
        return ""
    told = (amount(target.median, target.unit, n) for n in _FIGURES if _apart(target, n))
    return next(told, amount(target.median, target.unit, _FIGURES[-1]))


def _apart(target: Target, figures: int) -> bool:
    """Whether so many digits don't make what is missed look met."""
    if target.median is None or target.wanted is None or target.verdict != "missed":
        return True
    return amount(target.median, target.unit, figures) != amount(target.wanted, target.unit, figures)


def wish(target: Target) -> str:
    """Write what is wanted, all of it, as what was measured is held against that; empty for what is only shown."""
    if target.wanted is None:
        return ""
    whole = next(n for n in _FIGURES if float(f"{target.wanted:.{n - 1}e}") == target.wanted)
    return f"{_SIGNS[target.sense]} {amount(target.wanted, target.unit, whole)}"


def _spread(target: Target) -> str:
    if target.quartiles is None:
        return ""
    low, high = (amount(value, target.unit) for value in target.quartiles)
    return f"{low} to {high}"


def amount(value: float, unit: Unit, figures: int = _FIGURES[0]) -> str:
    """Write a value with its unit."""
    if unit == "s":
        return units.seconds(value, figures)
    number = units.digits(100 * value if unit == "share" else value, figures)
    return f"{number} %" if unit == "share" else f"{number}{units.TIMES}"
