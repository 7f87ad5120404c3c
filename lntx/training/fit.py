"""What comes out of a training: the weights, the way there, and what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from lntx import escaping, notebook
from lntx.training.linear.data.coding import Coding
from lntx.training.linear.model import LNTXModel

_FEW = 64  # weights that are shown one by one
# Made once: two in each fit took longer than a short training.
_NO_EPOCHS = torch.empty(0, dtype=torch.int64, device="cpu")
_NO_LOSSES = torch.empty(0, dtype=torch.float64, device="cpu")


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
    epochs: Tensor = _NO_EPOCHS
    losses: Tensor = _NO_LOSSES
    seconds: Seconds = Seconds()
    trained: "Fit | None" = None
    features_named: tuple[str, ...] = ()
    outputs_named: tuple[str, ...] = ()
    coding: Coding | None = None

    def __repr__(self) -> str:
        return f"<Fit: {'; '.join(self._told())}>"

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        outputs, features = self.weights.shape
        if outputs * features > _FEW:
            return escaping.facts("Fit", [("", one) for one in self._told()])
        inputs = self.features_named or tuple(f"x{i + 1}" for i in range(features))
        names = self.outputs_named or tuple(f"y{i + 1}" for i in range(outputs))
        weights, bias = self.weights.tolist(), self.bias.tolist()
        rows = ((escaping.short(names[i]), *map(notebook.number, (*weights[i], bias[i]))) for i in range(outputs))
        return escaping.grid("; ".join(self._told()[1:]) or "Fit", ("", *map(escaping.short, inputs), "bias"), rows)

    def _told(self) -> list[str]:
        """Say in some words what it is, how well it fits, and what it cost."""
        outputs, features = self.weights.shape
        dtype = str(self.weights.dtype).removeprefix("torch.")
        found = [f"{notebook.count(outputs, 'output')} x {notebook.count(features, 'feature')}, {dtype}"]
        if len(self.losses):
            found.append(
                f"loss {notebook.number(float(self.losses[-1]))} after {notebook.count(int(self.epochs[-1]), 'epoch')}"
            )
        if self.seconds.total:
            found.append(
                f"{notebook.duration(self.seconds.prepare)} to prepare, {notebook.duration(self.seconds.run)} to run"
            )
        return found

    def plot(self, ax: Any = None) -> Any:
        """Draw the loss history on matplotlib's axes, new ones if left out, and return them; log_every says how fine it is.

        MissingExtra where what draws isn't installed.
        """
        return import_module("lntx.plotting").of_losses(
            self.epochs.tolist(), self.losses.tolist(), ax
        )  # late: it lies above

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
