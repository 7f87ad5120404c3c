"""Composed: an epoch as one affine map of the weights, built once, and raised to the power of the epochs.

The state s holds theta, the momentum buffer if there is one, and a 1 for each output. Every step is a square matrix
applied to it, which depends on the data alone, and an epoch is their product:

    M = M_n ... M_2 M_1              M_i holds I - c Z_i' Z_i, the affine part c Z_i' Y_i, momentum and weight decay
    s after E epochs = M^E s         by squaring, log2(E) products

Sample by sample, each step takes a rank-one update of M; batch by batch, one symmetric Gram product. With n samples and d
features that costs n d^2 + d^3 log2(E) in the place of n d E. All of it is float64. Where no sample points, the epoch's
map has eigenvalues of 1 but for rounding: there the power is taken within what samples span alone.
"""

from importlib.util import find_spec
from math import log2
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.linalg import matrix_power

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.matrices import Matrix, laid_out
from lntx.training.linear.model import initial, initial_in_a_row
from lntx.training.linear.problem import Array, Problem
from lntx.training.linear.row_space import amplified, matters, span
from lntx.training.recipe import Recipe

WORK = "algebra"
DEVICES = ("cpu",)

_BATCHED = 2048  # numbers in a batch from which matrix products pay
_CALLS = 10  # of torch in a training, besides the squarings
_NARROW = 32  # rows of a state up to which one compiled call is faster than torch's between its parts
_SMALL = 60_000  # numbers in X below which a second core costs more to wake than it saves
_WIDEST = 2048  # rows of the state; its map is a square of that side, raised to a power


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse an order that changes from epoch to epoch, and a state whose map would be too large."""
    if not find_spec("numba"):
        return "it needs numba, which is not installed; pip install numba"
    if problem is None or recipe is None:
        return None
    if recipe.order(0, problem.samples) is not None:
        return "it needs the same order in every epoch; train without shuffling, or with the backend fused"
    if _height(problem, recipe) > _WIDEST:
        return f"the map of {problem.features} features is too large a square; use the backend fused"
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:  # noqa: ARG001  (there is one device)
    """Cast the samples and compile; what follows from their values belongs into the call."""
    X, Y = problem.cast(recipe.dtype)
    return _in_one_call(X, Y, recipe) if _in_one(problem, recipe) else _by_torch(problem, X, Y, recipe)


def _in_one_call(X: Array, Y: Array, recipe: Recipe) -> Run:
    """Let one compiled call do all of it: of the microseconds that it takes, few are left to anything around it."""
    from lntx.training.linear.kernels import maps, powers, settings  # noqa: PLC0415  (numba is optional)

    inputs, targets, rows, numbers = laid_out(X), laid_out(Y), recipe.rows(len(X)), maps.constants(recipe)
    features, outputs, kind, dtype = X.shape[1], Y.shape[1], X.dtype, getattr(torch, X.dtype.name)
    stops = np.array([epochs.stop for epochs in recipe.segments()])

    def train(call: Any, stops: Array) -> tuple[Tensor, Tensor]:
        weights, bias = np.empty((len(stops) * outputs, features), kind), np.empty(len(stops) * outputs, kind)
        drawn, scale = initial_in_a_row(features, outputs, recipe.seed, dtype)
        call(weights, bias, drawn, scale, stops, inputs, targets, rows, numbers)
        return torch.from_numpy(weights), torch.from_numpy(bias)

    def once() -> Fit:
        return Fit(*train(compiled, stops))

    def logged() -> Fit:
        history, kept = History(recipe), [values.split(outputs) for values in train(compiled, stops)]
        for epoch, *theta in zip(stops.tolist(), *kept, strict=True):
            history.keep(epoch, *theta)
        return history.fit(*theta)

    compiled = settings.compiled(powers.train, lambda call: train(call, stops[:1]))
    return once if len(stops) == 1 else logged


def _by_torch(problem: Problem, X: Array, Y: Array, recipe: Recipe) -> Run:
    """Compose the epoch's map in a compiled kernel, on all cores, and leave its powers to torch."""
    from lntx.training.linear.kernels import grams, maps  # noqa: PLC0415  (numba is optional)

    numbers, rows = maps.constants(recipe), recipe.rows(len(X))
    layout, width, dtype = _layout(problem, recipe), problem.features + 1, getattr(torch, X.dtype.name)
    steps, error = recipe.steps(problem.samples) // recipe.epochs, amplified(problem, recipe)
    splits, batched = matters(error, problem, recipe), rows * problem.features >= _BATCHED

    def compose(X: Array, Y: Array, cores: int, *, fresh: bool = False) -> Tensor:
        given = laid_out(X), laid_out(Y)  # in the call: copies, if they are, would outlive it
        return torch.from_numpy(maps.epoch(*given, rows, numbers, cores=cores, batched=batched, fresh=fresh))

    def run() -> Fit:
        cores = torch.get_num_threads() if X.size >= _SMALL else 1
        state = _beginning(layout, problem.features, recipe.seed, dtype)
        history = History(recipe)
        epoch = compose(X, Y, cores)
        first = compose(X, Y, cores, fresh=True) if recipe.dampening and recipe.momentum else epoch
        spanned = None
        if splits:
            gram = torch.from_numpy(grams.sums(laid_out(X), laid_out(Y), cores))[:width, :width]
            spanned = _span(span(gram, error), recipe, problem.outputs, steps)
        for epochs in recipe.segments():
            if epochs.start == 0:
                state = first @ state
            state = _after(len(epochs) - (epochs.start == 0), state, epoch, spanned)
            theta = state[:width].to(dtype)
            history.keep(epochs.stop, theta[:-1].T, theta[-1])
        return history.fit(theta[:-1].T, theta[-1])

    compose(X[:rows], Y[:rows], 1)  # compiles
    if splits:
        grams.sums(laid_out(X[:1]), laid_out(Y[:1]), 1)  # compiles
    return run


