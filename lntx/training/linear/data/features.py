"""A table's columns as features: what the options ask for, and what a model's own table had, done again."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data import categories, columns, gaps
from lntx.training.linear.data.coding import ColumnCoding
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.scaling import unresolved
from lntx.training.linear.data.table import Convention, Table, counts, shell
from lntx.training.recipe import DType

Notes = tuple[str, ...]
_FEW = 10  # rows, of which numbers in turn are no sign that they count


def features(
    table: Table, names: Sequence[str], reading: Reading, how: Convention
) -> tuple[Array, list[ColumnCoding], Notes]:
    """Turn columns into features: samples x features, how each was coded, and what is to be said."""
    parts: list[Array] = []
    coded: list[ColumnCoding] = []
    notes: Notes = ()
    for name in names:
        if name in reading.encode:
            words = categories.words(table, name)
            kinds = categories.categories(table, name, words)
            parts.append(categories.encoded(table, name, words, kinds))
            coded.append(ColumnCoding(name, categories=kinds))
        else:
            found = columns.taken(table, name, how)
            values, fill, said = gaps.filled(table, name, found.values, found.gaps, reading.filling(name))
            parts.append(values[:, None])
            either = not found.flags and bool(np.isin(found.values[~found.gaps], (0, 1)).all())
            coded.append(ColumnCoding(name, found.unit, fill, flags=None if either else found.flags))
            notes += (*found.notes, *said)
            if table.named and len(names) > 1 and len(values) > _FEW and counts(values):
                notes += (f"column {name!r} only counts the rows (--drop {shell(name)} leaves it out)",)
    return np.concatenate(parts, axis=1), coded, notes


def outputs(table: Table, targets: Sequence[str], reading: Reading, how: Convention) -> tuple[Array, Notes]:
    """Turn columns into targets: samples x outputs, and what is to be said."""
    parts: list[Array] = []
    notes: Notes = ()
    for name in targets:
        found = columns.taken(replace(table, fixed=True), name, how)
        values, _, said = gaps.filled(
            table, name, found.values, found.gaps, reading.filling(name, target=True), target=True
        )
        parts.append(values)
        notes += (*found.notes, *said)
    return np.stack(parts, axis=1), notes


def again(table: Table, name: str, column: ColumnCoding, reading: Reading, how: Convention) -> tuple[Array, Notes]:
    """Turn a column into features as a model's own table had it turned."""
    if column.categories is not None:
        return categories.encoded(table, name, categories.words(table, name), column.categories), ()
    found = columns.taken(table, name, how)
    unlike = found.unit != column.unit and not found.gaps.all()
    if unlike and ("%" in (found.unit, column.unit) or (found.unit and column.unit)):
        here, then = _in(found.unit), _in(column.unit)
        raise InputError(
            f"{table.path}: column {name!r} holds numbers {here}, and the model was trained on it {then}; write them as then"
        )
    _check_flags(table, name, column, found)
    way = reading.filling(name)
    if isinstance(way, str) and column.fill is None:
        raise InputError(f"the model keeps no {way} of column {name!r}; train it with --fill {way}, or give a number")
    values, _, said = gaps.filled(
        table, name, found.values, found.gaps, column.fill if way is None or isinstance(way, str) else way
    )
    return values[:, None], (*found.notes, *said)


def _check_flags(table: Table, name: str, column: ColumnCoding, found: columns.Taken) -> None:
    """Raise InputError for yes and no where a model learnt numbers, and for other numbers than 1 and 0 where it learnt those."""
    there = ~found.gaps
    wrong = there & ~np.isin(found.values, (0, 1)) if column.flags else there & found.flags
    if column.flags is None or not wrong.any():
        return
    row = int(np.flatnonzero(wrong)[0])
    here = f"{table.path}: {table.place(row)}, column {name!r} holds {scalars.shown(_plain(table.columns[name], row))}"
    then, way = ("yes and no", "those, or 1 and 0") if column.flags else ("numbers", "numbers")
    raise InputError(f"{here}, and the model was trained on {then} there; write {way}")


def _plain(column: Any, row: int) -> Any:
    """Return a cell as Python has it."""
    value = column.iloc[row] if hasattr(column, "iloc") else column[row]
    return value.item() if isinstance(value, np.generic) else value


def find(table: Table, name: str, why: str = "") -> str:
    """Return a column's name as it stands in the table; InputError where there is none."""
    if (found := table.find(name)) is not None:
        return found
    hint = (
        "" if table.named else "; its first row is numbers, where a header of names is due (--header if it holds names)"
    )
    hint = hint and hint + "; --no-header takes the columns in the model's order" * bool(why)
    raise InputError(f"{table.path} has no column {name!r}{why}; it has {table.listed()}{hint}")


def cast(values: Array, names: Sequence[str], dtype: DType, path: Path) -> Array:
    """Copy to a dtype; InputError naming the column that it can't hold."""
    with np.errstate(over="ignore"):
        copied = np.array(values, dtype, order="C")
    for column, name in enumerate(names):
        if reason := unresolved(values[:, column], dtype):
            raise InputError(f"{path}: column {name!r} {reason}")
    return copied


def _in(unit: str) -> str:
    return f"in {unit}" if unit else "without a unit"
