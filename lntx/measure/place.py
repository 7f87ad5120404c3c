"""Where a cell is measured, and which cell a training is there."""

from dataclasses import dataclass, replace

from lntx.record import LINEAR, Cell, Phase
from lntx.training.linear.problem import Problem
from lntx.training.loop.loop import Loop
from lntx.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell has of where it is measured: its suite, the backend's name, the device, the threads, its place on the axis."""

    suite: str
    backend: str
    device: str
    threads: int
    axis: str = ""
    value: str | int | float = ""

    def on(self, axis: str, value: str | float) -> "Place":
        """Return the same at a value on an axis."""
        return replace(self, axis=axis, value=value)

    def cell(self, problem: Problem, recipe: Recipe, phase: Phase = "run", rows: int | None = None) -> Cell:
        """Return which cell a problem and a recipe are here; rows are those predicted for, else the problem's samples."""
        return Cell(
            suite=self.suite,
            problem=problem.name,
            backend=self.backend,
            device=self.device,
            dtype=recipe.dtype or problem.dtype,
            threads=self.threads,
            samples=rows or problem.samples,
            features=problem.features,
            outputs=problem.outputs,
            batch_size=rows or recipe.rows(problem.samples),
            epochs=recipe.epochs,
            phase=phase,
            model=LINEAR,
            parameters=(problem.features + 1) * problem.outputs,
            optimizer="SGD",
            axis=self.axis,
            value=self.value,
        )

    def loop_cell(self, loop: Loop, phase: Phase = "run") -> Cell:
        """Return which cell a loop is here; its start and its batches are called for it, once."""
        facts = loop.facts()
        return Cell(
            suite=self.suite,
            problem=loop.name,
            backend=self.backend,
            device=self.device,
            dtype=loop.dtype,
            threads=self.threads,
            samples=max(1, facts.samples),
            features=0,
            outputs=0,
            batch_size=max(1, facts.batch_size),
            epochs=max(1, facts.epochs),
            phase=phase,
            model=facts.model,
            parameters=facts.parameters,
            optimizer=facts.optimizer,
            axis=self.axis,
            value=self.value,
        )
