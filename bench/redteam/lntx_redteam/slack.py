"""How much wrong the tolerances let through: tolerance over honest error, and the smallest wrong that is surely found.

Over momentum, batch size, epochs, sizes and conditioning. The honest errors are those of backends that take every step,
in float32; an output that is wrong by a part d of its size differs from the reference by d less its own honest error at
least, so that any d above tolerance plus honest error is found.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

import lntx
from lntx import Problem, Recipe
from lntx.training.backends import find
from lntx.training.linear.matrices import norms
from lntx.training.linear.parity.reference import reference
from lntx.training.linear.parity.tolerance import tolerances
from lntx.training.linear.stability import largest_stable_lr

_BACKENDS = ("numpy", "fused")
_MOMENTA = (0.0, 0.9, 0.99)
_BATCHES = (1, 16, None)
_EPOCHS = (1, 10, 100)
_SIZES = ((20, 1), (48, 5), (200, 30), (40, 60))  # samples, features
_CONDITIONS = (1.0, 1e2, 1e4)  # largest over smallest unit of a feature
_SURE = 0.99
_SHARE = 0.3  # of the largest stable learning rate
_SHOWN = 50  # problems between two lines of progress


@dataclass(frozen=True, slots=True)
class Slack:
    """One output of one backend on one problem: its tolerance, and its honest error, relative to its size."""

    momentum: float
    batch: str
    epochs: int
    shape: str
    condition: float
    tolerance: float
    error: float

    @property
    def ratio(self) -> float:
        """Tolerance over honest error; an error of zero counts as a tenth of a unit of roundoff."""
        return self.tolerance / max(self.error, 0.1 * 2.0**-24)

    @property
    def found(self) -> float:
        """The part of the output's size from which on a wrong is surely found."""
        return self.tolerance + self.error


def run(number: int, seed: int) -> tuple[Slack, ...]:
    """Measure on that many problems, which take turns over all combinations in an order drawn."""
    grid = list(product(_MOMENTA, _BATCHES, _EPOCHS, _SIZES, _CONDITIONS))
    turns = np.random.default_rng(seed).permutation(max(number, len(grid)))[:number] % len(grid)
    return tuple(slack for i, turn in enumerate(turns) for slack in _measured(grid[turn], (seed, i)))


def table(results: Sequence[Slack]) -> list[str]:
    """Give the figures for each value of each axis, and for all, as lines of Markdown."""
    axes: dict[str, Callable[[Slack], object]] = {
        "momentum": lambda slack: slack.momentum,
        "batch size": lambda slack: slack.batch,
        "epochs": lambda slack: slack.epochs,
        "samples x features": lambda slack: slack.shape,
        "units apart": lambda slack: f"{slack.condition:g}",
    }
    lines = [
        f"| over | value | outputs | tolerance / honest error, median | maximum | a wrong found in {_SURE:.0%} of cases |",
        "|---|---|--:|--:|--:|--:|",
        _row("all", "", results),
    ]
    for name, value in axes.items():
        values = dict.fromkeys(sorted(map(value, results), key=_in_order))
        lines += [_row(name, str(one), [slack for slack in results if value(slack) == one]) for one in values]
    return lines


def _in_order(value: object) -> tuple[float, str]:
    try:
        return float(str(value).partition(" ")[0]), str(value)
    except ValueError:
        return np.inf, str(value)


def _row(name: str, value: str, some: Sequence[Slack]) -> str:
    if not some:
        return f"| {name} | {value} | 0 | | | |"
    ratios = [slack.ratio for slack in some]
    found = np.quantile([slack.found for slack in some], _SURE)
    return f"| {name} | {value} | {len(some)} | {np.median(ratios):.0f} | {max(ratios):.0f} | {found:.1e} |"


def _measured(point: tuple[float, int | None, int, tuple[int, int], float], seed: tuple[int, int]) -> Iterator[Slack]:
    momentum, batch, epochs, (samples, features), condition = point
    if seed[1] % _SHOWN == 0:
        sys.stderr.write(f"slack: problem {seed[1]}\n")
    problem = _problem(samples, features, condition, seed)
    recipe = Recipe(lr=1.0, epochs=epochs, batch_size=batch, momentum=momentum, seed=seed[1])
    try:
        recipe = recipe.but(lr=_SHARE * largest_stable_lr(problem, recipe)[0])
        seen = reference(problem, recipe.but(epochs=1), (epochs,))
    except lntx.LntxError:
        return  # a learning rate that is an estimate
    end = seen.at[epochs]
    sizes = np.maximum(norms(seen.start), norms(end))
    allowed = tolerances(problem, recipe.but(epochs=1), epochs, sizes, seen.way, "steps")
    shape, rows = f"{samples} x {features}", "full" if batch is None else str(batch)
    for backend in _BACKENDS:
        for error, tolerance in zip(_errors(problem, recipe, backend, end) / sizes, allowed, strict=True):
            yield Slack(momentum, rows, epochs, shape, condition, float(tolerance), float(error))


def _errors(problem: Problem, recipe: Recipe, backend: str, end: np.ndarray) -> np.ndarray:
    fit = find(backend).prepare(problem, recipe, "cpu")()
    return norms(np.vstack([fit.weights.double().numpy().T, fit.bias.double().numpy()]) - end)


def _problem(samples: int, features: int, condition: float, seed: tuple[int, int]) -> Problem:
    random = np.random.default_rng(seed)
    units = np.geomspace(1, 1 / condition, features) if features > 1 else np.ones(1)
    inputs = random.standard_normal((samples, features)) * units
    targets = inputs @ random.standard_normal((features, 2)) / units.mean() + [1.0, 1e-3]
    targets += 0.1 * random.standard_normal(targets.shape)
    return Problem(inputs.astype(np.float32), targets.astype(np.float32))
