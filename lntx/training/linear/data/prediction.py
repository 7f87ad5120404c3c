"""Rows to predict for, read from a table or an array as the model's own were."""

import re
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
from lntx.training.linear.data.table import Convention, Table
from lntx.training.linear.data.validation import counted
from lntx.training.recipe import DType, precision

_WORDS = Path("the values")  # where a message names a file
_REMEDY = re.compile(r"; (mend it|--).*", re.DOTALL)  # by the options that a table has
_SHOWN, _FEW = 12, 6  # columns and categories that a message lists


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
    coded = coding or _plain(features, named)
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
    table, how = convention.settled(table, numeric, reading, coded.point or None)
    parts = []
    for name, column in zip(chosen, coded.columns, strict=True):
        values, said = featured.again(table, name, column, reading, how)
        parts.append(values)
        notes += said
    return featured.cast(np.concatenate(parts, axis=1), coded.features, precision(dtype), path), table.noting(
        *notes
    ).told()


def inputs_from_words(
    words: Sequence[str], features: int, named: Sequence[str] = (), coding: Coding | None = None
) -> tuple[Array, Notes]:
    """Take the samples to predict for from words, as of a command line: samples x features in float64, and what is to be said.

    The words are the values of the model's columns, sample after sample, or NAME=VALUE in any order for one sample; that of a
    column of categories is a category. Numbers have a decimal point. Raises InputError for another number of words than columns,
    and for a word that is neither.
    """
    coded = coding or _plain(features, named or counted("x", features))
    columns = coded.columns
    names = [column.name for column in columns]
    values = [*words] if (order := _by_name(words, names)) is None else order
    if not values or len(values) % len(columns):
        raise InputError(f"the model takes {_wanted(coded, own=bool(named))}, not {len(values)}")
    rows = len(values) // len(columns)
    texts = {name: np.array(values[i :: len(columns)], dtype=object) for i, name in enumerate(names)}
    table = Table(_WORDS, texts, place=lambda row: f"sample {row + 1}")
    parts: list[Array] = []
    notes: Notes = ()
    for column in columns:
        numbers = None if column.categories is not None or column.unit == "%" else _numbers(texts[column.name])
        if numbers is None:
            try:
                found, said = featured.again(table, column.name, column, Reading().after(coded.reading), Convention())
            except InputError as error:
                raise InputError(_REMEDY.sub("", str(error))) from None
            notes += said
        else:
            found = numbers[:, None]
        parts.append(found)
    if named and order is None:
        shown = dict(zip(names[:_SHOWN], values, strict=False))
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        notes = (f"{'sample 1: ' if rows > 1 else ''}{', '.join(f'{k}={v}' for k, v in shown.items())}{more}", *notes)
    return np.concatenate(parts, axis=1), notes


def _plain(features: int, named: Sequence[str]) -> Coding:
    return Coding(tuple(ColumnCoding(name) for name in named or map(str, range(features))), bool(named))


def _by_name(words: Sequence[str], names: Sequence[str]) -> list[str] | None:
    """Put NAME=VALUE in the columns' order; None where the words aren't that, or none.

    A name may hold "=" itself: the longest counts.
    """
    given: dict[str, str] = {}
    for word in words:
        own = [name for name in names if word.startswith(f"{name}=")]
        if not own:
            if given:
                raise InputError(f"{word!r} is no NAME=VALUE; the names are {_listed(names)}")
            return None
        name = max(own, key=len)
        if name in given:
            raise InputError(f"{name} is given twice; NAME=VALUE is for one sample")
        given[name] = word[len(name) + 1 :]
    if not given:
        return None
    if missing := [name for name in names if name not in given]:
        raise InputError(f"{_listed(missing)} not given; the model takes all of {_listed(names)}")
    return [given[name] for name in names]


def _numbers(texts: Array) -> Array | None:
    """Take plain numbers; None where one is something else, or not finite."""
    try:
        found = np.array([float(text) for text in texts])
    except ValueError:
        return None
    return found if np.isfinite(found).all() else None


def _wanted(coded: Coding, *, own: bool) -> str:
    """Say how many values a sample has, and which."""
    count = f"{len(coded.columns)} value{'s' * (len(coded.columns) > 1)} a sample"
    if not own:
        return count
    return f"{count}, {_listed([_described(column) for column in coded.columns])}"


def _described(column: ColumnCoding) -> str:
    if column.categories is None:
        return column.name
    return f"{column.name} ({', '.join(column.categories[:_FEW])}{', ...' * (len(column.categories) > _FEW)})"


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return ", ".join([*names[:_SHOWN], *more])
