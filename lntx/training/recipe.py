"""How a problem is learned: the recipe, in `torch.optim.SGD`'s and `DataLoader`'s words and meanings."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import chain, pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lntx import escaping
from lntx.errors import InputError
from lntx.training import scalars

DType = Literal["float32", "float64"]
DTYPES: tuple[DType, ...] = ("float32", "float64")
_ALWAYS = {"lr", "epochs", "batch_size"}  # what a recipe is known by
_MOST_EPOCHS = 2**53  # beyond, a float64 can't tell an epoch from the next, and no algebra could count them


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """SGD on the mean squared error: how long, how far a step, over which samples.

    lr, momentum, dampening, nesterov and weight_decay mean what they mean to `torch.optim.SGD` (weight decay acts
    on the bias too; the first step sets the momentum buffer to the gradient, undamped). batch_size is the samples
    of one step, None for all of them (full batch); a last smaller batch is used as `DataLoader` gives it. With
    shuffle, each epoch has an order of its own, drawn from seed and the epoch's number, the same for every
    backend. seed also draws the initial weights, as `nn.Linear` draws them. dtype None is the problem's own.
    log_every is the number of epochs between two entries of the loss history, 0 for start and end alone.

    Numbers are Python's or NumPy's (kept as Python's), dtype a name or NumPy's or torch's dtype of that name (kept as
    its name). Raises InputError for a value of another type, one that torch would refuse, or that can't be a training.
    """

    lr: float = 5e-4
    epochs: int = 1000
    batch_size: int | None = 1
    shuffle: bool = False
    seed: int = 0
    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    dtype: DType | None = None
    log_every: int = 0

    def __post_init__(self) -> None:
        """Refuse what can't be a training, in words."""
        for name, value in self._checked().items():
            object.__setattr__(self, name, value)
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            raise InputError("nesterov needs a momentum above 0 and no dampening, as in torch.optim.SGD")

    def _checked(self) -> dict[str, Any]:
        """Take each value as Python's own."""
        rows, kind, whole, real = self.batch_size, self.dtype, scalars.whole, scalars.real
        return {
            "lr": real("lr", self.lr, "a finite number above 0", lambda lr: 0 < lr < math.inf),
            "epochs": whole("epochs", self.epochs, least=1, most=_MOST_EPOCHS),
            "batch_size": None if rows is None else whole("batch_size", rows, least=1),
            "shuffle": scalars.flag("shuffle", self.shuffle),
            "seed": seed(self.seed),
            "momentum": real("momentum", self.momentum, "at least 0 and below 1", lambda share: 0 <= share < 1),
            "dampening": real("dampening", self.dampening, "at least 0 and at most 1", lambda share: 0 <= share <= 1),
            "nesterov": scalars.flag("nesterov", self.nesterov),
            "weight_decay": real("weight_decay", self.weight_decay, "at least 0", lambda rate: 0 <= rate < math.inf),
            "dtype": None if kind is None else precision(kind),
            "log_every": whole("log_every", self.log_every, least=0, most=_MOST_EPOCHS),
        }

    def __repr__(self) -> str:
        """Write what makes it again: lr, epochs and batch_size, and what else isn't as usual."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self) if self._told(one.name, one.default))
        return f"Recipe({', '.join(f'{name}={value!r}' for name, value in values)})"

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        rows = [(one.name, repr(getattr(self, one.name))) for one in fields(self) if self._told(one.name, one.default)]
        return escaping.facts("Recipe", rows)

    def _told(self, name: str, usual: Any) -> bool:
        return name in _ALWAYS or getattr(self, name) != usual

    def but(self, **changes: Any) -> "Recipe":
        """Copy the recipe with some values changed."""
        return replace(self, **changes)

    def rows(self, samples: int) -> int:
        """Resolve the batch size to samples; InputError when it is larger than the data."""
        if self.batch_size is None:
            return samples
        if self.batch_size > samples:
            raise InputError(
                f"batch_size {self.batch_size} is larger than the {samples} samples; "
                "use batch_size=None (--batch-size full) for all of them"
            )
        return self.batch_size

    def batches(self, samples: int) -> list[slice]:
        """Slice one epoch, in order; the last slice may be smaller."""
        rows = self.rows(samples)
        return [slice(start, min(start + rows, samples)) for start in range(0, samples, rows)]

    def steps(self, samples: int) -> int:
        """Count the steps of the whole training."""
        return self.epochs * math.ceil(samples / self.rows(samples))

    def order(self, epoch: int, samples: int) -> NDArray[np.int64] | None:
        """Draw the samples' order in an epoch (counted from 0); None where it is the order of the data.

        Each epoch's order follows from (seed, epoch) alone, so that any epoch can be reached without those before.
        """
        if not self.shuffle or self.rows(samples) == samples:
            return None  # the mean over all samples knows no order
        return np.random.default_rng((self.seed, epoch)).permutation(samples)

    def segments(self) -> Iterator[range]:
        """Yield the epochs as ranges, each ending where the loss history has an entry, the last at the end."""
        edges = chain(
            range(0, self.epochs, self.log_every or self.epochs), [self.epochs]
        )  # one by one: there may be many
        return (range(start, stop) for start, stop in pairwise(edges))


def precision(value: Any) -> DType:
    """Take a dtype by its name, or as NumPy's or torch's dtype of that name; InputError for one that nobody trains in."""
    name = value
    if isinstance(value, (type, np.dtype)):
        name = _numpy_name(value)
    elif type(value).__module__ == "torch":  # told without importing torch
        name = str(value).removeprefix("torch.")
    for known in DTYPES:
        if isinstance(name, str) and name == known:
            return known
    raise InputError(f"dtype must be one of {', '.join(DTYPES)}, not {scalars.shown(value)}")


def seed(value: Any) -> int:
    """Take a seed; InputError for one that torch's and NumPy's generators don't both take."""
    number = scalars.whole("seed", value, least=0)
    if number >= 2**63:
        raise InputError(f"seed must be below 2 to the 63rd, not {scalars.shown(value)}")
    return number


def _numpy_name(kind: Any) -> str:
    try:
        return str(np.dtype(kind).name)
    except TypeError:
        return ""
