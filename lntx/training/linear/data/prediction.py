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
    wanted = [" ".join(column.name.split()) for column in coded.columns] if by_name else [*reading.mentioned]
    texts = [
        column.name if by_name else str(i) for i, column in enumerate(coded.columns) if column.categories is not None
    ]
    reading = replace(reading, encode=tuple(name for name in texts if name not in reading.drop))
    table = formats.read(path, reading, wanted, by_name=by_name, width=None if by_name else len(coded.columns))
    notes: Notes = ()
    if by_name:
        chosen = [featured.find(table, column.name, ", which the model needs") for column in coded.columns]
    else:
        chosen = [*table.columns]
        if len(chosen) != len(coded.columns):
            raise InputError(
                f"{path} has {len(chosen)} columns and the model takes {len(coded.columns)} {'columns' if coding else 'features'}"
            )
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


def plain(features: int, named: Sequence[str]) -> Coding:
    """Return the coding of columns that are features as they stand; without names they are counted."""
    return Coding(tuple(ColumnCoding(name) for name in named or map(str, range(features))), bool(named))
