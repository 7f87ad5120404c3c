"""How a problem is learned: the recipe, in `torch.optim.SGD`'s and `DataLoader`'s words and meanings."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError

DType = Literal["float32", "float64"]
DTYPES: tuple[DType, ...] = ("float32", "float64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """SGD on the mean squared error: how long, how far a step, over which samples.

    lr, momentum, dampening, nesterov and weight_decay mean what they mean to `torch.optim.SGD` (weight decay acts
    on the bias too; the first step sets the momentum buffer to the gradient, undamped). batch_size is the samples
    of one step, None for all of them (full batch); a last smaller batch is used as `DataLoader` gives it. With
    shuffle, each epoch has an order of its own, drawn from seed and the epoch's number, the same for every
    backend. seed also draws the initial weights, as `nn.Linear` draws them. dtype None is the problem's own.
    log_every is the number of epochs between two entries of the loss history, 0 for start and end alone.

    Raises InputError for a value that torch would refuse, or that can't be a training.
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
        _positive("lr", self.lr)
        _count("epochs", self.epochs, least=1)
        if self.batch_size is not None:
            _count("batch_size", self.batch_size, least=1)
        _count("seed", self.seed, least=0)
        _within("seed", self.seed, "below 2 to the 63rd", self.seed < 2**63)
        _count("log_every", self.log_every, least=0)
        _within("momentum", self.momentum, "at least 0 and below 1", 0 <= self.momentum < 1)
        _within("dampening", self.dampening, "at least 0 and at most 1", 0 <= self.dampening <= 1)
        _within("weight_decay", self.weight_decay, "at least 0", 0 <= self.weight_decay < math.inf)
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            raise InputError("nesterov needs a momentum above 0 and no dampening, as in torch.optim.SGD")
        if self.dtype not in (None, *DTYPES):
            raise InputError(f"dtype must be one of {', '.join(DTYPES)}, not {self.dtype!r}")

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
        edges = [*range(0, self.epochs, self.log_every or self.epochs), self.epochs]
        return (range(start, stop) for start, stop in pairwise(edges))


def _positive(name: str, value: float) -> None:
    _within(name, value, "a finite number above 0", math.isfinite(value) and value > 0)


def _count(name: str, value: int, *, least: int) -> None:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    _within(name, value, f"a whole number, {least} or more", whole and value >= least)


def _within(name: str, value: Any, demand: str, holds: bool) -> None:
    if not holds:
        raise InputError(f"{name} must be {demand}, not {value!r}")
