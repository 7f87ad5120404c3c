"""The training as a function of a state and of data, written for `jax.jit`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lntx.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Form:
    """How the training is written down: a batch is a vector where it has one sample (`rows`), else a matrix.

    With one output, weights are a vector and the bias a number. `columns` lays a batch out features x rows, which only one
    output has a product for; `unroll` is lax.scan's.
    """

    recipe: Recipe
    rows: int
    outputs: int
    columns: bool
    unroll: int

    @property
    def flat(self) -> bool:
        """Whether weights are a vector and residuals a number each: then products are with vectors."""
        return self.outputs == 1 and (self.columns or self.rows == 1)

    def in_order(self, state: Any, data: Any, epochs: Any) -> Any:
        """Train some epochs over the same batches."""
        from jax import lax  # noqa: PLC0415  (a peer, loaded late)

        return lax.fori_loop(0, epochs, lambda _, state: self._epoch(state, data), state)

    def shuffled(self, state: Any, samples: Any, orders: Any) -> Any:
        """Train an epoch in each of the orders, epochs x samples."""
        from jax import lax  # noqa: PLC0415

        X, Y = samples
        return lax.scan(
            lambda state, order: (self._epoch(state, self.batched(X[order], Y[order])), None), state, orders
        )[0]

    def batched(self, X: Any, Y: Any) -> Any:
        """Part the samples: whole batches, one after another, and the last smaller one, which may be empty."""
        whole = len(X) // self.rows * self.rows
        return self._laid_out(X[:whole], Y[:whole], (-1,)), self._laid_out(X[whole:], Y[whole:], ())

    def _laid_out(self, X: Any, Y: Any, batches: tuple[int, ...]) -> Any:
        if self.rows == 1:
            parts = (X, Y[:, 0] if self.flat else Y)
            return parts if batches else tuple(part[:0] for part in parts)
        rows = self.rows if batches else len(X)
        x = X.reshape(*batches, rows, X.shape[1])
        y = Y.reshape(*batches, rows, *(() if self.flat else (Y.shape[1],)))
        return (x.swapaxes(-1, -2) if self.columns else x), y

    def _epoch(self, state: Any, data: Any) -> Any:
        from jax import lax  # noqa: PLC0415

        batches, last = data
        state, _ = lax.scan(self._step, state, batches, unroll=self.unroll)
        return self._step(state, last)[0] if last[1].size else state

    def _step(self, state: Any, batch: Any) -> Any:
        values, buffers, share = state
        moved = [
            _moved(self.recipe, share, *parts)
            for parts in zip(values, self._gradients(*values, *batch), buffers, strict=True)
        ]
        values, buffers = zip(*moved, strict=True)
        return (values, buffers, share * 0 + (1 - self.recipe.dampening)), None

    def _gradients(self, weights: Any, bias: Any, x: Any, y: Any) -> tuple[Any, Any]:
        """Differentiate the mean squared error of a batch, laid out as `batched` does."""
        if self.rows == 1:
            products = (x * weights).sum(-1)
            residual = (products + bias - y) * (2 / self.outputs)
            return (residual * x if self.flat else residual[:, None] * x), residual
        residual = (weights @ x if self.columns else x @ weights.T) + bias - y
        residual = residual * (2 / residual.size)
        return (x @ residual if self.columns else residual.T @ x), residual.sum(0)


def state(form: Form, start: tuple[Any, Any]) -> Any:
    """Begin: weights and bias, their buffers, and the share of a gradient that enters those."""
    weights, bias = start
    values = (weights[0], bias[0]) if form.flat else (weights, bias)
    return values, tuple(map(np.zeros_like, values)), weights.dtype.type(1)


def _moved(recipe: Recipe, share: Any, value: Any, gradient: Any, buffer: Any) -> tuple[Any, Any]:
    """Take one step of SGD; give the value and its buffer."""
    if recipe.weight_decay:
        gradient = gradient + recipe.weight_decay * value
    if recipe.momentum:
        buffer = recipe.momentum * buffer + share * gradient
        gradient = gradient + recipe.momentum * buffer if recipe.nesterov else buffer
    return value - recipe.lr * gradient, buffer
