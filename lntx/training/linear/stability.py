"""How large a step may be: the learning rate beyond which training this data must diverge.

Full batch is a linear iteration along each eigenvector of the Hessian (eigenvalue h, weight decay included), stable
while lr h < 2 for plain SGD, lr h < 2 (1 + momentum) / (1 - dampening) for heavy ball, lr h < 2 (1 + momentum) /
(1 + 2 momentum) for Nesterov: the Jury conditions on the 2 x 2 companion matrix (Polyak 1964; O'Donoghue and Candes
2015, section 4). With dampening 1 the buffer takes in no gradient after the first: no rate diverges.

Mini-batches in fixed order are stable while the spectral radius of an epoch's map (`Epochs`) is at most 1. Such rates may
have gaps: the largest stable one is the end of the first interval of them, found in a geometric row of rates, whose
ratio is how narrow a gap can be missed. A rate whose own radius is above 1 is refused wherever it lies.

Shuffled batches have no one epoch to go by. What can be proven of any order, fixed or shuffled, is a bound: with L the
largest eigenvalue of any batch's Hessian, lr L <= 2 for plain SGD, 2 (1 - momentum)^2 / ((1 + momentum) (1 - dampening))
for heavy ball and 2 (1 - momentum)^2 / (1 - momentum + 2 momentum^2) for Nesterov: the circle criterion for a gain that
varies in 0..L (Tsypkin 1964), which gives one quadratic norm that no step makes larger. Beyond it, errors are followed
through the recipe's own first epochs, and the rate from which on they grow is called an estimate.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from lntx.errors import Diverged, InputError
from lntx.training.linear import curvature, dtype_range
from lntx.training.linear.affine import System
from lntx.training.linear.growth import Epochs, first_crossing
from lntx.training.linear.matrices import seconds_of
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_PATIENCE_S = 1.0  # seconds that a check before the training may take
_SEARCH_S = 4.0  # seconds that a search for the largest stable rate may take
_RATIOS = (1.01, 1.03, 1.1, 1.2)  # between two rates that are tried, the finest that can be afforded
_ROUGH = (1.05, 1.1, 1.2)  # the same, for an estimate
_FINE = 1.03  # with momentum, up to which the limit counts as exact: its gaps are narrower than those of plain SGD
_ABOVE = 1.01  # times an exact limit: training diverges there
_PROBED = "how errors grow in the recipe's first epochs"
_ROUNDING = 1e-6  # relative, of a largest eigenvalue


@dataclass(frozen=True, slots=True)
class Limit:
    """A learning rate up to which training is stable, and how that is known.

    exact: training diverges above it. estimate: it does in the orders that were looked at, or in a narrow gap above which it
    converges again. bound: it is stable in any order, and larger rates may be. ground says in a phrase what it follows from.
    """

    rate: float
    known: Literal["exact", "estimate", "bound"]
    ground: str

    @property
    def words(self) -> str:
        """What is known, before the number: "the largest stable learning rate for this data is"."""
        if self.known == "bound":
            return "what is sure to be stable on this data, in any order, is a learning rate of"
        about = " about" if self.known == "estimate" else ""
        return f"the largest stable learning rate for this data is{about}"


def check(problem: Problem, recipe: Recipe) -> None:
    """Raise Diverged for a recipe that must diverge, where that can be told at little cost.

    Raises InputError where the numbers are too large or too small for the recipe's dtype.
    """
    dtype_range.check(problem, recipe)
    dtype_range.check_rate(problem, recipe)
    system = System(problem, recipe)
    if recipe.lr * curvature.longest_step(system) <= _factor(system) or not _diverges(system):
        return
    raise Diverged(f"lr {recipe.lr:g} must diverge on this data; {advice(problem, recipe)}")


def advice(problem: Problem, recipe: Recipe) -> str:
    """Name the largest stable learning rate for this data and recipe, and how it is known.

    For who has seen the recipe diverge: an estimate that would contradict that gives way to what is sure. Where lr itself
    is stable, it says what else it can have been.
    """
    found = limit(problem, recipe)
    if found.ground == _PROBED and found.rate >= recipe.lr:
        found = bound(System(problem, recipe))
    if found.rate >= recipe.lr:
        return f"lr {recipe.lr:g} is stable on this data, so {_besides(problem, recipe)}"
    scaled = problem.scaling is None and problem.named and problem.features > 1
    more = "; --standardize brings a table's columns to one scale, which a larger one suits" if scaled else ""
    return f"{found.words} {_rounded_down(found.rate):.4g}{more}"


def _besides(problem: Problem, recipe: Recipe) -> str:
    """Return what makes a training at a stable rate end far away."""
    if curvature.inert(recipe):
        return "with dampening 1 its first gradient alone took it there; use a smaller lr, or a dampening below 1"
    dtype = recipe.dtype or problem.dtype
    wider = "" if dtype == "float64" else ", dtype float64"
    return (
        f"it is still in an overshoot, or its numbers are too large for {dtype}; "
        f"use more epochs, a smaller lr, --standardize{wider}"
    )


def largest_stable_lr(problem: Problem, recipe: Recipe) -> tuple[float, bool]:
    """Find the largest stable learning rate, and whether it is exact rather than an estimate or a bound (`limit`)."""
    found = limit(problem, recipe)
    return found.rate, found.known == "exact"


def ground(problem: Problem, recipe: Recipe) -> str:
    """Return in a phrase what the largest stable learning rate follows from."""
    return limit(problem, recipe).ground


@lru_cache(maxsize=4)
def limit(problem: Problem, recipe: Recipe) -> Limit:
    """Find the largest stable learning rate: all below it are stable, and so is half of it for sure.

    Infinite with dampening 1, which nothing makes diverge. Where the recipe's own lr is unstable, the limit is below it.
    Raises InputError where no rate could be found.
    """
    dtype_range.check(problem, recipe)
    system = System(problem, recipe)
    if curvature.inert(recipe):
        return Limit(np.inf, "exact", "dampening 1")
    if _full(system):
        lanczos = min(problem.samples, system.size) > curvature.DENSE
        by = ", by Lanczos iteration, without forming X'X" if lanczos else ""
        return Limit(_factor(system) / curvature.whole(system), "exact", "the Hessian's largest eigenvalue" + by)
    sure = bound(system)
    affordable = ((epochs, _ratio(epochs)) for epochs in _ways(system))
    return next((_beyond(epochs, sure.rate, ratio) for epochs, ratio in affordable if ratio), sure)


def automatic(problem: Problem, recipe: Recipe) -> Limit:
    """Find the limit of which lr auto takes half; InputError where there is none, and so no number to be sure of."""
    found = limit(problem, recipe)
    if not np.isfinite(found.rate):
        raise InputError(
            "lr auto finds no limit: with dampening 1 no gradient but the first enters the momentum buffer, and nothing "
            "diverges; give a number, or a dampening below 1"
        )
    return found


def bound(system: System) -> Limit:
    """Find a rate that is stable in any order."""
    return Limit(
        curvature.in_any_order(system.recipe) / curvature.steepest_batch(system), "bound", "the steepest batch"
    )


def _ways(system: System) -> list[Epochs]:
    """List the ways to tell whether a rate is stable, the best first."""
    drawn = system.recipe.order(0, system.problem.samples) is not None
    return [Epochs(system, probed) for probed in (False, True) if probed or not drawn]


def _beyond(epochs: Epochs, stable: float, ratio: float) -> Limit:
    """Look for the largest stable rate from one up to which all are stable."""
    recipe = epochs.system.recipe
    ceiling = recipe.lr if recipe.lr > stable and not epochs.stable(np.array([recipe.lr]))[0] else np.inf
    rate = first_crossing(epochs, stable, ceiling, ratio)
    while rate / 2 > stable and not epochs.stable(np.array([rate / 2]))[0]:  # in a gap that was missed
        rate = first_crossing(epochs, stable, rate / 2, ratio)
    if epochs.probed:
        return Limit(rate, "estimate", _PROBED)
    fine = ratio <= _FINE or not recipe.momentum
    # Beyond a gap that is narrower than that, training converges again.
    narrow = epochs.stable(np.array([_ABOVE * rate]))[0]
    return Limit(rate, "exact" if fine and not narrow else "estimate", "the spectral radius of an epoch")


def _ratio(epochs: Epochs) -> float | None:
    """Choose how finely to look for the largest stable rate; None where that can't be afforded."""
    recipe, batches = epochs.system.recipe, len(epochs.system.batches)
    # Generously, up to where it may lie.
    span = np.log(4 * batches * curvature.of_one(recipe) / curvature.in_any_order(recipe))
    return next(
        (r for r in (_ROUGH if epochs.probed else _RATIOS) if epochs.seconds(span / np.log(r) + 30) < _SEARCH_S), None
    )


