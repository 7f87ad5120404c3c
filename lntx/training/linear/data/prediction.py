"""Rows to predict for, read from a table or an array as the model's own were."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data import convention, formats
from lntx.training.linear.data import features as featured
from lntx.training.linear.data.coding import Coding, ColumnCoding
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.features import Notes
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.table import Sought, Table, counting
from lntx.training.recipe import DType, precision


def inputs_from_table(
    file: str | Path,
    features: int,
    named: Sequence[str] = (),
    coding: Coding | None = None,
    reading: Reading | None = None,
    *,
    dtype: DType = "float64",
) -> tuple[Array, Notes]:
    """Read the rows to predict for: an array of samples x features, and what a user should know of how they were read.

    named are the columns that the model was trained on: they are found by name, in any order, and other columns are
    passed over. Without names, or with reading.header False, the columns are the features in turn: then a text may do without a
    header (its first row is a sample where it is numbers), and a .npy file will do. coding is how the model's own table was
    turned into features, which is done again. Raises InputError as `from_table` does, and where a column is missing, or the
    file has another number of columns than the model features.
    """
    path = scalars.path("file", file)
    coded = coding or plain(features, named)
    reading = (reading or Reading()).after(coded.reading)
    by_name = bool(named) and reading.header is not False
    table = _named(path, coded, reading) if by_name else _placed(path, coded, reading)
    notes: Notes = ()
    if by_name:
        chosen = [featured.find(table, column.name, ", which the model needs") for column in coded.columns]
    else:
        chosen = [*table.columns]
        if len(chosen) != len(coded.columns):
            raise InputError(_unlike(table, len(coded.columns), "columns" if coding else "features"))
        notes = (
            (f"its columns are taken in the model's order: {', '.join(column.name for column in coded.columns[:6])}",)
            if named
            else ()
        )
    numeric = [name for name, column in zip(chosen, coded.columns, strict=True) if column.categories is None]
    table, how = convention.settled(table, numeric, reading, convention.kept(coding, named=bool(named)))
    parts = []
    for name, column in zip(chosen, coded.columns, strict=True):
        values, said = featured.again(table, name, column, reading, how)
        parts.append(values)
        notes += said
    return featured.cast(np.concatenate(parts, axis=1), coded.features, precision(dtype), path), table.noting(
        *notes
    ).told()


def _named(path: Path, coded: Coding, reading: Reading) -> Table:
    """Read a table whose columns are to be found by name."""
    names = [" ".join(column.name.split()) for column in coded.columns]
    known = {name: column.categories for name, column in zip(names, coded.columns, strict=True) if column.categories}
    texts = tuple(name for name in known if name not in reading.drop)
    return formats.read(path, replace(reading, encode=texts), Sought(names, categories=known))


def _placed(path: Path, coded: Coding, reading: Reading) -> Table:
    """Read a table whose columns are the model's in turn.

    Which of them are categories, to be read as text, shows when it has been read: an index, or a column that is dropped, may
    stand before them.
    """
    sought = Sought(reading.mentioned, len(coded.columns), coded.index)
    table = formats.read(path, reading, sought, by_name=False)
    known = {
        name: column.categories for name, column in zip(table.columns, coded.columns, strict=False) if column.categories
    }
    if not known or len(table.columns) != len(coded.columns):
        return table
    return formats.read(path, replace(reading, encode=tuple(known)), replace(sought, categories=known), by_name=False)


def _unlike(table: Table, due: int, what: str) -> str:
    """Say that a table has another number of columns than a model takes, and which one may be no feature."""
    names = [*table.columns]
    count = f"{len(names)} column" + "s" * (len(names) != 1)
    spare = len(names) == due + 1 and not table.named and counting(table.columns[names[0]])
    ways = f"; the first counts the rows: --drop {names[0]} leaves it out, --drop {names[-1]} the last" * spare
    return f"{table.path} has {count} and the model takes {due} {what[: -1 if due == 1 else None]}{ways}"


def plain(features: int, named: Sequence[str]) -> Coding:
    """Return the coding of columns that are features as they stand; without names they are counted."""
    return Coding(tuple(ColumnCoding(name) for name in named or map(str, range(features))), bool(named))
