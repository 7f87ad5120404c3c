"""Columns of categories: each category becomes a column of 0 and 1, the same for a model's own table and for others."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.table import Table, shell

_MOST = 1000  # categories of a column
_FEW = 6  # categories that a message lists
_NEAR = 0.75  # how alike a word and a category must be to be taken for what was meant


def words(table: Table, name: str) -> list[str]:
    """Take a column's categories, row by row, as text; a gap is the empty one."""
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    return [_word(value) for value in pd.Series(table.columns[name]).astype(object)]


def categories(table: Table, name: str, found: Sequence[str]) -> tuple[str, ...]:
    """List the categories of a column, sorted; InputError for so many that it must be something else."""
    kinds = sorted({*found})
    if len(kinds) > _MOST:
        raise InputError(
            f"{table.path}: column {name!r} has {len(kinds)} values, too many to encode; --drop {shell(name)} leaves it out"
        )
    return tuple(kinds)


def encoded(table: Table, name: str, found: Sequence[str], kinds: Sequence[str]) -> Array:
    """Make a column of 0 and 1 for each category: rows x categories; InputError for one that isn't among them."""
    places = {kind: i for i, kind in enumerate(kinds)}
    codes = np.zeros((len(found), len(kinds)))
    for row, word in enumerate(found):
        if word not in places:
            what = repr(word) if word else "a gap"
            near = get_close_matches(word, kinds, n=1, cutoff=_NEAR) or [
                kind for kind in kinds if kind.lower() == word.lower()
            ]
            hint = f"; did you mean {near[0]!r}?" if near and word else ""
            known = ", ".join(map(repr, kinds[:_FEW])) + ", ..." * (len(kinds) > _FEW)
            here = f"{table.path}: {table.place(row)}, column {name!r}"
            raise InputError(f"{here} holds {what}, which the model hasn't seen; it knows {known}{hint}")
        codes[row, places[word]] = 1
    return codes


def _word(value: Any) -> str:
    """Write a category: whole numbers without a point, so that 1 and 1.0 are one."""
    import pandas as pd  # noqa: PLC0415

    if isinstance(value, (list, dict, np.ndarray)):
        return " ".join(str(value).split())
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    return " ".join(str(value).split())
