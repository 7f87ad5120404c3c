"""The grid that `lntx verify` holds every backend to: small trainings that together use all that a recipe can say."""

from dataclasses import dataclass

from lntx.training.linear.problem import Problem, synthetic
from lntx.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Case:
    """One training of the grid: a synthetic problem's sizes, and a recipe that leaves it short of convergence."""

    recipe: Recipe
    samples: int = 20
    features: int = 3
    outputs: int = 1
    collinear: bool = False  # the last feature is the first again

    def problem(self) -> Problem:
        """Draw the problem, the same each time, in the recipe's dtype."""
        drawn = synthetic(self.samples, self.features, self.outputs, noise=0.1, dtype=self.recipe.dtype or "float32")
        if not self.collinear:
            return drawn
        inputs = drawn.X.copy()
        inputs[:, -1] = inputs[:, 0]
        return Problem(inputs, drawn.Y, noise=drawn.noise, name="collinear")


def _recipe(batch_size: int | None, lr: float = 0.05, epochs: int = 4, **more: object) -> Recipe:
    return Recipe(lr=lr, epochs=epochs, batch_size=batch_size, seed=1).but(**more)


GRID = (
    Case(_recipe(1)),
    Case(_recipe(1, weight_decay=0.1, dtype="float64"), outputs=3),
    Case(_recipe(1, shuffle=True, momentum=0.5), features=1),
    Case(_recipe(7, log_every=1)),  # 20 samples in batches of 7: the last has 6
    Case(_recipe(7, momentum=0.9, dampening=0.3, dtype="float64")),
    Case(_recipe(7, shuffle=True, weight_decay=0.1), outputs=3),
    Case(
        _recipe(7, shuffle=True, momentum=0.9, nesterov=True, weight_decay=0.1, dtype="float64"), samples=23, outputs=3
    ),
    Case(_recipe(None, lr=0.2, epochs=40, momentum=0.9, nesterov=True, log_every=10), samples=300, features=40),
    Case(_recipe(None, lr=0.2, epochs=40, momentum=0.5, weight_decay=0.01, dtype="float64"), features=2, outputs=3),
    Case(_recipe(None, lr=0.2, epochs=5), samples=1, features=1),
    Case(_recipe(None, lr=0.2, epochs=13), samples=30, features=200),
    Case(_recipe(1, lr=0.2, epochs=3), samples=70, features=3000, outputs=2),
    Case(_recipe(None, lr=0.2, epochs=50, momentum=0.9), features=5, collinear=True),
    Case(_recipe(None, lr=0.2, epochs=8, momentum=0.9, dampening=0.3), samples=1000, features=100, outputs=2),
)
"""Batch sizes 1, 7 (with a smaller last batch) and full; plain, momentum, dampening, Nesterov, weight decay; in order
and shuffled; with a loss history and without; one output and three; both dtypes; from one feature to 3000, more of them
than samples, and the same one twice; and one that is too much for a single program of a GPU."""
