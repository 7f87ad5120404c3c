"""JAX: every step of the training in one program, `lax.scan` over the batches, compiled by XLA."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cpu",)


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Refuse where JAX is missing."""
    return None if find_spec("jax") else "it needs JAX, which is not installed; pip install jax"


def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
    """Hand the samples to JAX, part them into batches, and compile."""
    import jax  # noqa: PLC0415  (a peer, loaded late)

    arrays = problem.cast(recipe.dtype)
    dtype, rows = arrays[0].dtype, recipe.rows(problem.samples)
    with jax.enable_x64(dtype == np.float64), jax.default_device(jax.devices("cpu")[0]):
        X, Y = jax.block_until_ready([jax.device_put(array) for array in arrays])
        state = _state(problem, recipe, dtype)
        data = _batched(X, Y, rows)
        train = jax.jit(_training(recipe)).lower(state, data, np.int32(1)).compile()

    def run() -> Fit:
        history = History(recipe)
        with jax.enable_x64(dtype == np.float64), jax.default_device(jax.devices("cpu")[0]):
            state = _state(problem, recipe, dtype)
            for epochs in recipe.segments():
                for stretch in [range(e, e + 1) for e in epochs] if recipe.shuffle else [epochs]:
                    order = recipe.order(stretch.start, problem.samples)
                    dealt = data if order is None else _batched(X[order], Y[order], rows)
                    state = train(state, dealt, np.int32(len(stretch)))
                weights, bias = (torch.from_numpy(np.array(part)) for part in jax.block_until_ready(state)[0])
                history.keep(epochs.stop, weights, bias)
        return history.fit(weights, bias)

    return run


def _state(problem: Problem, recipe: Recipe, dtype: Any) -> Any:
    """Begin: weights (outputs x features) and bias (outputs), their buffers, and the share of a gradient that enters those."""
    start = initial(problem.features, problem.outputs, recipe.seed, getattr(torch, dtype.name))
    values = tuple(tensor.numpy() for tensor in start)
    return values, tuple(map(np.zeros_like, values)), dtype.type(1)


def _batched(X: Any, Y: Any, rows: int) -> Any:
    """Part the samples: whole batches (batches x rows x columns), and the last smaller one, if any."""
    whole = len(X) // rows * rows
    batches = tuple(array[:whole].reshape(-1, rows, array.shape[1]) for array in (X, Y))
    return batches, (X[whole:], Y[whole:])


def _training(recipe: Recipe) -> Callable[[Any, Any, Any], Any]:
    """Write the training down as a function of the state, the data and the number of epochs."""
    from jax import lax  # noqa: PLC0415

    def step(state: Any, batch: Any) -> Any:
        (weights, bias), buffers, share = state
        x, y = batch
        residual = x @ weights.T + bias - y
        residual = residual * (2 / residual.size)
        moved = [
            _moved(recipe, share, *parts)
            for parts in zip((weights, bias), (residual.T @ x, residual.sum(0)), buffers, strict=True)
        ]
        values, buffers = zip(*moved, strict=True)
        return (values, buffers, share * 0 + (1 - recipe.dampening)), None

    def train(state: Any, data: Any, epochs: Any) -> Any:
        batches, last = data

        def epoch(_: Any, state: Any) -> Any:
            state, _ = lax.scan(step, state, batches)
            return step(state, last)[0] if len(last[0]) else state

        return lax.fori_loop(0, epochs, epoch, state)

    return train


def _moved(recipe: Recipe, share: Any, value: Any, gradient: Any, buffer: Any) -> tuple[Any, Any]:
    """Take one step of SGD; give the value and its buffer."""
    if recipe.weight_decay:
        gradient = gradient + recipe.weight_decay * value
    if recipe.momentum:
        buffer = recipe.momentum * buffer + share * gradient
        gradient = gradient + recipe.momentum * buffer if recipe.nesterov else buffer
    return value - recipe.lr * gradient, buffer
