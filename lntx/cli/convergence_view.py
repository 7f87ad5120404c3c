"""Where a training ended: how far from the least-squares optimum and from the true weights, and what would get nearer."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lntx.errors import LntxError

if TYPE_CHECKING:
    from lntx.training.fit import Fit
    from lntx.training.linear.convergence import Convergence, Way
    from lntx.training.linear.problem import Problem
    from lntx.training.recipe import Recipe

_TIMES = 1000  # more of that is said in two losses, not as a factor
_WORTH = 10  # times a smaller condition number: less is no advice


@dataclass(frozen=True, slots=True)
class ConvergenceView:
    """How far a fit has come.

    truth: the distance of weights and bias to the true ones, relative to their size, None where they are unknown. at: what
    is known of the optimum, None where that would take too long. ways: what would come to the optimum, this recipe first,
    none where it was reached. standardized: the condition number with --standardize, None where it was used, and for data
    that is made up.
    """

    truth: float | None = None
    at: "Convergence | None" = None
    ways: "tuple[Way, ...]" = ()
    standardized: float | None = None

    @classmethod
    def of(cls, problem: "Problem", recipe: "Recipe", fit: "Fit") -> "ConvergenceView":
        """Find out, as far as a second allows."""
        from lntx.training.linear import convergence as study
        from lntx.training.linear.objective import Landscape

        truth = _to_truth(problem, fit)
        if not Landscape.affordable(problem, recipe):
            return cls(truth)
        try:
            landscape = Landscape(problem, recipe)
            at = study.convergence(landscape, fit.trained or fit)
            ways = () if at.reached else tuple(study.ways(problem, recipe, landscape))
        except (LntxError, ArithmeticError, ValueError):  # numbers of a size that no eigenvectors can be had of
            return cls(truth)
        own = problem.scaling is None and problem.weights is None  # a table or arrays, as they came
        return cls(truth, at, ways, landscape.standardized if own else None)

    def document(self) -> dict[str, Any]:
        """Return it for a program, each part only where it is known."""
        parts: dict[str, Any] = {
            "truth": self.truth,
            "optimum": self.at and asdict(self.at),
            "ways": [{"change": way.words, "epochs": way.epochs} for way in self.ways],
        }
        return {name: part for name, part in parts.items() if part or part == 0}

    def lines(self) -> Iterator[str]:
        """Yield it for a person."""
        if self.truth is not None:
            yield f"truth      {self.truth:.2g} from the true weights, relative to their size"
        if self.at is None:
            return
        yield f"optimum    {'reached' if self.at.reached else 'not reached'}: {self._apart(self.at)}"
        if not self.at.reached:
            yield from self._help(self.at)

    @staticmethod
    def _apart(at: "Convergence") -> str:
        """Return how far the loss and the weights are from the optimum's."""
        times = at.loss / at.best if at.best else float("inf")
        beside = f", {times:.3g} times less" if 1.005 < times < _TIMES else ""  # noqa: PLR2004  (three digits)
        which = "the least-squares optimum" if at.unique else "the nearest of many least-squares optima"
        return f"the loss is {at.loss:.3g} here and {at.best:.3g} there{beside}; the weights are {at.distance:.2g} from {which}"

    def _help(self, at: "Convergence") -> Iterator[str]:
        """Yield what would get nearer, and why this recipe doesn't."""
        here, *others = self.ways
        yield f"           condition number {at.condition:.2g}: {_length(here)}"
        for way in others:
            yield f"           {_length(way)}"
        if here.epochs is None and at.floor is not None and at.floor > 0:
            above = f"batches of this size stay {at.floor:.2g} above the optimum's loss at this lr"
            yield f"           {above}; use a smaller lr, or larger batches"
        if self.standardized and self.standardized * _WORTH < at.condition:
            yield f"           condition number {self.standardized:.2g} with standardised features (--standardize, for a table)"


def _length(way: "Way") -> str:
    if way.epochs is None:
        return f"never with {way.words}"
    return f"about {_two(way.epochs):,} epochs from the start with {way.words}"


def _two(epochs: int) -> int:
    """Round up to two digits: it is an estimate."""
    unit: int = 10 ** max(0, len(str(epochs)) - 2)
    return -(-epochs // unit) * unit


def _to_truth(problem: "Problem", fit: "Fit") -> float | None:
    """Return the relative distance to the true weights, in the problem's own units, noise or not."""
    import numpy as np

    if problem.weights is None or problem.bias is None:
        return None
    true = np.append(problem.weights, problem.bias)
    apart = np.append(fit.weights.double().numpy(), fit.bias.double().numpy()) - true
    size = float(np.linalg.norm(true))
    return float(np.linalg.norm(apart)) / size if size else None