def _full(system: System) -> bool:
    return system.recipe.rows(system.problem.samples) == system.problem.samples


def _factor(system: System) -> float:
    """Return what lr times the largest eigenvalue must stay below: that of the Hessian, or of any batch's in any order."""
    return curvature.of_one(system.recipe) if _full(system) else curvature.in_any_order(system.recipe)


def affordable(system: System, tries: int = 1) -> bool:
    """Return whether an epoch's map can be composed that many times within the patience for a check."""
    height = system.size * (2 if system.recipe.momentum else 1)
    flops = 4.0 * system.problem.samples * system.size * height + 10.0 * height**3
    return tries * seconds_of(len(system.batches), flops) < _PATIENCE_S * max(1, tries / 4)


def _diverges(system: System) -> bool:
    """Return whether the recipe must diverge; False also where that would cost more than the patience for it."""
    recipe = system.recipe
    if _full(system):
        return recipe.lr > curvature.of_one(recipe) / curvature.whole(system) * (1 + _ROUNDING)
    epochs = Epochs(system, probed=False)
    if recipe.shuffle or epochs.seconds(1) > _PATIENCE_S:
        return False  # the trainer stops at the first loss that is not finite, or too large at the end
    return not epochs.stable(np.array([recipe.lr]))[0]


def _rounded_down(rate: float) -> float:
    """Cut to four digits downwards, so that the rate which is named is itself stable."""
    if not np.isfinite(rate) or rate <= 0:
        return rate
    unit = 10.0 ** (np.floor(np.log10(rate)) - 3)
    return float(np.floor(rate / unit) * unit)
