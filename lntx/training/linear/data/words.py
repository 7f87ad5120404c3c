"""A sample to predict for as words of a command line: its values in the model's order, or NAME=VALUE in any.

They are read as the cells of a table are, by the same code: with the model's decimal point, units, categories and fillings.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lntx.errors import InputError
from lntx.suggestion import suggestion
from lntx.training.linear.data import convention
from lntx.training.linear.data import features as featured
from lntx.training.linear.data.coding import Coding, ColumnCoding
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.features import Notes
from lntx.training.linear.data.prediction import plain
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.table import Table
from lntx.training.linear.data.table import named as plain_names
from lntx.training.linear.data.validation import counted

_PLACE = Path("the values")  # where a message about a table names its file
_SHOWN, _FEW = 12, 6  # columns and categories that a message lists


def inputs_from_words(
    words: Sequence[str],
    features: int,
    named: Sequence[str] = (),
    coding: Coding | None = None,
    reading: Reading | None = None,
) -> tuple[Array, Notes]:
    """Take the samples to predict for: samples x features in float64, and how they were understood, where columns have names.

    The words are the values of the model's columns, sample after sample, or NAME=VALUE in any order for one sample; that of a
    column of categories is a category. Raises InputError as `inputs_from_table` does, and for another number of words than
    columns have values.
    """
    coded = coding or plain(features, named or counted("x", features))
    columns = coded.columns
    names = plain_names([column.name for column in columns])
    values = _values(words, coded, names)
    if not values or len(values) % len(columns):
        raise InputError(f"the model takes {_wanted(columns, own=bool(named))}, not {len(values)}")
    reading = (reading or Reading()).after(coded.reading)
    texts = {name: np.array(values[i :: len(columns)], dtype=object) for i, name in enumerate(names)}
    table = Table(_PLACE, texts, place=lambda row: f"sample {row + 1}", fixed=True)
    numeric = [name for name, column in zip(names, columns, strict=True) if column.categories is None]
    table, how = convention.settled(table, numeric, reading, convention.kept(coding, named=bool(named)))
    parts: list[Array] = []
    notes: Notes = table.notes
    for name, column in zip(names, columns, strict=True):
        found, said = featured.again(table, name, column, reading, how)
        parts.append(found)
        notes += said
    understood = [_understood(column, text, part) for column, text, part in zip(columns, values, parts, strict=False)]
    echo = (f"{'sample 1: ' * (len(values) > len(columns))}{_listed(understood)}",) if named else ()
    return np.concatenate(parts, axis=1), (*echo, *notes)


def _values(words: Sequence[str], coded: Coding, names: Sequence[str]) -> list[str]:
    """Put NAME=VALUE in the columns' order; words that are none stand in it already."""
    placed = _placed(words, coded)
    known = frozenset(names)
    found = [_assigned(word, known) for word in words]
    if not any(found):
        if words and not placed and all("=" in word for word in words):
            raise _unknown(words[0], names)
        return [*words]
    if placed:
        raise InputError(
            f"{words[0]!r} is a category, and NAME=VALUE as well; write {names[0]}={words[0]} for the first"
        )
    given: dict[str, str] = {}
    for word, pair in zip(words, found, strict=True):
        if pair is None:
            raise _unknown(word, names)
        if pair[0] in given:
            raise InputError(f"{pair[0]} is given twice; NAME=VALUE is for one sample")
        given[pair[0]] = pair[1]
    if missing := [name for name in names if name not in given]:
        raise InputError(f"{_listed(missing)} not given; the model takes all of {_listed(names)}")
    return [given[name] for name in names]


def _unknown(word: str, names: Sequence[str]) -> InputError:
    """Say that a word names no column, and which one it may mean."""
    name, equals, _ = word.partition("=")
    if not equals:
        return InputError(f"{word!r} is no NAME=VALUE, as the others are; the names are {_listed(names)}")
    hint = suggestion(name, names, repr, f"the names are {_listed(names)}")
    return InputError(f"no column is called {name!r}; {hint}")


def _placed(words: Sequence[str], coded: Coding) -> bool:
    """Whether each word is a category of the column at its place: then it stands for that, whatever else it looks like."""
    kinds = [frozenset(column.categories or ()) for column in coded.columns]
    return bool(words) and all(word in kinds[i % len(kinds)] for i, word in enumerate(words))


def _assigned(word: str, known: frozenset[str]) -> tuple[str, str] | None:
    """Part NAME=VALUE; a name may hold "=" itself: the longest counts."""
    places = [i for i, sign in enumerate(word) if sign == "="]
    pairs = ((" ".join(word[:i].split()), word[i + 1 :]) for i in reversed(places))
    return next((pair for pair in pairs if pair[0] in known), None)


def _understood(column: ColumnCoding, text: str, part: Array) -> str:
    """Say which number a word was taken for, or which category."""
    value = text if column.categories is not None else f"{part[0, 0]:.15g}"
    return f"{column.name}={value}"


def _wanted(columns: Sequence[ColumnCoding], *, own: bool) -> str:
    """Say how many values a sample has, and which."""
    count = f"{len(columns)} value{'s' * (len(columns) > 1)} a sample"
    return f"{count}, {_listed([_described(column) for column in columns])}" if own else count


def _described(column: ColumnCoding) -> str:
    if column.categories is None:
        return column.name
    return f"{column.name} ({', '.join(column.categories[:_FEW])}{', ...' * (len(column.categories) > _FEW)})"


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return ", ".join([*names[:_SHOWN], *more])
