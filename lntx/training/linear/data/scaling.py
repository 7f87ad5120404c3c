"""The units that a table came in: columns standardised in float64, and weights brought back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data.conversion import Array

_EPS = float(np.finfo(np.float64).eps)
_HALF_DIGITS = float(np.finfo(np.float32).eps) ** 0.5  # a deviation that keeps half of float32's digits, or more


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """The units a problem came in: (value - mean) / scale is what is trained on, one pair a column; float64."""

    x_mean: Array
    x_scale: Array
    y_mean: Array
    y_scale: Array

    def weights(self, weights: Array, bias: Array) -> tuple[Array, Array]:
        """Weights (outputs x features) and bias (outputs) in the problem's own units, in float64.

        Raises InputError where float64 can't hold them.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            own = np.asarray(weights, np.float64) * self.y_scale[:, None] / self.x_scale
            offset = self.y_mean + self.y_scale * np.asarray(bias, np.float64) - own @ self.x_mean
        if not (np.isfinite(own).all() and np.isfinite(offset).all()):
            raise InputError("the weights in the table's own units are beyond float64; use other units for its columns")
        return own, offset


def fitting(scaling: Any, features: int, outputs: int) -> Scaling | None:
    """Take the units of as many columns as there are; InputError for anything else."""
    if scaling is None:
        return None
    if not isinstance(scaling, Scaling):
        raise InputError(f"scaling must be a Scaling, as from_table makes it, not {scalars.shown(scaling)}")
    if (len(scaling.x_scale), len(scaling.y_scale)) != (features, outputs):
        raise InputError(f"scaling must be of {features} features and {outputs} outputs, as X and Y are")
    return scaling


def moments(column: Array) -> tuple[float, float]:
    """Compute a column's mean and deviation in two passes, about its first value.

    Values that lie within a factor of two of the first are subtracted from it exactly (Sterbenz), so what rounds is of
    the size of the deviation, however large the mean. A column of one value has a deviation of exactly 0.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        apart = column - column[0]
        middle = apart.mean()
        return float(column[0] + middle), float(np.sqrt(np.mean(np.square(apart - middle))))


def constant(column: Array) -> bool:
    """Return whether a column varies by rounding alone.

    What is computed from n numbers (a mean so far, a share of a total) is off by at most about n u of its size, u half
    of eps (Higham 2002, section 4.2), to either side: values that are one and the same lie within n eps of the largest.
    """
    spread = float(column.max() - column.min())
    return spread <= len(column) * _EPS * float(np.abs(column).max())


def unsuited(column: Array) -> str | None:
    """Return why a column can't be standardised, and what to do; None where it can."""
    with np.errstate(over="ignore", under="ignore"):
        if constant(column):
            alike = "has one value throughout" + ", but for rounding," * bool(np.ptp(column))
            return f"{alike} and can't be standardised; drop it"
        _, scale = moments(column)
        largest, square = float(np.abs(column).max()), scale**2
    if not np.isfinite(square):
        return "is too large to be standardised; use another unit"
    if square < np.finfo(np.float64).tiny:
        return "is too small to be standardised; use another unit"
    if _EPS * largest > _HALF_DIGITS * scale:
        return f"varies by {scale / largest:.2g} of its size, too little for weights in its own units; subtract an offset from it"
    return None


def may_be_unresolved(low: Array, high: Array, samples: int, dtype: Any) -> NDArray[np.bool_]:
    """Tell from columns' smallest and largest values which could be `unresolved`, so that the others need no further look.

    A deviation is at least spread / sqrt(2 samples): that of two values that differ, among samples that lie between.
    """
    kind = np.finfo(dtype)
    size = np.maximum(np.abs(low), np.abs(high))
    with np.errstate(over="ignore"):
        least = (high - low) / np.sqrt(2.0 * samples)
    extreme = (size > kind.max) | (size < kind.tiny / kind.eps)
    return np.asarray(extreme | (float(kind.eps) ** 0.5 * size > least))


def unresolved(column: Array, dtype: Any) -> str | None:
    """Return why a narrower dtype can't hold a column, and what to do; None where it can.

    Rounding that moves values by more than half of a dtype's digits leave of the deviation takes away what tells them apart.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = column.astype(dtype).astype(np.float64)
    if not np.isfinite(rounded).all():
        return f"holds numbers beyond {np.dtype(dtype)}; use another unit, or float64"
    moved = float(np.abs(rounded - column).max())
    if moved == 0 or constant(column):
        return None
    _, scale = moments(column)
    if moved <= float(np.finfo(dtype).eps) ** 0.5 * scale:
        return None
    return (
        f"varies by {scale / float(np.abs(column).max()):.2g} of its size, too little for {np.dtype(dtype)} to tell its values "
        "apart; use --standardize on a table, or --dtype float64 (dtype='float64')"
    )
