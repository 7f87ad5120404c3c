"""An epoch of SGD as an affine map, in float64: (weights, bias, buffers, 1 for each output) to the same after the epoch.

A step is affine in the state, the same for every output but for its offset; the epoch's map is the product of its steps'.
Sample by sample, each step takes a rank-one update of the map, which suits few features; batch by batch, one batched
Gram product and one small product a step, which suits matrix units.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numba import njit
from torch import Tensor

from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.problem import Array
from lntx.training.recipe import Recipe

_AT_ONCE = 2**22  # numbers of X that are cast to float64 at a time


class Numbers(NamedTuple):
    """A recipe's numbers; fresh for the first epoch of all, whose first gradient enters the buffer undamped."""

    lr: float
    momentum: float
    share: float
    nesterov: bool
    decay: float
    fresh: bool


def constants(recipe: Recipe) -> Numbers:
    """Take a recipe's numbers in float64."""
    share = 1 - recipe.dampening
    return Numbers(recipe.lr, recipe.momentum, share, recipe.nesterov, recipe.weight_decay, fresh=False)


def by_samples(X: Array, Y: Array, rows: int, numbers: Numbers) -> Tensor:
    """Compose the map sample by sample."""
    width = X.shape[1] + 1
    height = width * (2 if numbers.momentum else 1)
    epoch = np.eye(height + Y.shape[1])
    _sweep(epoch, X, Y, rows, numbers, height)
    return torch.from_numpy(epoch)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _sweep(epoch: Any, X: Any, Y: Any, rows: int, numbers: Any, height: int) -> None:  # pragma: no cover
    """Apply each step in turn to the columns of the map so far, in place."""
    samples, features = X.shape
    outputs, columns = Y.shape[1], epoch.shape[1]
    gradient = np.zeros((features + 1, columns))
    residual = np.zeros(columns)
    share = 1.0 if numbers.fresh else numbers.share
    for start in range(0, samples, rows):
        stop = min(start + rows, samples)
        gradient[:] = 0
        factor = 2 / ((stop - start) * outputs)
        for i in range(start, stop):
            residual[:] = epoch[features]
            for k in range(outputs):
                residual[height + k] -= Y[i, k]
            for j in range(features):
                x = X[i, j]
                for column in range(columns):
                    residual[column] += x * epoch[j, column]
            for column in range(columns):
                residual[column] *= factor
            for j in range(features):
                x = X[i, j]
                for column in range(columns):
                    gradient[j, column] += x * residual[column]
            gradient[features] += residual
        for j in range(features + 1):
            for column in range(columns):
                push = gradient[j, column] + numbers.decay * epoch[j, column]
                if numbers.momentum != 0:
                    buffer = numbers.momentum * epoch[features + 1 + j, column] + share * push
                    epoch[features + 1 + j, column] = buffer
                    push = push + numbers.momentum * buffer if numbers.nesterov else buffer
                epoch[j, column] -= numbers.lr * push
        share = numbers.share


def by_batches(X: Array, Y: Array, rows: int, numbers: Numbers) -> Tensor:
    """Compose the map batch by batch: one batched Gram product for many batches, one small product for each."""
    width, outputs = X.shape[1] + 1, Y.shape[1]
    height = width * (2 if numbers.momentum else 1)
    epoch = torch.eye(height + outputs, dtype=torch.float64)
    theta, buffer = epoch[:width], epoch[width:height]
    share = 1.0 if numbers.fresh else numbers.share
    for gram in _grams(X, Y, rows):
        push = gram[:, :width] @ theta
        push[:, height:] -= gram[:, width:]  # times the rows of the state that stay an identity
        if numbers.decay:
            push.add_(theta, alpha=numbers.decay)
        if numbers.momentum:
            buffer.mul_(numbers.momentum).add_(push, alpha=share)
            push = push.add(buffer, alpha=numbers.momentum) if numbers.nesterov else buffer
        theta.sub_(push, alpha=numbers.lr)
        share = numbers.share
    return epoch


def _grams(X: Array, Y: Array, rows: int) -> Iterator[Tensor]:
    """Yield c x'(x y) of each batch, x with its 1: (features + 1) x (features + 1 + outputs), c = 2 / (rows x outputs)."""
    samples, outputs = Y.shape
    if rows * X.shape[1] > _AT_ONCE:
        yield from (gram(X[i : i + rows], Y[i : i + rows]) for i in range(0, samples, rows))
        return
    at_once = max(1, _AT_ONCE // (rows * X.shape[1])) * rows
    for start in range(0, samples, at_once):
        x, y = X[start : start + at_once], Y[start : start + at_once]
        joined = _joined(x, y)
        whole = len(x) // rows * rows
        if whole:
            batches = joined[:whole].view(-1, rows, joined.shape[1])
            yield from torch.bmm(batches[..., :-outputs].mT, batches).mul_(2 / (rows * outputs)).unbind()
        if whole < len(x):
            last = joined[whole:]
            yield (last[:, :-outputs].T @ last).mul_(2 / (len(last) * outputs))


def gram(X: Array, Y: Array) -> Tensor:
    """Sum c x'(x y) over all samples, x with its 1, c = 2 / (samples x outputs), without casting more at once than is good."""
    step = max(1, _AT_ONCE // X.shape[1])
    total: Any = 0.0
    for start in range(0, len(X), step):
        joined = _joined(X[start : start + step], Y[start : start + step])
        total = total + joined[:, : X.shape[1] + 1].T @ joined
    return torch.as_tensor(total).mul_(2 / Y.size)


def _joined(x: Array, y: Array) -> Tensor:
    """Put inputs, a column of ones and targets side by side, in float64."""
    return torch.from_numpy(np.concatenate([x, np.ones((len(x), 1), x.dtype), y], axis=1, dtype=np.float64))