def _layout(problem: Problem, recipe: Recipe) -> Matrix:
    """Lay a state out: features + 1 rows for the weights, those of the buffers, if any, and one for each output, a 1."""
    return np.eye(_height(problem, recipe) + problem.outputs, problem.outputs, -_height(problem, recipe))


def _beginning(layout: Matrix, features: int, seed: int, dtype: torch.dtype) -> Tensor:
    """Enter the initial weights into a state."""
    weights, bias = initial(features, layout.shape[1], seed, dtype)
    state = layout.copy()
    state[:features], state[features] = weights.numpy().T, bias.numpy()
    return torch.from_numpy(state)


class _Span(NamedTuple):
    """What the samples span, as a basis of the state, and an epoch's map outside of it."""

    basis: Tensor
    outside: Tensor


def _span(bases: tuple[Tensor, Tensor] | None, recipe: Recipe, outputs: int, steps: int) -> _Span | None:
    """Lay out what the samples span as a basis of the state; None where it is all."""
    if bases is None:
        return None
    parts = [bases[0]] * (2 if recipe.momentum else 1)
    basis = torch.block_diag(*parts, torch.eye(outputs, dtype=torch.float64))
    return _Span(basis, matrix_power(_decay(recipe), steps))


def _decay(recipe: Recipe) -> Tensor:
    """Lay out a step where no sample points: weight decay alone, on (weights, buffer) or weights."""
    momentum, decay = recipe.momentum, recipe.weight_decay
    if not momentum:
        return torch.tensor([[1 - recipe.lr * decay]], dtype=torch.float64)
    buffer = [(1 - recipe.dampening) * decay, momentum]
    push = [decay + momentum * buffer[0], momentum * buffer[1]] if recipe.nesterov else buffer
    return torch.tensor([[1 - recipe.lr * push[0], -recipe.lr * push[1]], buffer], dtype=torch.float64)


def _after(epochs: int, state: Tensor, epoch: Tensor, spanned: _Span | None) -> Tensor:
    """Take some epochs at once.

    Where no sample points, the epoch's map has eigenvalues of 1, give or take rounding, which a high power would make
    anything of: its power is taken within the span alone.
    """
    if spanned is None:
        moved: Tensor = matrix_power(epoch, epochs) @ state
        return moved
    inside = spanned.basis.T @ state
    outside = state - spanned.basis @ inside
    moved = spanned.basis @ (matrix_power(spanned.basis.T @ epoch @ spanned.basis, epochs) @ inside)
    return moved + _faded(outside, matrix_power(spanned.outside, epochs))


def _faded(outside: Tensor, decay: Tensor) -> Tensor:
    """Decay the part of a state that lies outside of what the samples span."""
    height = len(outside) - outside.shape[1]  # its last rows are zero
    if len(decay) == 1:
        return outside * decay
    halves = outside[:height].view(2, -1)
    return torch.cat([(decay @ halves).view(height, -1), outside[height:]])


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: composing, sample by sample at half a core's FLOP/s or batch by batch, and then squaring."""
    samples, width, rows = problem.samples, problem.features + 1, recipe.rows(problem.samples)
    columns, batches = _height(problem, recipe) + problem.outputs, -(-samples // rows)
    if rows * problem.features < _BATCHED:
        flops = 4 * samples * width * columns + 3 * batches * width * columns
        building = 2 * limits.threads * limits.multiply_s(flops, "float64")
    else:
        flops = samples * (width + problem.outputs) ** 2 + 2 * batches * width * width * columns
        building = limits.multiply_s(1.3 * flops, "float64") + limits.fork_s
    squarings = sum(1.5 * log2(len(epochs) + 1) for epochs in recipe.segments())
    if _in_one(problem, recipe):
        return building + squarings * limits.threads * limits.multiply_s(4 * columns**3, "float64") + 3 * limits.call_s
    squaring = squarings * (limits.multiply_s(2 * columns**3, "float64") + 0.4 * limits.call_s)
    return building * (2 if recipe.dampening else 1) + squaring + _CALLS * limits.call_s


def _in_one(problem: Problem, recipe: Recipe) -> bool:
    """Return whether one compiled call does all of it: few rows, small batches, and nothing apart from the map's powers."""
    if (
        _height(problem, recipe) + problem.outputs > _NARROW
        or recipe.rows(problem.samples) * problem.features >= _BATCHED
    ):
        return False
    damped = recipe.momentum and recipe.dampening  # then the first epoch has a map of its own
    return not damped and not matters(amplified(problem, recipe), problem, recipe)


def _height(problem: Problem, recipe: Recipe) -> int:
    """Rows of the state: weights and bias, and as many again for the momentum buffers."""
    return (problem.features + 1) * (2 if recipe.momentum else 1)
