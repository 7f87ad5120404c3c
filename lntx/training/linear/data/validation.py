"""What makes a problem's parts fit together, and the line that says which one doesn't."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data.conversion import Array, blocks, names_of, numbers, place


def counted(letter: str, columns: int) -> tuple[str, ...]:
    """Number columns that have no names, from 1."""
    return tuple(f"{letter}{i + 1}" for i in range(columns))


def together(inputs: Array, targets: Array) -> tuple[Array, Array]:
    """Bring X and Y to the wider dtype of the two.

    A mapped X is left as it lies, since it may be larger than the memory: InputError where Y would lose digits in its dtype.
    """
    wider = np.result_type(inputs, targets)
    if isinstance(inputs, np.memmap) and inputs.dtype != wider:
        with np.errstate(over="ignore"):
            narrow = targets.astype(inputs.dtype)
        if not np.array_equal(narrow, targets):
            raise InputError(
                f"Y is {wider} beside an X of {inputs.dtype} in a file; save Y as {inputs.dtype}, or X as {wider}"
            )
        return inputs, narrow
    return inputs.astype(wider, copy=False), targets.astype(wider, copy=False)


def known(name: str, values: Any, shape: tuple[int, ...]) -> Array | None:
    """Take true weights or a true bias in float64; of one output, also as a list of its own, or one number."""
    if values is None:
        return None
    array = numbers(name, values).astype(np.float64)
    if array.shape != shape and not (shape[0] == 1 and array.shape == shape[1:]):
        meaning = "outputs x features" if name == "weights" else "one for each output"
        raise InputError(f"{name} must be {meaning}, of shape {shape}, not {array.shape}")
    if not np.isfinite(array).all():
        raise InputError(f"{name} must be finite; leave {name} away where the true ones aren't known")
    return array.reshape(shape)


def deviation(noise: Any) -> float:
    """Take a standard deviation; InputError for what is none."""
    return scalars.real("noise", noise, "a finite number, 0 or more", lambda value: 0 <= value < math.inf)


def names(argument: str, given: Any, values: Any, columns: int) -> tuple[str, ...]:
    """Take names that were given, or else those of a pandas frame; InputError for what names no columns."""
    try:
        names = () if isinstance(given, (str, bytes)) else tuple(given)
    except TypeError:
        names = (None,)
    if isinstance(given, (str, bytes)) or not all(isinstance(name, str) for name in names):
        raise InputError(f"{argument} must be a list of strings, not {scalars.shown(given)}")
    names = names or names_of(values)
    if names and len(names) != columns:
        raise InputError(f"{argument} must be one for each of the {columns} columns, not {len(names)}")
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise InputError(f"{argument} holds {twice[0]!r} twice; give each column a name of its own")
    return names


def distinct(features: Sequence[str], outputs: Sequence[str]) -> None:
    """Raise InputError for a column that is a feature and a target; both without names pass."""
    if both := sorted({*features} & {*outputs}):
        raise InputError(f"features_named and outputs_named both hold {both[0]!r}; a target can't be a feature too")


def check(inputs: Array, targets: Array) -> None:
    """Raise InputError for shapes that don't fit, for nothing to learn from, and for NaN or infinity."""
    for name, array, rows in (("X", inputs, "samples x features"), ("Y", targets, "samples x outputs")):
        if array.ndim != 2:  # noqa: PLR2004  (rows and columns)
            raise InputError(f"{name} must be {rows}, not of shape {array.shape}")
    if inputs.shape[0] != targets.shape[0]:
        raise InputError(f"X has {inputs.shape[0]} samples and Y has {targets.shape[0]}; they must be as many")
    if 0 in (*inputs.shape, *targets.shape):
        raise InputError(f"a problem needs samples, features and outputs; X is {inputs.shape}, Y is {targets.shape}")
    for name, array in (("X", inputs), ("Y", targets)):
        for block in blocks(array):
            finite = np.isfinite(array[block])
            if not finite.all():
                row, column = np.argwhere(~finite)[0] + (block.start, 0)
                where = place((row, column))
                raise InputError(f"{name} holds {array[row, column]} at {where}; fill or drop such rows")
