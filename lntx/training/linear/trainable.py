"""The linear model as a training like any other: a problem with its recipe, whose ways are the backends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lntx.record import Agreement
from lntx.training.backends import backends, find
from lntx.training.boundary import Training, prepared
from lntx.training.linear import parity
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx.training.request import checked
from lntx.training.trainable import Facts


@dataclass(frozen=True, slots=True, eq=False)
class LinearTraining:
    """A problem and a recipe (`lntx.training.trainable.Trainable`)."""

    problem: Problem
    recipe: Recipe

    @property
    def name(self) -> str:
        """The problem's name."""
        return self.problem.name

    @property
    def dtype(self) -> str:
        """What it trains in."""
        return self.recipe.dtype or self.problem.dtype

    @property
    def labels(self) -> Mapping[str, str]:
        """Each backend with its label."""
        return {name: backend.label for name, backend in backends().items()}

    def facts(self) -> Facts:
        """Return what a record says of it."""
        problem, recipe = self.problem, self.recipe
        return Facts(
            model="LNTXModel",
            optimizer="SGD",
            parameters=problem.outputs * (problem.features + 1),
            samples=problem.samples,
            features=problem.features,
            outputs=problem.outputs,
            batch_size=recipe.rows(problem.samples),
            steps=recipe.but(epochs=1).steps(problem.samples),
            epochs=recipe.epochs,
        )

    def refuses(self, way: str, device: str) -> str | None:
        """Say in a sentence why a backend can't do this; None where it can."""
        return find(way).refuses(self.problem, self.recipe, device)

    def check(self, way: str, device: str) -> None:
        """Raise as `lntx.prepare` does."""
        checked(self.problem, self.recipe, way, device)

    def prepare(self, way: str, device: str, epochs: int) -> Training:
        """Let a backend prepare a training of so many epochs."""
        return prepared(find(way), self.problem, self.recipe.but(epochs=epochs), device)

    def agreement(self, run: Training, *, thorough: bool = True) -> Agreement:
        """Hold what the calls left, each from inputs of its own, against the reference, and, if thorough, the way there.

        Raises Unprovable where agreement would prove nothing.
        """
        trial = parity.ending(self.problem, run.recipe, run.backend.work)
        trial.check_that_it_moves()
        held = [trial.hold(outcome) for outcome in run.kept]
        ends = tuple(point for one in held for point in one.points)
        note = "" if all(one.ok for one in held) else parity.wrong(held)
        if not thorough:
            return Agreement(ends, trial.reference.way, note=note)
        way = parity.verify(self.problem, run.recipe, run.backend.name, run.device)
        return replace(way, checkpoints=(*way.checkpoints, *ends), note=note or way.note)
