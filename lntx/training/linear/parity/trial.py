"""One checkpoint: a training that is short enough, what must come out of it, and whether that is what came.

Each output is held for itself, in units of its own size: the outputs of a linear model are independent problems that share
X, and one that is a million times smaller than its neighbour would drown in a norm over both.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.errors import Unprovable
from lntx.record import Checkpoint, Work
from lntx.training.fit import Outcome
from lntx.training.linear.matrices import Matrix, norms
from lntx.training.linear.parity.reference import Reference, reference
from lntx.training.linear.parity.tolerance import tolerances
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

Numbers = NDArray[np.float64]

_MEANINGLESS = 0.05  # of the weights' size
_MOVES = 10  # tolerances that a training must move each output's weights: else one that does nothing would agree
_LOOSER = 2.0  # for another start and other targets: the spread is measured with the problem's own
_APART = 10  # tolerances between two outcomes that are told apart for sure
_MOST = 64  # entries of a loss history that are held against the reference, evenly spread


class Follows(Enum):
    """What of its inputs a call was seen to follow, where they were changed under it."""

    TARGETS = "targets and start"
    START = "start"
    NOTHING = "nothing"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Held:
    """What came of one call: its end and its loss history against the reference, the end last, and what it follows."""

    points: tuple[Checkpoint, ...]
    follows: Follows = Follows.UNASKED

    @property
    def ok(self) -> bool:
        """Whether every point agrees."""
        return all(point.ok for point in self.points)


@dataclass(frozen=True)
class Trial:
    """A training short enough to be a checkpoint, where on the way it stands, and what must come out of it.

    allowed is the tolerance where the reference brings its own, as the optimum does. work is the class of the backend that
    is on trial.
    """

    problem: Problem
    recipe: Recipe
    epoch: float
    reference: Reference
    allowed: Numbers | None = None
    work: Work = "steps"

    @cached_property
    def sizes(self) -> Numbers:
        """The largest norm of each output's weights and bias on the way."""
        return _largest(self.reference.start, *self.reference.at.values())

    @cached_property
    def _shares(self) -> tuple[Numbers, Numbers]:
        """The largest norms on the way of what the start and what the targets contribute."""
        still = self._still
        start = (self.reference.start, *(theta - still[epoch] for epoch, theta in self.reference.at.items()))
        return _largest(*start), _largest(*still.values())

    @cached_property
    def _still(self) -> dict[int, Matrix]:
        """What comes of a start of zero: the targets' contribution. An optimum knows no start."""
        if self.allowed is not None:
            return self.reference.at
        return reference(self.problem, timeless(self.recipe), tuple(self.reference.at), zero=True).at

    @property
    def end(self) -> Matrix:
        """What must come out."""
        return self.reference.at[self.recipe.epochs]

    def hold(self, outcome: Outcome) -> Held:
        """Hold a fit of this training, and the loss history that it kept, against the reference."""
        fit = outcome.fit
        kept = [one for one in fit.snapshots if one.epoch in self.reference.at and one.epoch < self.recipe.epochs]
        way = [self._held(one.epoch, one.epoch, _theta(one), outcome) for one in kept]
        end = self._held(self.recipe.epochs, self.epoch, _theta(fit), outcome)
        return Held(tuple(point for point, _ in (*way, end)), end[1])

    def check_that_it_moves(self) -> None:
        """Raise Unprovable where the weights hardly move: there, a backend that does nothing would agree."""
        if self.allowed is not None:
            return
        moved = norms(self.end - self.reference.start) / self.sizes
        shares = moved / self.tolerances(self.recipe.epochs)
        least = int(np.argmin(shares))
        if shares[least] < _MOVES:
            which = f" of {self.problem.outputs_named[least]}" if self.problem.outputs > 1 else ""
            raise Unprovable(
                f"the training moves the weights{which} by {moved[least]:.2g} of their size, where rounding alone may move "
                f"them by {moved[least] / shares[least]:.2g}: a backend that does nothing would agree; use a larger lr, more "
                "epochs or dtype float64"
            )

    def differs(self, other: Matrix) -> bool:
        """Whether what must come out can be told from other weights, in every output."""
        apart = norms(self.end - other) / self.sizes
        return bool(np.all(apart > _APART * self.tolerances(self.recipe.epochs)))

    def tolerances(self, epochs: int) -> Numbers:
        """Return each output's tolerance after some epochs; Unprovable where one is so wide that it would prove nothing."""
        allowed = self._allowed(epochs, self.sizes)
        if np.max(allowed) > _MEANINGLESS:
            raise Unprovable(self._meaningless(float(np.max(allowed))))
        return allowed

    def _allowed(self, epochs: int, sizes: Numbers) -> Numbers:
        if self.allowed is not None:
            return self.allowed
        recipe = timeless(self.recipe)
        return np.asarray(tolerances(self.problem, recipe, epochs, sizes, self.reference.way, self.work))

    def _held(self, epochs: int, epoch: float, theta: Matrix | None, outcome: Outcome) -> tuple[Checkpoint, Follows]:
        """Hold weights after some epochs against what is due for the start and the targets that they were given."""
        if outcome.plain or theta is None:
            point = _point(epoch, theta, self.reference.at[epochs], self.sizes, self.tolerances(epochs))
            return point, Follows.UNASKED
        point, _ = self._scaled(epochs, epoch, theta, (outcome.start, outcome.targets))
        if point.ok:
            return point, Follows.TARGETS
        copied, remembers = self._scaled(epochs, epoch, theta, (outcome.start, 1.0))  # it made a copy of the targets
        if not copied.ok:
            return point, Follows.NOTHING
        return copied, Follows.NOTHING if remembers else Follows.START

    def _scaled(
        self, epochs: int, epoch: float, theta: Matrix, factors: tuple[float, float]
    ) -> tuple[Checkpoint, bool]:
        """Hold weights against what a scaled start and scaled targets give, and say whether those of neither would pass too."""
        unit = max(map(abs, factors))
        start, targets = (factor / unit for factor in factors)
        plain, still = self.reference.at[epochs], self._still[epochs]
        wanted = start * (plain - still) + targets * still
        sizes = abs(start) * self._shares[0] + abs(targets) * self._shares[1]
        allowed = _LOOSER * self._allowed(epochs, sizes)
        point = _point(epoch, theta / unit, wanted, sizes, allowed)
        remembered = norms(plain / unit - wanted) / sizes
        return point, not np.all(remembered > _APART * allowed)

    def _meaningless(self, allowed: float) -> str:
        """Return why nothing can be proven, and what would help."""
        if self.allowed is not None:
            return (
                f"rounding alone may move the optimum by {allowed:.0%} on data this ill-conditioned, so that agreement would "
                "prove nothing; standardise the features, or use dtype float64"
            )
        return (
            f"rounding alone may move the weights by {allowed:.0%} in {self.recipe.epochs} epochs at lr {self.recipe.lr:g}, "
            "so that agreement would prove nothing; use a smaller lr, fewer epochs or dtype float64"
        )


