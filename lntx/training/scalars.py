"""Single values as people give them: checked strictly, and turned into Python's own."""

import math
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError

_NO_NUMBERS = (bool, np.timedelta64)  # though Python and NumPy derive them from integers
_SHOWN = 60  # characters of a wrong value that a message repeats

WRONG_KINDS = {
    "M": "holds dates; give numbers in their place, such as the days since the first",
    "m": "holds time spans; give numbers in their place, such as seconds",
    "c": "holds complex numbers; give their real and imaginary parts as columns of their own",
    "S": "is not an array of numbers: it holds bytes",
    "U": "is not an array of numbers: it holds text",
    "T": "is not an array of numbers: it holds text",
    "V": "is not an array of numbers: it holds records or raw bytes; give one column for each field",
}
"""What is wrong with a NumPy dtype's kind, and what to do."""


def whole(name: str, value: Any, *, least: int, most: int | None = None, demand: str = "") -> int:
    """Take a whole number, Python's or NumPy's; InputError for another type (also for True and 3.0), or out of range."""
    plain = isinstance(value, (int, np.integer)) and not isinstance(value, _NO_NUMBERS)
    _demand(name, value, demand or f"a whole number, {least} or more", holds=plain and value >= least)
    if most is not None:
        _demand(name, value, f"at most {most}", holds=value <= most)
    return int(value)


def real(name: str, value: Any, demand: str, holds: Callable[[float], bool]) -> float:
    """Take a real number, also a Fraction or a Decimal; InputError for another type, for NaN, or where it doesn't hold.

    demand says in words what must hold of it.
    """
    plain = isinstance(value, (Real, Decimal)) and not isinstance(value, _NO_NUMBERS)
    try:
        number = float(value) if plain else math.nan
    except (OverflowError, ValueError):  # beyond every float; a signalling NaN
        number = math.nan
    _demand(name, value, demand, holds=not math.isnan(number) and bool(holds(number)))
    return number


def flag(name: str, value: Any) -> bool:
    """Take True or False, Python's or NumPy's; InputError for what is only true or false in a condition."""
    _demand(name, value, "True or False", holds=isinstance(value, (bool, np.bool_)))
    return bool(value)


def text(name: str, value: Any) -> str:
    """Take a string; InputError for anything else."""
    _demand(name, value, "a string", holds=isinstance(value, str))
    return str(value)


def path(name: str, value: Any) -> Path:
    """Take a path, as a string or a Path; InputError for anything else."""
    _demand(name, value, "the path of a file", holds=isinstance(value, (str, Path)) and "\0" not in str(value))
    return Path(value)


def shown(value: Any) -> str:
    """Write a value as a message repeats it: on one line, and not too long."""
    try:
        words = " ".join(repr(value.item() if isinstance(value, np.generic) else value).split())
    except Exception:  # noqa: BLE001  (a stranger's repr; Python's own, for an integer of 5,000 digits)
        words = f"a {type(value).__name__}"
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "..."


def _demand(name: str, value: Any, demand: str, *, holds: bool) -> None:
    if not holds:
        raise InputError(f"{name} must be {demand}, not {shown(value)}")
