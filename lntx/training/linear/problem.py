"""What is to be learned: inputs, targets, and the true weights where they are known."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lntx import escaping, notebook
from lntx.errors import InputError
from lntx.training import recipe, scalars
from lntx.training.linear.data import coding as columns
from lntx.training.linear.data import validation
from lntx.training.linear.data.conversion import Array, blocks, numbers
from lntx.training.linear.data.scaling import Scaling, fitting
from lntx.training.recipe import DType

__all__ = ["TUTORIAL_WEIGHTS", "Array", "Problem", "synthetic", "tutorial"]

TUTORIAL_WEIGHTS = (1.3, 2.9, 3.7)
_FEW = 12  # names, and true weights, that are shown


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Problem:
    """Inputs X (samples x features) and targets Y (samples x outputs; one dimension means one output).

    X and Y are anything that NumPy, torch or pandas calls an array. float32 and float64 are kept without a copy, also
    memory-mapped; what float32 holds exactly becomes float32, all else float64 (`conversion` says what is refused); X
    and Y take the wider dtype of the two. weights (outputs x features) and bias (outputs) are the true ones where they are
    known, kept in float64, noise the standard deviation of what was added to the targets. features_named and
    outputs_named are the columns' names: those given, or those of a pandas frame, or else x1, x2, ... and y1, y2, ...;
    named says whether the features' names are names of their own. scaling remembers the units of a standardised problem, coding
    how a table's columns became the features.

    Raises InputError, naming the argument, for what is no array of numbers, for shapes or names that don't fit, for no
    samples or features, and for NaN or infinity.
    """

    X: Array
    Y: Array
    weights: Array | None
    bias: Array | None
    noise: float
    name: str
    features_named: tuple[str, ...]
    outputs_named: tuple[str, ...]
    named: bool
    scaling: Scaling | None
    coding: columns.Coding | None

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
        named: bool | None = None,
        scaling: Scaling | None = None,
        coding: columns.Coding | None = None,
    ) -> None:
        inputs, targets = numbers("X", X), numbers("Y", Y)
        targets = targets[:, None] if targets.ndim == 1 else targets
        validation.check(inputs, targets)
        inputs, targets = validation.together(inputs, targets)
        features, outputs = inputs.shape[1], targets.shape[1]
        own = (
            validation.names("features_named", features_named, X, features),
            validation.names("outputs_named", outputs_named, Y, outputs),
        )
        values = {
            "X": inputs,
            "Y": targets,
            "weights": validation.known("weights", weights, (outputs, features)),
            "bias": validation.known("bias", bias, (outputs,)),
            "noise": validation.deviation(noise),
            "name": scalars.text("name", name),
            "features_named": own[0] or validation.counted("x", features),
            "outputs_named": own[1] or validation.counted("y", outputs),
            "named": bool(own[0]) if named is None else scalars.flag("named", named),
            "scaling": fitting(scaling, features, outputs),
            "coding": columns.fitting(coding, features),
        }
        validation.distinct(*own)
        for field, value in values.items():
            object.__setattr__(self, field, value)

    def __repr__(self) -> str:
        return f"<Problem {escaping.short(self.name)!r}: {self._sizes()}, {self.dtype}>"

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        rows = [
            ("samples", f"{self.samples:,}"),
            ("features", _listed(self.features_named)),
            ("outputs", _listed(self.outputs_named)),
            ("dtype", self.dtype),
            ("X and Y", f"{self.nbytes() / 2**20:.3g} MiB" + (", X in a file" if self.mapped else "")),
        ]
        if self.weights is not None and self.weights.size <= _FEW:
            rows.append(("true weights", "; ".join(", ".join(map(notebook.number, row)) for row in self.weights)))
        rows += [("noise", notebook.number(self.noise))] if self.noise else []
        return escaping.facts(f"Problem {escaping.short(self.name)}", rows)

    def _sizes(self) -> str:
        counts = ((self.samples, "sample"), (self.features, "feature"), (self.outputs, "output"))
        return " x ".join(notebook.count(*one) for one in counts[:2]) + f", {notebook.count(*counts[2])}"

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

    def lent(self, X: Array | None = None, Y: Array | None = None) -> "Problem":
        """Make a twin whose arrays can't be written to, or are others that are known to be right; nothing is looked at again."""
        twin = copy(self)
        for name, array in (("X", self.X if X is None else X), ("Y", self.Y if Y is None else Y)):
            view = array.view()
            view.flags.writeable = False
            object.__setattr__(twin, name, view)
        return twin

    def head(self, samples: int) -> "Problem":
        """Take the first samples alone, as a problem of the same name and units; InputError where there are not as many."""
        samples = scalars.whole("samples", samples, least=1, most=self.samples)
        head = copy(self)  # what holds of all samples holds of the first
        object.__setattr__(head, "X", self.X[:samples])
        object.__setattr__(head, "Y", self.Y[:samples])
        return head

    def loss(self, weights: ArrayLike, bias: ArrayLike) -> float:
        """Mean squared error over all samples and outputs, in float64."""
        slope, offset = np.asarray(weights, np.float64).T, np.asarray(bias, np.float64)
        total = 0.0
        for block in blocks(self.X):
            total += float(np.sum(np.square(self.X[block] @ slope + offset - self.Y[block])))
        return total / self.Y.size


def tutorial(*, as_published: bool = False, one_weight: bool = False, seed: int = 0) -> Problem:
    """Make the tutorial's problem: y = 1.3 x1 + 2.9 x2 + 3.7 x3, no bias, 100 samples, x whole numbers.

    As the tutorial's text describes it: one output, x in 1..20, so that 2 * lr * |x|^2 stays below 2 at lr 0.0005 for
    every draw. as_published is what its code does: x in 1..50 and three outputs, against which the scalar target
    broadcasts, so that the mean divides each gradient by three. one_weight is the variant y = 1.3 x.
    """
    as_published, one_weight = scalars.flag("as_published", as_published), scalars.flag("one_weight", one_weight)
    true = TUTORIAL_WEIGHTS[:1] if one_weight else TUTORIAL_WEIGHTS
    outputs, largest = (3, 50) if as_published else (1, 20)
    drawn = np.random.default_rng(recipe.seed(seed)).integers(1, largest, size=(100, len(true)), endpoint=True)
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
    samples, features, outputs = (
        scalars.whole(name, size, least=1, demand="1 or more, as a whole number")
        for name, size in (("samples", samples), ("features", features), ("outputs", outputs))
    )
    noise, kind = validation.deviation(noise), np.dtype(recipe.precision(dtype)).type
    generator = np.random.default_rng(recipe.seed(seed))
    try:
        weights = generator.standard_normal((outputs, features))
        bias = generator.standard_normal(outputs)
        inputs = generator.standard_normal((samples, features), kind)
        inputs *= kind(features**-0.5)
        targets = inputs @ weights.T + bias
        if noise:
            targets += noise * generator.standard_normal(targets.shape)
        targets = targets.astype(kind)
    except (MemoryError, OverflowError, ValueError) as error:  # NumPy's words for a size beyond all memory
        size = f"{scalars.shown(samples)} samples x {scalars.shown(features)} features"
        raise InputError(f"{size} don't fit in the memory; ask for fewer") from error
    return Problem(inputs, targets, weights=weights, bias=bias, noise=noise, name="synthetic")


def _listed(names: Sequence[str]) -> str:
    """Count columns, and name the first of them."""
    shown = ", ".join(map(escaping.short, names[:_FEW]))
    return f"{len(names):,}: {shown}" + (", ..." if len(names) > _FEW else "")
