"""A table as a file holds it: columns that have names, and where in the file each row stands."""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training.linear.data import cells
from lntx.training.linear.data.reading import Reading

Columns = Mapping[str, Any]
_INDEX = re.compile(r"(Unnamed: 0(_level_\d+)?|__index_level_\d+__)?")  # what pandas, or nobody, calls the rows' names
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Convention:
    """How numbers are written: the decimal point, and what may stand between thousands: None is whatever is left, "" nothing.

    shown says whether the cells, or an option, show that point, or it is only taken for want of any.
    """

    point: str = "."
    thousands: str | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody wants of a table.

    names are the columns that are asked for, by place where there are no names. width is how many a model takes by their place,
    and index whether its own table had one more in front, which only counted the rows. categories are those that a model knows
    of a column.
    """

    names: Sequence[str] = ()
    width: int | None = None
    index: bool = False
    categories: Mapping[str, Collection[str]] = field(default_factory=dict)

    def known(self, columns: Sequence[str]) -> list[Collection[str]]:
        """List the categories that are known of each column."""
        return [self.categories.get(name, ()) for name in columns]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name: pandas' or NumPy's, of any dtype, as long as each other.

    named says whether the names are the columns' own, or count them from 0. place tells where a row (counted from 0) stands, as
    a user counts. Where the file is text, separator is the character between columns, point the decimal point that numbers were
    read with, and again reads all columns anew: with another point, or (None) as text. notes are what a user should know of how
    the file was read. fixed: no column can be left out or encoded, as of values that somebody types, or of targets. index: a
    first column was left out, since it only told the rows apart. tiny: the text has exponents so small that what was read as 0
    may be none.
    """

    path: Path
    columns: Columns
    named: bool = True
    place: Callable[[int], str] = lambda row: f"row {row + 1}"
    point: str = "."
    again: Callable[[str | None], Columns] | None = None
    separator: str | None = None
    notes: tuple[str, ...] = field(default=())
    fixed: bool = False
    index: bool = False
    tiny: bool = False

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return max((len(column) for column in self.columns.values()), default=0)

    def noting(self, *notes: str) -> "Table":
        """Return the table with more to say."""
        return replace(self, notes=(*self.notes, *notes))

    def told(self) -> tuple[str, ...]:
        """Return all that is to be said, as one line or none."""
        return (f"{self.path}: " + "; ".join(self.notes),) if self.notes else ()

    def find(self, name: str) -> str | None:
        """Return a column's name as it stands here, whatever the white space about it; None for one that isn't there."""
        if name in self.columns:
            return name
        plain = " ".join(name.split())
        return plain if plain in self.columns else None

    def remedy(self, text: str) -> str:
        """Return what a message adds of the options that leave a column out or encode it; nothing where none can be."""
        return "" if self.fixed else text

    def listed(self) -> str:
        """List the names, or the first of many."""
        names = [str(name) for name in self.columns]
        return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def shell(name: str) -> str:
    """Write a column's name as a shell takes it."""
    return shlex.quote(name)


def named(names: Sequence[Any]) -> list[str]:
    """Take names as text without white space about them; one that isn't there is empty."""
    plain = [int(name) if isinstance(name, float) and name.is_integer() else name for name in names]
    return ["" if name is None or name != name else " ".join(str(name).split()) for name in plain]  # noqa: PLR0124  (NaN)


_ANYTHING = Sought()


def tidied(
    table: Table, names: Sequence[str], columns: Sequence[Any], reading: Reading, sought: Sought = _ANYTHING
) -> Table:
    """Give columns their names, without those that hold nothing, that only count the rows, or that are to be dropped.

    Raises InputError for two columns of one name, and for one to be dropped that isn't there.
    """
    names = named(names)
    if table.named and len(names) > 2 and sum(map(bool, names)) == 1:  # noqa: PLR2004  (an index, and one column)
        raise InputError(
            f"{table.path} has one name, {max(names)!r}, for {len(names)} columns; delete what stands above the header"
        )
    asked, kept, notes = {*sought.names}, dict(enumerate(zip(names, columns, strict=True))), []
    index = not reading.keep_index and _is_index(table, names, columns, (*sought.names, *reading.drop), sought)
    if index:
        kept.pop(0)
        first = (
            "column 1 has no name and tells the rows apart" if table.named else "the first column only counts the rows"
        )
        notes.append(f"{first}, and is left out (--keep-index keeps it)")
    for i, (name, column) in list(kept.items()):
        if name in reading.drop:
            continue
        if table.named and len(column) and name not in asked and empty(column):
            kept.pop(i)
            notes += [f"column {name!r} is empty, and is left out"] if name else []
        elif not name:
            kept[i] = (f"Unnamed: {i}", column)
            notes.append(f"column {i + 1} has no name, and is called 'Unnamed: {i}'")
    names = [name for name, _ in kept.values()]
    if missing := [name for name in reading.drop if name not in names]:
        raise InputError(f"{table.path} has no column {missing[0]!r} to drop; it has {', '.join(names[:_SHOWN])}")
    names = [name for name in names if name not in reading.drop]
    if twice := next((name for name, times in Counter(names).items() if times > 1), None):
        ways = f"give each a name of its own, or leave both out with --drop {shell(twice)}"
        raise InputError(f"{table.path} has two columns called {twice!r}; {ways}")
    found = {name: column for name, column in kept.values() if name not in reading.drop}
    return replace(table, columns=found, index=index).noting(*notes)


def empty(column: Any) -> bool:
    """Return whether a column holds nothing but gaps."""
    if column.dtype.kind == "f" and isinstance(column, np.ndarray):
        return bool(np.isnan(column).all())
    if isinstance(column, np.ndarray) and column.dtype.kind not in "OUT":
        return False
    if column.dtype.kind in "mMcV":  # told of as what they are, gaps or not
        return False
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    series = pd.Series(column)
    return all(isinstance(value, str) and cells.gap(value) for value in series[series.notna()])


def _is_index(
    table: Table, names: Sequence[str], columns: Sequence[Any], mentioned: Sequence[str], sought: Sought
) -> bool:
    """Return whether the first column is the rows' own names: without a name, each value once; or counting, without a header.

    Without a header one column too many is no sign: it may as well be a target behind the features, the first of which counts.
    """
    if not names or len(columns[0]) == 0 or names[0] in mentioned:
        return False
    if sought.width is not None and len(names) != sought.width + 1:
        return False
    if table.named:
        return bool(_INDEX.fullmatch(names[0])) and len(names) > 1 and _distinct(columns[0])
    if sought.width is not None:
        return sought.index and counting(columns[0])
    return len(names) > 2 and len(columns[0]) > 2 and counting(columns[0])  # noqa: PLR2004  (a feature and a target)


def _distinct(column: Any) -> bool:
    import pandas as pd  # noqa: PLC0415

    series = pd.Series(column)
    if series.dtype.kind == "f" and not (series % 1 == 0).all():
        return False
    return bool(series.is_unique and series.notna().all())


def counting(column: Any) -> bool:
    """Return whether a column is of whole numbers that count the rows."""
    return (values := np.asarray(column)).dtype.kind in "iu" and len(values) > 0 and counts(values)


def counts(values: Any) -> bool:
    """Return whether a column's numbers, of which there are some, count the rows from 0 or 1 on."""
    return values[0] in (0, 1) and bool(np.all(np.diff(values) == 1))