def timeless(recipe: Recipe) -> Recipe:
    """The recipe but for what the reference is told apart from it: one serves all checkpoints."""
    return recipe.but(epochs=1, log_every=0)


def logged(recipe: Recipe) -> tuple[int, ...]:
    """List the epochs at which a recipe's loss history is held against the reference, the end left out."""
    return tuple(_spread([epochs.stop for epochs in recipe.segments()][:-1])) if recipe.log_every else ()


def _point(epoch: float, theta: Matrix | None, wanted: Matrix, sizes: Numbers, allowed: Numbers) -> Checkpoint:
    """Name the error and the tolerance of the output that comes nearest to, or goes furthest beyond, its tolerance."""
    if theta is None or theta.shape != wanted.shape:
        return Checkpoint(epoch, np.inf, float(np.max(allowed)))
    with np.errstate(invalid="ignore", over="ignore"):
        errors = norms(theta - wanted) / sizes
    errors = np.where(np.isnan(errors), np.inf, errors)
    worst = int(np.argmax(errors / allowed))
    return Checkpoint(epoch, float(errors[worst]), float(allowed[worst]))


def _theta(kept: Any) -> Matrix | None:
    """Lay weights and bias out as the reference does; None where their shapes don't fit together."""
    weights, bias = kept.weights.double().numpy(), kept.bias.double().numpy()
    fits = weights.ndim == 2 and bias.shape == weights.shape[:1]  # noqa: PLR2004  (a matrix)
    return np.vstack([weights.T, bias]) if fits else None


def _largest(*thetas: Matrix) -> Numbers:
    return np.asarray(np.max([norms(theta) for theta in thetas], axis=0))


def _spread(items: Any) -> Any:
    """Take some of many, evenly spread, the first and the last among them."""
    found = list(items)
    if len(found) <= _MOST:
        return found
    return [found[i] for i in np.unique(np.linspace(0, len(found) - 1, _MOST).astype(int))]
