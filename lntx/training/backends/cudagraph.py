"""CUDA graph: the manual gradient's kernels recorded once, and replayed without Python between the steps.

The steps are those of `manual`. Up to 256 of them are recorded into a CUDA graph, which the device replays with one
launch, so that neither Python nor the driver stands between two kernels.
"""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.device import current
from lntx.training.fit import Fit
from lntx.training.graphs import Work, captured
from lntx.training.history import History
from lntx.training.linear.problem import Problem
from lntx.training.optimizer import update
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cuda",)

_KERNELS = 6  # of a step
_KERNEL_S = 1.5e-6  # from the start of one to the start of the next, in a graph

RECORDED = 256
"""Steps in one graph: five kernels or more each, of a microsecond or more, beside which the launch of the graph, some
10 us, is nothing; and few enough to be recorded in milliseconds. An epoch of more steps is replayed in stretches."""


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Take everything."""
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples, and record the graphs."""
    batches = Batches(problem, recipe, device)
    with current(device), torch.no_grad():
        state = _State(batches, recipe)
        advance = (_Shuttle if _moves(batches, recipe) else _Standing)(batches, recipe, state, device)

    @torch.no_grad()
    def run() -> Fit:
        with current(device):
            state.reset(*batches.start())
            history = History(recipe)
            for epochs in recipe.segments():
                advance(epochs)
                history.keep(epochs.stop, state.weights, state.bias)
            return history.fit(state.weights, state.bias)

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: some kernels a step, and X read twice."""
    kernels = recipe.steps(problem.samples) * _KERNELS * _KERNEL_S
    return kernels + 2 * recipe.epochs * limits.read_s(problem.nbytes(recipe.dtype))


def _moves(batches: Batches, recipe: Recipe) -> bool:
    """Whether batches must be copied to where the graph reads them: in an order of their own, or too many for one."""
    samples = len(batches.X)
    return samples > RECORDED * batches.rows or recipe.order(0, samples) is not None


class _Standing:
    """Epochs over samples that stay where they are: one in a graph, and as many as fit in another."""

    def __init__(self, batches: Batches, recipe: Recipe, state: "_State", device: str) -> None:
        steps = -(-len(batches.X) // batches.rows)
        most = RECORDED // steps  # however few epochs there are: what is recorded is no part of the training
        self._most = max(1, min(most, recipe.log_every or most))
        take = partial(state.steps, batches.X, batches.Y, batches.rows)
        self._one = captured(take, device)
        self._many = captured(partial(take, epochs=self._most), device) if self._most > 1 else self._one
        self._first = captured(partial(take, fresh=True), device) if recipe.dampening else self._one

    def __call__(self, epochs: range) -> None:
        """Take the steps of some epochs."""
        left = len(epochs)
        if epochs.start == 0:
            self._first()
            left -= 1
        for _ in range(left // self._most):
            self._many()
        for _ in range(left % self._most):
            self._one()


class _Shuttle:
    """Epochs in stretches of samples, each copied, in the epoch's order, to where a graph reads them."""

    def __init__(self, batches: Batches, recipe: Recipe, state: "_State", device: str) -> None:
        self._batches, self._state, self._device = batches, state, device
        samples, span = len(batches.X), RECORDED * batches.rows
        self._stretches = [slice(start, min(start + span, samples)) for start in range(0, samples, span)]
        self._X, self._Y = (part[:span].clone() for part in (batches.X, batches.Y))
        sizes = dict.fromkeys(map(self._size, self._stretches))  # two at most: that of the last may be another
        self._graphs = {size: self._capture(size) for size in sizes}
        size = self._size(self._stretches[0])
        self._first = self._capture(size, fresh=True) if recipe.dampening else self._graphs[size]

    def __call__(self, epochs: range) -> None:
        """Take the steps of some epochs."""
        for epoch in epochs:
            X, Y = self._batches.ordered(epoch)
            for stretch in self._stretches:
                size = self._size(stretch)
                self._X[:size].copy_(X[stretch])
                self._Y[:size].copy_(Y[stretch])
                first = epoch == 0 and stretch.start == 0
                (self._first if first else self._graphs[size])()

    def _capture(self, size: int, *, fresh: bool = False) -> Work:
        steps = partial(self._state.steps, self._X[:size], self._Y[:size], self._batches.rows, fresh=fresh)
        return captured(steps, self._device)

    @staticmethod
    def _size(stretch: slice) -> int:
        return int(stretch.stop - stretch.start)


class _State:
    """Weights, gradient and buffer, each one vector of weights and bias: what they share takes one kernel, not two."""

    def __init__(self, batches: Batches, recipe: Recipe) -> None:
        self.recipe, self._move = recipe, update(recipe)
        outputs, features = batches.Y.shape[1], batches.X.shape[1]
        shape = (outputs, features)
        self.theta, self.gradient, self.buffer = batches.X.new_zeros(3, outputs * (features + 1))
        self.weights, self.bias = self.theta[:-outputs].view(shape), self.theta[-outputs:]
        self.slope, self.offset = self.gradient[:-outputs].view(shape), self.gradient[-outputs:]

    def reset(self, weights: Tensor, bias: Tensor) -> None:
        """Begin at these weights, with an empty buffer."""
        self.weights.copy_(weights)
        self.bias.copy_(bias)
        self.buffer.zero_()

    def steps(self, X: Tensor, Y: Tensor, rows: int, epochs: int = 1, *, fresh: bool = False) -> None:
        """Take the steps of some epochs; fresh: the first gradient of all enters the buffer undamped, as in torch."""
        share = 1.0 if fresh else 1 - self.recipe.dampening
        for _ in range(epochs):
            for x, y in zip(torch.split(X, rows), torch.split(Y, rows), strict=True):
                residual = torch.addmm(self.bias, x, self.weights.t()).sub_(y)
                torch.mm(residual.t(), x, out=self.slope)
                torch.sum(residual, 0, out=self.offset)
                self._move(self.theta, self.gradient, self.buffer, 2 / residual.numel(), share)
                share = 1 - self.recipe.dampening
