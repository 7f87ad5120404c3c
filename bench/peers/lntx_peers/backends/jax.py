"""JAX: every step of the training in one program, `lax.scan` over the batches, compiled by XLA.

The variants are what its documentation leaves to whoever writes the loop: how many steps of the scan are unrolled into one,
and whether batches are laid out feature by feature, which suits XLA's products with a vector. Which is the best depends on the
sizes, so that a race is against the best of them. A batch of one sample is a vector in any case.
"""

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
from lntx_peers.xla import program

WORK = "steps"
DEVICES = ("cpu",)
_UNROLLED = (2, 4, 5)
VARIANTS = {
    **{f"unroll-{n}": f"JAX: lax.scan, {n} steps unrolled into one" for n in _UNROLLED},
    "columns": "JAX: lax.scan, the batches laid out feature by feature",
    **{
        f"columns-unroll-{n}": f"JAX: lax.scan, the batches laid out feature by feature, {n} steps unrolled into one"
        for n in _UNROLLED
    },
}
_ORDERS = 2**22  # numbers of samples, in the orders of as many epochs as are handed over at once


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str, *, variant: str = "") -> str | None:
    """Refuse where JAX is missing, and a variant where there is nothing that it could change."""
    if not find_spec("jax"):
        return "it needs JAX, which is not installed; pip install jax"
    if problem is None or recipe is None:
        return None
    columns, unroll = _parts(variant)
    rows = recipe.rows(problem.samples)
    reasons = (
        (columns and rows == 1, "a batch of one sample has one layout; leave columns out"),
        (
            columns and problem.outputs > 1,
            f"its product is with a vector, and here are {problem.outputs} outputs; use jax",
        ),
        (problem.samples // rows < unroll, f"an epoch has fewer than {unroll} batches to unroll; use jax"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def prepare(problem: Problem, recipe: Recipe, _device: str, *, variant: str = "") -> Run:
    """Hand the samples to JAX, part them into batches, and compile."""
    import jax  # noqa: PLC0415  (a peer, loaded late)

    arrays = problem.cast(recipe.dtype)
    dtype, samples = arrays[0].dtype, problem.samples
    columns, unroll = _parts(variant)
    shuffled = recipe.order(0, samples) is not None
    form = program.Form(recipe, recipe.rows(samples), problem.outputs, columns, unroll)
    with jax.enable_x64(dtype == np.float64), jax.default_device(jax.devices("cpu")[0]):
        X, Y = jax.block_until_ready([jax.device_put(array) for array in arrays])
        state = program.state(form, _start(problem, recipe, dtype))
        if shuffled:
            lengths = dict.fromkeys(map(len, _stretches(recipe, samples, shuffled=True)))
            orders = (np.zeros((length, samples), np.int32) for length in lengths)
            programs = {len(some): jax.jit(form.shuffled).lower(state, (X, Y), some).compile() for some in orders}
        else:
            data = jax.block_until_ready(form.batched(X, Y))
            in_order = jax.jit(form.in_order).lower(state, data, np.int32(1)).compile()

    def train(state: Any, epochs: range) -> Any:
        if not shuffled:
            return in_order(state, data, np.int32(len(epochs)))
        return programs[len(epochs)](state, (X, Y), _orders(recipe, epochs, samples))

    def run() -> Fit:
        history = History(recipe)
        with jax.enable_x64(dtype == np.float64), jax.default_device(jax.devices("cpu")[0]):
            state = program.state(form, _start(problem, recipe, dtype))
            for stretch in _stretches(recipe, samples, shuffled=shuffled):
                state = train(state, stretch)
                if stretch.stop in ends:
                    weights, bias = _tensors(jax.block_until_ready(state)[0], problem)
                    history.keep(stretch.stop, weights, bias)
        return history.fit(weights, bias)

    ends = {epochs.stop for epochs in recipe.segments()}
    return run


def _parts(variant: str) -> tuple[bool, int]:
    """Read a variant's name: whether it is laid out by columns, and how many steps are one."""
    _, _, unroll = variant.partition("unroll-")
    return variant.startswith("columns"), int(unroll or 1)


def _start(problem: Problem, recipe: Recipe, dtype: Any) -> tuple[Any, Any]:
    """Return the initial weights (outputs x features) and bias (outputs)."""
    weights, bias = initial(problem.features, problem.outputs, recipe.seed, getattr(torch, dtype.name))
    return weights.numpy(), bias.numpy()


def _tensors(values: Any, problem: Problem) -> list[Any]:
    weights, bias = (torch.from_numpy(np.array(part)) for part in values)
    return [weights.reshape(problem.outputs, problem.features), bias.reshape(problem.outputs)]


def _stretches(recipe: Recipe, samples: int, *, shuffled: bool) -> list[range]:
    """Part the epochs into those that one call of the program trains: up to where weights are kept, or orders are many."""
    most = max(1, _ORDERS // samples) if shuffled else recipe.epochs
    return [
        range(start, min(start + most, epochs.stop))
        for epochs in recipe.segments()
        for start in range(epochs.start, epochs.stop, most)
    ]


def _orders(recipe: Recipe, epochs: range, samples: int) -> Any:
    """Draw the orders of some epochs, epochs x samples."""
    return np.stack([np.asarray(recipe.order(epoch, samples), np.int32) for epoch in epochs])
