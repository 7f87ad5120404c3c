"""Gaps in a column: filled as the options or the model say, or refused."""

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.table import Table, shell


def filled(
    table: Table, name: str, values: Array, gaps: NDArray[np.bool_], way: float | str | None, *, target: bool = False
) -> tuple[Array, float | None, tuple[str, ...]]:
    """Fill a column's gaps: its numbers, what fills gaps (also where it has none), and what is to be said.

    Raises InputError, naming the first gap, where nothing fills them.
    """
    count = int(gaps.sum())
    if way is None:
        if count:
            row = int(np.flatnonzero(gaps)[0])
            here = f"{table.path}: {table.place(row)}, column {name!r}"
            if target:
                raise InputError(
                    f"{here} holds a gap, and is the target; remove such rows, or fill it with --fill {shell(name)}=mean"
                )
            if table.fixed:
                raise InputError(f"{here} holds a gap; --fill {shell(name)}=NUMBER fills it")
            ways = f"--fill mean, median or a number fills gaps, {shell(name)}=mean those of this column alone"
            raise InputError(f"{here} holds a gap; {ways}; --drop {shell(name)} leaves it out")
        return values, None, ()
    there = values[~gaps]
    if isinstance(way, str) and not there.size:
        raise InputError(
            f"{table.path}: column {name!r} is empty, and has no {way}; --drop {shell(name)} leaves it out"
        )
    value = way if isinstance(way, float) else float(np.median(there) if way == "median" else np.mean(there))
    said = f"{count} gap{'s' * (count > 1)} in column {name!r} filled with {f'its {way}, ' * isinstance(way, str)}{value:.6g}"
    return np.where(gaps, value, values), value, (said,) if count else ()
