"""What comes out of a training: the weights, the way there, and what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lntx.training.linear.data.coding import Coding
from lntx.training.linear.model import LNTXModel


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a training cost, in seconds: `prepare` once for each shape, `run` for each training."""

    prepare: float = 0.0
    run: float = 0.0

    @property
    def total(self) -> float:
        """The time to a trained model, in seconds."""
        return self.prepare + self.run


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The weights (outputs x features) and the bias (outputs) after an epoch."""

    epoch: int
    weights: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A trained model. Tensors lie on the CPU, in the training's dtype; in the units of a standardised table, in float64.

    weights: outputs x features. bias: outputs. snapshots: the weights at the epochs that the recipe logs (those that
    the backend kept). epochs and losses: the loss history, the mean squared error over all samples after that many
    epochs, from 0 on; filled in by `lntx.train`, in float64, outside of what is timed. trained: where weights and bias
    are in the units of a standardised table, the fit as it was trained, else None.
    """

    weights: Tensor
    bias: Tensor
    snapshots: Sequence[Snapshot] = ()
    epochs: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.int64, device="cpu"))
    losses: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.float64, device="cpu"))
    seconds: Seconds = Seconds()
    trained: "Fit | None" = None
    features_named: tuple[str, ...] = ()
    outputs_named: tuple[str, ...] = ()
    coding: Coding | None = None

    @property
    def model(self) -> LNTXModel:
        """The fit as a module to predict with and to save, with the names of its table's columns, and how they were coded."""
        model = LNTXModel.of(self.weights, self.bias)
        model.features_named, model.outputs_named, model.coding = self.features_named, self.outputs_named, self.coding
        return model

    @property
    def finite(self) -> bool:
        """Whether every weight is a number."""
        return bool(torch.isfinite(self.weights).all() and torch.isfinite(self.bias).all())


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A fit, and the factors by which its start and its targets were scaled."""

    fit: Fit
    start: float = 1.0
    targets: float = 1.0

    @property
    def plain(self) -> bool:
        """Whether it is that of the problem's own start and targets."""
        return self.start == self.targets == 1
