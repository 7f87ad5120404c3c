"""What a training gave: as the document that `lntx train --json` prints, and as what a person reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from lntx.cli.convergence_view import ConvergenceView
from lntx.cli.terminal import prose, table
from lntx.record import Agreement

if TYPE_CHECKING:
    from lntx.training.fit import Fit
    from lntx.training.linear.problem import Problem
    from lntx.training.recipe import Recipe

_SHOWN = 12  # weights; a wide model's others are counted
_LOGGED = 20  # epochs with their losses


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fit with all that it takes to tell of it; agreement is None where it wasn't asked for."""

    problem: "Problem"
    recipe: "Recipe"
    backend: str
    device: str
    fit: "Fit"
    agreement: Agreement | None = None
    standing: ConvergenceView = field(default_factory=ConvergenceView)

    def placed(self) -> "Outcome":
        """Find out how far the training has come."""
        return replace(self, standing=ConvergenceView.of(self.problem, self.recipe, self.fit))

    def explanation(self) -> str:
        """Return which backend this one took, and why, which may look at all of X; empty for one that does the work itself."""
        from lntx.training.backends import find

        weighs = find(self.backend).weighs
        if not weighs:
            return ""
        (taken, seconds), *others = weighs(self.problem, self.recipe, self.device).items()
        rest = ", ".join(f"{name} {guess:.2g} s" for name, guess in others) or "nothing else"
        return f"takes {taken}, expected to take {seconds:.2g} s by this machine's limits; besides there are {rest}"

    def document(self) -> dict[str, Any]:
        """Return everything for a program; expected and history only where they are there."""
        fit, held = self.fit, self.agreement
        return {
            "backend": self.backend,
            "device": self.device,
            "weights": fit.weights.tolist(),
            "bias": fit.bias.tolist(),
            **({"explanation": explained} if (explained := self.explanation()) else {}),
            **self._expected(),
            "loss": float(fit.losses[-1]),
            "lr": self.recipe.lr,
            "epochs": self.recipe.epochs,
            "seconds": {"prepare": fit.seconds.prepare, "run": fit.seconds.run},
            "agreement": held and {"error": held.error, "tolerance": held.tolerance, "ok": held.ok},
            **self.standing.document(),
            **self._history(),
        }

    def view(self) -> Iterator[Any]:
        """Yield what a person reads, top to bottom."""
        yield prose(self._answer(), "bold")
        yield ""
        rows = [*islice(self._rows(), _SHOWN)]
        names = ("weight", "expected", "trained") if self._known else ("weight", "trained")
        yield table(names, rows, numbers=("expected", "trained"))
        total = self.problem.outputs * (self.problem.features + 1)
        if total > _SHOWN:
            yield f"... and {total - _SHOWN} more"
        yield ""
        if self.recipe.log_every:
            yield table(("epoch", "loss"), self._course(), numbers=("epoch", "loss"))
            yield ""
        yield from self._summary()

    @property
    def _known(self) -> bool:
        return self.problem.weights is not None and self.problem.bias is not None

    def _expected(self) -> dict[str, Any]:
        if self.problem.weights is None or self.problem.bias is None:
            return {}
        return {"expected": {"weights": self.problem.weights.tolist(), "bias": self.problem.bias.tolist()}}

    def _history(self) -> dict[str, Any]:
        if not self.recipe.log_every:
            return {}
        way = zip(self.fit.epochs.tolist(), self.fit.losses.tolist(), strict=True)
        return {"history": [{"epoch": epoch, "loss": loss} for epoch, loss in way]}

    def _course(self) -> Iterator[list[str]]:
        """Yield epochs and losses, evenly spread where there are many, the first and the last among them."""
        history = self._history()["history"]
        rows = min(len(history), _LOGGED)
        for i in range(rows):
            point = history[round(i * (len(history) - 1) / max(1, rows - 1))]
            yield [str(point["epoch"]), f"{point['loss']:.4g}"]

    def _answer(self) -> str:
        """Say in a sentence how long it took, how far it came, and whether the weights are right."""
        held = self.agreement
        proved = "" if held is None else f"; the weights are {'' if held.ok else 'NOT '}those of the reference"
        took = f"{self.backend} trained {self.problem.name} in {self.fit.seconds.run:.3g} s"
        return f"{took}, to a loss of {float(self.fit.losses[-1]):.4g}{proved}."

    def _title(self) -> str:
        problem, recipe = self.problem, self.recipe
        size = f"{problem.samples} samples x {problem.features} features"
        rows = recipe.rows(problem.samples)
        steps = f"{recipe.epochs} epochs in batches of {rows}" + (" (full)" if rows == problem.samples else "")
        return f"{problem.name}, {size}: {self.backend} on {self.device}, {steps}, lr {recipe.lr:.4g}"

    def _rows(self) -> Iterator[list[str]]:
        """Yield each output's weights, then its bias: name, expected where known, trained."""
        problem, fit = self.problem, self.fit
        for output, named in enumerate(problem.outputs_named):
            of = f"{named}: " if problem.outputs > 1 else ""
            expected = [] if problem.weights is None else [*problem.weights[output]]
            known = [] if problem.bias is None else [problem.bias[output]]
            for feature, name in enumerate(problem.features_named):
                yield [
                    of + name,
                    *(f"{value:.6g}" for value in expected[feature:][:1]),
                    _six(fit.weights[output, feature]),
                ]
            yield [of + "bias", *(f"{value:.6g}" for value in known), _six(fit.bias[output])]

    def _summary(self) -> Iterator[str]:
        fit, seconds = self.fit, self.fit.seconds
        yield prose(f"training   {self._title()}")
        unit = "; of the standardized target, whose variance is 1" if self.problem.scaling else ""
        yield f"loss       {float(fit.losses[0]):.4g} at the start, {float(fit.losses[-1]):.4g} at the end{unit}"
        yield f"time       {seconds.run:.3g} s to run, after {seconds.prepare:.3g} s to prepare"
        if explained := self.explanation():
            yield prose(f"choice     {self.backend} {explained}")
        yield prose(self._agreement())
        yield from map(prose, self.standing.lines())

    def _agreement(self) -> str:
        if (held := self.agreement) is None:
            return "agreement  not checked"
        words, side = ("those", "within") if held.ok else ("NOT those", "beyond")
        error = f"error {held.error:.2g}, {side} the tolerance {held.tolerance:.2g}"
        return f"agreement  the weights are {words} of the float64 reference after the same steps: {error}"


def _six(value: Any) -> str:
    return f"{float(value):#.6g}"
