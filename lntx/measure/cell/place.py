"""Where in a study a measurement stands: the cell of a problem and a recipe at a place."""

from dataclasses import dataclass

from lntx.record import Cell, Phase
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell has of where it is measured: its suite, the backend's name, the device, the threads."""

    suite: str
    backend: str
    device: str
    threads: int

    def cell(self, problem: Problem, recipe: Recipe, phase: Phase = "run", rows: int | None = None) -> Cell:
        """Say which cell a problem and a recipe are here; rows are those predicted for, else the problem's samples."""
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
        )
