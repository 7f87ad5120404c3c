"""The objective of a linear training along its Hessian's eigenvectors: the optimum, and the epochs that it takes to get there.

In the objective F = MSE + decay/2 |theta|^2, theta with the bias, an error e of the weights costs e'Ae / 2, A the Hessian
with its decay. Directions in which A is zero (features that repeat each other or outnumber the samples) cost nothing:
distances are then to the nearest of the many optima.

Epochs are counted with the map of an epoch (`System.epoch_map`) where it can be had: exact for batches in order, but for a
momentum buffer that is taken as empty. Elsewhere along each eigenvector of A, by the spectral radius of a step, which is
exact for full batch without momentum (Polyak 1964; Goh 2017, "Why momentum really works", for the others).
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property

import numpy as np
import torch
from numpy.linalg import eigh, eigvals, eigvalsh, solve

from lntx.training.linear.affine import System
from lntx.training.linear.matrices import Matrix, norm, seconds_of
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

PATIENCE_S = 1.0  # what all of this may take, by a rough guess
_SHARE = 0.01  # of the optimum's loss: an excess below it is hardly seen
# Of the start's excess: where the optimum's loss is almost 0, errors a ten-thousandth of those at the start.
_GONE = 1e-8
_DOUBLINGS = 40  # a million million epochs are called never


class Landscape:
    """The objective of a problem and a recipe, along its eigenvectors."""

    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        """Solve for the optimum; ask `affordable` first."""
        self.system = System(problem, recipe.but(epochs=1, log_every=0))
        found, self.vectors = eigh(self.system.hessian())
        curved = found > found[-1] * self.system.size * np.finfo(np.float64).eps
        self.values = np.where(curved, found, 0.0) + recipe.weight_decay
        self.curved = self.values > 0
        pull = np.zeros((self.system.size, problem.outputs))
        for x, y in self.system.pieces(slice(0, problem.samples)):
            pull += x.T @ y
        slope = self.vectors.T @ pull * self.system.factor(problem.samples)
        inverse = np.divide(1.0, self.values, out=np.zeros_like(self.values), where=self.curved)
        self.optimum: Matrix = self.vectors @ (inverse[:, None] * slope)

    def but(self, recipe: Recipe) -> "Landscape":
        """The same landscape for another recipe of the same weight decay."""
        other = copy(self)
        other.__dict__.pop("_epoch", None)
        other.system = System(self.system.problem, recipe.but(epochs=1, log_every=0))
        return other

    @staticmethod
    def affordable(problem: Problem, recipe: Recipe) -> bool:
        """Return whether all of it can be found out in about a second."""
        size = System(problem, recipe).size
        return seconds_of(0, 2.0 * problem.samples * size**2 + 20.0 * size**3) < PATIENCE_S

    @cached_property
    def start(self) -> Matrix:
        """The weights over the bias that the training starts from."""
        problem, recipe = self.system.problem, self.system.recipe
        weights, bias = initial(problem.features, problem.outputs, recipe.seed, torch.float32)
        return np.vstack([weights.double().numpy().T, bias.double().numpy()])

    def excess(self, theta: Matrix) -> float:
        """Return how much more than the optimum's the objective is."""
        error = self.vectors.T @ (theta - self.optimum)
        return float(np.sum(self.values[:, None] * np.square(error)) / 2)

    def distance(self, theta: Matrix) -> float:
        """Return the distance to the nearest optimum, relative to its size."""
        error = (self.vectors.T @ (theta - self.optimum))[self.curved]
        return norm(error) / max(norm(self.optimum), np.finfo(np.float64).tiny)

    @property
    def target(self) -> float:
        """The excess below which nothing much is left to gain."""
        problem = self.system.problem
        best = problem.loss(self.optimum[:-1].T, self.optimum[-1])
        return max(_SHARE * best, _GONE * self.excess(self.start))

    @property
    def standardized(self) -> float:
        """The condition number that the Hessian would have if each feature had mean 0 and deviation 1, without decay."""
        gram = self.system.hessian() / self.system.factor(self.system.problem.samples) / self.system.problem.samples
        spread = gram[:-1, :-1] - np.outer(gram[:-1, -1], gram[:-1, -1])
        deviations = np.sqrt(np.maximum(np.diag(spread), 0.0))
        kept = deviations > np.finfo(np.float32).eps * np.sqrt(
            np.diag(gram)[:-1]
        )  # of a constant column nothing is left
        found = eigvalsh(np.pad(spread[np.ix_(kept, kept)] / np.outer(deviations[kept], deviations[kept]), (0, 1)))
        found = np.append(found[np.abs(found) > found[-1] * self.system.size * np.finfo(np.float64).eps], 1.0)
        return float(found.max() / found.min())

    def limit(self) -> Matrix | None:
        """Return the weights that batches in order come to, if they do; None where an epoch's map can't be had."""
        if not _mapped(self.system):
            return None
        linear, offset = self._epoch
        try:
            found = np.asarray(solve(np.eye(len(linear)) - linear, offset), np.float64)
        except np.linalg.LinAlgError:  # directions without data stay where they start
            return None
        return found[: self.system.size]

    @cached_property
    def _epoch(self) -> tuple[Matrix, Matrix]:
        whole = self.system.epoch_map()
        height = len(whole) - self.system.problem.outputs
        return whole[:height, :height], whole[:height, height:]

    def epochs(self) -> int | None:
        """Count, about, the epochs from the start until nothing much is left to gain; None for never."""
        target = self.target
        if _mapped(self.system):
            linear, offset = self._epoch
            outputs = self.system.problem.outputs
            whole = np.block([[linear, offset], [np.zeros((outputs, len(linear))), np.eye(outputs)]])
            buffer = np.zeros((len(linear) - self.system.size, outputs))
            state = np.vstack([self.start, buffer, np.eye(outputs)])
            size = self.system.size
            return _count(whole, state, lambda p, s: p @ s, lambda s: self.excess(s[:size]), target)
        error = self.vectors.T @ (self.start - self.optimum)
        rates = _rates(self.system.recipe, self.values)[:, None] ** len(self.system.batches)
        costs = self.values[:, None] / 2
        return _count(rates, error, lambda p, s: p * s, lambda s: float(np.sum(costs * np.square(s))), target)


