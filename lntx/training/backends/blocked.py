"""Blocked: batch size 1, many steps at once by one triangular solve and matrix products.

A step of batch size 1 needs the residual that the steps before it have left. Those of 64 steps follow from each other
linearly, so all of them come from one triangular system instead of one after another. With Z the samples of the block
(each with its 1 for the bias) and L what lies below the diagonal of Z Z',

    (I + c L) R = Z theta - Y        the residuals of all 64 steps, by one triangular solve
    theta <- theta - c Z' R          their steps, by one product

With weight decay, k = 1 - lr decay, a residual fades by a power of k on its way to a later step. The same sums in
another order: products of matrices, which a processor does at its full rate, in the place of steps that wait for each
other.
"""

import torch
from torch import Tensor

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.affine import System
from lntx.training.linear.curvature import longest_step
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "algebra"

_STEPS = 64  # of one block: products large enough for matrix units, a triangle small enough to solve
_CALLS = 20  # of torch in a block
_UNSTABLE = 2.0  # lr times the curvature of a sample: beyond, a block's triangle amplifies rounding


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse other batch sizes, momentum, and steps that a block would make unstable."""
    if problem is None or recipe is None:
        return None
    if recipe.rows(problem.samples) != 1:
        return "it knows batch size 1 alone; use the backend composed, or fused"
    if recipe.momentum:
        return "it knows no momentum; use the backend composed, or fused"
    if recipe.lr * longest_step(System(problem, recipe)) > _UNSTABLE:
        return "some sample is so long at this lr that blocks of steps would be unstable; use the backend fused"
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples, and lay out how weight decay fades within a block."""
    batches = Batches(problem, recipe, device)
    rate = 2 * recipe.lr / problem.outputs
    fading = _Fading(min(_STEPS, problem.samples), 1 - recipe.lr * recipe.weight_decay, batches.X)

    @torch.no_grad()
    def run() -> Fit:
        weights, bias = batches.start()
        theta = torch.cat([weights, bias[:, None]], dim=1).T.contiguous()
        history = History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                X, Y = batches.ordered(epoch)
                for x, y in zip(torch.split(X, _STEPS), torch.split(Y, _STEPS), strict=True):
                    _block(theta, x, y, rate, fading)
            history.keep(epochs.stop, theta[:-1].T, theta[-1])
        return history.fit(theta[:-1].T, theta[-1])

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: for each block some calls, the products of its samples, and the products with the weights."""
    blocks = recipe.epochs * -(-problem.samples // _STEPS)
    flops = 2.0 * _STEPS * problem.features * (_STEPS + 2 * problem.outputs)
    return blocks * (_CALLS * limits.call_s + limits.multiply_s(flops, recipe.dtype or problem.dtype))


class _Fading:
    """Powers of k = 1 - lr decay: of the weights before each step, of each residual before each later one, at the end."""

    def __init__(self, steps: int, keep: float, like: Tensor) -> None:
        ages = torch.arange(steps + 1, dtype=torch.float64)
        between = ages[:-1, None] - ages[None, :-1] - 1  # steps between making a residual and meeting it
        self.weights = (keep**ages).to(like)
        self.residuals = torch.where(between >= 0, keep ** between.clamp(min=0), 0).to(like)


def _block(theta: Tensor, x: Tensor, y: Tensor, rate: float, fading: _Fading) -> None:
    """Take the steps of a block, in place: theta is (features + 1) x outputs, its last row the bias.

    The residual of a step depends on those before it: r_i + rate sum_j k^(i-1-j) (x_i x_j + 1) r_j = k^i x_i theta - y_i.
    """
    steps = len(x)
    fade = fading.weights[:steps, None]
    known = fade * torch.addmm(theta[-1], x, theta[:-1]) - y
    triangle = (x @ x.T).add_(1).mul_(fading.residuals[:steps, :steps]).mul_(rate)
    residual = torch.linalg.solve_triangular(triangle, known, upper=False, unitriangular=True)
    pushed = residual * (rate * fading.weights[:steps].flip(0)[:, None])
    theta *= fading.weights[steps]
    theta[:-1].sub_(x.T @ pushed)
    theta[-1].sub_(pushed.sum(0))
