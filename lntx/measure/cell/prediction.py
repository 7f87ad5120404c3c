"""A trained model at work: `model(x)` for some rows, and the proof that it predicts what its weights say."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lntx.record import Cell, Checkpoint
from lntx.training import device as devices
from lntx.training.fit import Fit
from lntx.training.linear.matrices import ROUNDOFF
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """A fit and the rows (rows x features) that it predicts for."""

    fit: Fit
    inputs: Array

    @classmethod
    def of(cls, fit: Fit, problem: Problem, recipe: Recipe, rows: int) -> "Prediction":
        """Predict for the problem's own samples, repeated to as many rows as are asked for."""
        return cls(fit, np.resize(problem.cast(recipe.dtype)[0], (rows, problem.features)))

    def on(self, device: str) -> Callable[[], Tensor]:
        """Move model and rows to a device; the call predicts, and waits for the device."""
        model, x = self.fit.model.to(device), torch.from_numpy(self.inputs).to(device)

        @torch.inference_mode()
        def predict() -> Tensor:
            predictions: Tensor = model(x)
            return predictions

        return devices.settled(predict, device)

    def check(self, predictions: Tensor, epochs: int) -> Checkpoint:
        """Hold predictions against the same product in float64: |error| <= 2 (features + 2) u (|x| |w| + |b|).

        Twice the bound for a sum of features + 1 products in any order (Higham, Accuracy and Stability, 2nd ed., 3.1).
        """
        weights, bias = self.fit.weights.double().numpy(), self.fit.bias.double().numpy()
        exact = self.inputs.astype(np.float64) @ weights.T + bias
        scale = np.abs(self.inputs).astype(np.float64) @ np.abs(weights).T + np.abs(bias)
        apart = np.abs(predictions.double().cpu().numpy() - exact) / np.maximum(scale, np.finfo(np.float64).tiny)
        unit = ROUNDOFF[self.inputs.dtype.name]
        return Checkpoint(epochs, float(np.max(apart)), 2 * (weights.shape[1] + 2) * unit)

    @staticmethod
    def arithmetic(cell: Cell) -> dict[str, float]:
        """Count the FLOPs of a call: a product and a sum for each weight and row."""
        return {"flops_per_call": 2.0 * cell.samples * cell.features * cell.outputs}
