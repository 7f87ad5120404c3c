"""What is to be learned: inputs, targets, and the true weights where they are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lntx.errors import InputError
from lntx.training.recipe import DTYPES, DType

Array = NDArray[np.floating[Any]]

TUTORIAL_WEIGHTS = (1.3, 2.9, 3.7)
_BLOCK = 2**14  # numbers that are looked at together: a large X, which may not even be in memory, is never copied whole


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """The units a problem came in: (value - mean) / scale is what is trained on, one pair a column."""

    x_mean: Array
    x_scale: Array
    y_mean: Array
    y_scale: Array

    def weights(self, weights: Array, bias: Array) -> tuple[Array, Array]:
        """Weights (outputs x features) and bias (outputs) in the problem's own units."""
        own = weights * self.y_scale[:, None] / self.x_scale
        return own, self.y_mean + self.y_scale * bias - own @ self.x_mean


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Problem:
    """Inputs X (samples x features) and targets Y (samples x outputs; one dimension means one output).

    X and Y are anything NumPy or torch calls an array; float32 and float64 are kept without a copy, also
    memory-mapped, everything else becomes float32. weights (outputs x features) and bias (outputs) are the true ones
    where they are known, noise the standard deviation of what was added to the targets. features_named and
    outputs_named are the columns' names. scaling remembers the units of a standardised problem.

    Raises InputError for shapes that don't fit, for no samples or features, and for NaN or infinity.
    """

    X: Array
    Y: Array
    weights: Array | None
    bias: Array | None
    noise: float
    name: str
    features_named: tuple[str, ...]
    outputs_named: tuple[str, ...]
    scaling: Scaling | None

    def __init__(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        bias: ArrayLike | None = None,
        noise: float = 0.0,
        name: str = "arrays",
        features_named: Sequence[str] = (),
        outputs_named: Sequence[str] = (),
        scaling: Scaling | None = None,
    ) -> None:
        inputs = _array("X", X)
        targets = _array("Y", Y, dtype=inputs.dtype)
        targets = targets[:, None] if targets.ndim == 1 else targets
        _check(inputs, targets)
        known = None if weights is None else np.asarray(weights, np.float64).reshape(targets.shape[1], inputs.shape[1])
        offset = None if bias is None else np.asarray(bias, np.float64).reshape(targets.shape[1])
        values = {
            "X": inputs,
            "Y": targets,
            "weights": known,
            "bias": offset,
            "noise": noise,
            "name": name,
            "features_named": tuple(features_named) or _counted("x", inputs.shape[1]),
            "outputs_named": tuple(outputs_named) or _counted("y", targets.shape[1]),
            "scaling": scaling,
        }
        for field, value in values.items():
            object.__setattr__(self, field, value)

    @property
    def named(self) -> bool:
        """Whether the columns have names of their own, not just numbers."""
        return self.features_named != _counted("x", self.features)

    @property
    def mapped(self) -> bool:
        """Whether X is a file that is read where it is needed, and may be larger than the memory."""
        return isinstance(self.X, np.memmap)

    @property
    def samples(self) -> int:
        """Rows of X and Y."""
        return int(self.X.shape[0])

    @property
    def features(self) -> int:
        """Columns of X."""
        return int(self.X.shape[1])

    @property
    def outputs(self) -> int:
        """Columns of Y."""
        return int(self.Y.shape[1])

    @property
    def dtype(self) -> DType:
        """The dtype of X and Y."""
        return "float64" if self.X.dtype == np.float64 else "float32"

    def nbytes(self, dtype: DType | None = None) -> int:
        """X and Y in a recipe's dtype, in bytes."""
        return (self.X.size + self.Y.size) * np.dtype(dtype or self.dtype).itemsize

    def cast(self, dtype: DType | None) -> tuple[Array, Array]:
        """X and Y in a recipe's dtype, without a copy where it is their own."""
        target = np.dtype(dtype or self.dtype)
        return self.X.astype(target, copy=False), self.Y.astype(target, copy=False)

    def head(self, samples: int) -> "Problem":
        """Take the first samples alone, as a problem of the same name and units."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in ("X", "Y")}
        return Problem(self.X[:samples], self.Y[:samples], **values)

    def loss(self, weights: ArrayLike, bias: ArrayLike) -> float:
        """Mean squared error over all samples and outputs, in float64."""
        slope, offset = np.asarray(weights, np.float64).T, np.asarray(bias, np.float64)
        total = 0.0
        for block in _blocks(self.X):
            total += float(np.sum(np.square(self.X[block] @ slope + offset - self.Y[block])))
        return total / self.Y.size


def tutorial(*, as_published: bool = False, one_weight: bool = False, seed: int = 0) -> Problem:
    """Make the tutorial's problem: y = 1.3 x1 + 2.9 x2 + 3.7 x3, no bias, 100 samples, x whole numbers.

    As the tutorial's text describes it: one output, x in 1..20, so that 2 * lr * |x|^2 stays below 2 at lr 0.0005 for
    every draw. as_published is what its code does: x in 1..50 and three outputs, against which the scalar target
    broadcasts, so that the mean divides each gradient by three. one_weight is the variant y = 1.3 x.
    """
    true = TUTORIAL_WEIGHTS[:1] if one_weight else TUTORIAL_WEIGHTS
    outputs, largest = (3, 50) if as_published else (1, 20)
    drawn = np.random.default_rng(seed).integers(1, largest, size=(100, len(true)), endpoint=True)
    inputs = drawn.astype(np.float32)
    targets = (inputs @ np.array(true, np.float32))[:, None]
    return Problem(
        inputs,
        np.repeat(targets, outputs, axis=1),
        weights=[true] * outputs,
        bias=[0.0] * outputs,
        name="tutorial" + ("-as-published" if as_published else "") + ("-one-weight" if one_weight else ""),
    )


def synthetic(
    samples: int = 1000,
    features: int = 10,
    outputs: int = 1,
    *,
    noise: float = 0.0,
    seed: int = 0,
    dtype: DType = "float32",
) -> Problem:
    """Make a problem of any size: X and the true weights standard normal, Y = X W' + b, with noise of that deviation.

    X is scaled by 1/sqrt(features), so that a learning rate means the same at every width: the mean squared length of a
    sample is 1.
    """
    for name, size in (("samples", samples), ("features", features), ("outputs", outputs)):
        if size < 1:
            raise InputError(f"{name} must be 1 or more, not {size}")
    if not 0 <= noise < np.inf:
        raise InputError(f"noise must be a finite number, 0 or more, not {noise}")
    if dtype not in DTYPES:
        raise InputError(f"dtype must be one of {', '.join(DTYPES)}, not {dtype!r}")
    generator = np.random.default_rng(seed)
    try:
        weights = generator.standard_normal((outputs, features))
        bias = generator.standard_normal(outputs)
        inputs = generator.standard_normal((samples, features), np.dtype(dtype).type)
        inputs *= np.dtype(dtype).type(features**-0.5)
        targets = inputs @ weights.T + bias
        if noise:
            targets += noise * generator.standard_normal(targets.shape)
    except (MemoryError, ValueError) as error:  # NumPy's words for a size beyond all memory
        raise InputError(f"{samples} samples x {features} features don't fit in the memory; ask for fewer") from error
    return Problem(inputs, targets, weights=weights, bias=bias, noise=noise, name="synthetic")


def _counted(letter: str, columns: int) -> tuple[str, ...]:
    return tuple(f"{letter}{i + 1}" for i in range(columns))


def _array(name: str, values: Any, dtype: Any = None) -> Array:
    if hasattr(values, "detach"):  # a torch tensor, told without importing torch
        values = values.detach().cpu().numpy()
    try:
        array = np.asanyarray(values)
        wanted = dtype or (array.dtype if array.dtype in (np.float32, np.float64) else np.float32)
        return cast("Array", array.astype(wanted, copy=False))
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} is not an array of numbers: {error}") from error


def _check(inputs: Array, targets: Array) -> None:
    if not inputs.ndim == targets.ndim == 2:  # noqa: PLR2004  (rows and columns)
        raise InputError(
            f"X must be samples x features and Y samples x outputs, not of shapes {inputs.shape} and {targets.shape}"
        )
    if inputs.shape[0] != targets.shape[0]:
        raise InputError(f"X has {inputs.shape[0]} samples and Y has {targets.shape[0]}; they must be as many")
    if 0 in (*inputs.shape, *targets.shape):
        raise InputError(f"a problem needs samples, features and outputs; X is {inputs.shape}, Y is {targets.shape}")
    for name, array in (("X", inputs), ("Y", targets)):
        for block in _blocks(array):
            finite = np.isfinite(array[block])
            if not finite.all():
                row, column = np.argwhere(~finite)[0] + (block.start, 0)
                raise InputError(
                    f"{name} holds {array[row, column]} at row {row}, column {column}; fill or drop such rows"
                )


def _blocks(array: Array) -> Iterator[slice]:
    """Cut an array's rows into blocks of a bounded size."""
    rows = max(1, _BLOCK // array.shape[1])
    return (slice(start, start + rows) for start in range(0, len(array), rows))