def _mapped(system: System) -> bool:
    """Return whether an epoch is the same map each time, and that map, and some forty powers of it, can be had."""
    height = system.size * (2 if system.recipe.momentum else 1) + system.problem.outputs
    flops = 4.0 * system.problem.samples * system.size * height + 2.0 * _DOUBLINGS * height**3
    shuffled = system.recipe.order(0, system.problem.samples) is not None
    return not shuffled and seconds_of(len(system.batches), flops) < PATIENCE_S


def _rates(recipe: Recipe, values: Matrix) -> Matrix:
    """Give by what a step shrinks the error along eigenvectors, in the long run: the radius of its companion matrix."""
    if not recipe.momentum:
        return np.abs(1 - recipe.lr * values)
    push = recipe.lr * values
    share = 1 - recipe.dampening
    maps = np.zeros((len(values), 2, 2))  # of (error, buffer)
    maps[:, 1] = np.stack([share * values, np.full_like(values, recipe.momentum)], axis=1)
    maps[:, 0, 0], maps[:, 0, 1] = 1 - share * push, -recipe.lr * recipe.momentum
    if recipe.nesterov:
        maps[:, 0, 0] = 1 - push * (1 + recipe.momentum)
        maps[:, 0, 1] = -recipe.lr * recipe.momentum**2
    return np.asarray(np.abs(eigvals(maps)).max(axis=1), np.float64)


def _count(
    power: Matrix,
    state: Matrix,
    apply: Callable[[Matrix, Matrix], Matrix],
    excess: Callable[[Matrix], float],
    target: float,
) -> int | None:
    """Count how often a map must be applied until the excess is at most the target, in powers of two of the map."""
    powers: list[Matrix] = []
    with np.errstate(over="ignore", invalid="ignore"):  # a map that diverges never gets there
        while not excess(apply(power, state)) <= target:
            powers.append(power)
            power = apply(power, power)
            if len(powers) > _DOUBLINGS or not np.isfinite(power).all():
                return None
        done = 1
        for i in reversed(range(len(powers))):
            further = apply(powers[i], state)
            if not excess(further) <= target:
                state, done = further, done + 2**i
    return done
