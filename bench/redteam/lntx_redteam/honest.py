"""Honest backends under random problems and recipes: whether one is ever rejected, or hands wrong weights back in silence.

Batches of one sample, some and all, shuffled or not, momentum with dampening or Nesterov, weight decay, both dtypes, more
features than samples, features that repeat each other, samples near parallel, whole numbers, units far apart, outputs far
apart, up to 0.99 of the largest stable learning rate, few epochs and, for algebra, up to a hundred million.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import lntx
from lntx import Problem, Recipe
from lntx.training.backends import find
from lntx.training.linear.matrices import norms
from lntx.training.linear.parity.reference import reference
from lntx.training.linear.stability import largest_stable_lr

OUTCOMES = ("agreed", "refused", "diverges", "unprovable", "rejected", "silently wrong")
KINDS = (
    "plain",
    "units apart",
    "off centre",
    "collinear",
    "near parallel",
    "whole numbers",
    "outputs apart",
    "tiny",
    "huge",
)

_STEPS = ("numpy", "manual", "fused", "eager", "torchscript")
_ALGEBRA = ("composed", "blocked", "spectral")
_SELDOM = ("compiled", 500)  # one in so many: it compiles for seconds
_MOMENTA = (0.0, 0.0, 0.5, 0.9, 0.99)
_WRONG = 0.05  # of an output's size
_SLOW = 3000  # steps that a Python loop is asked for
_EPOCHS = 10**8
_SHOWN = 50  # verifications between two lines of progress


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one honest training: its kind of data, the backend, and the outcome."""

    kind: str
    backend: str
    seed: int
    outcome: str


def run(number: int, seed: int) -> tuple[Result, ...]:
    """Verify that many trainings, and train each."""
    return tuple(_tried(seed * 10**6 + i, i) for i in range(number))


def table(results: Sequence[Result]) -> list[str]:
    """Count outcomes by kind of data and by backend, as lines of Markdown; what was rejected or wrong is named by its seed."""
    lines = [f"| over | value | number | {' | '.join(OUTCOMES)} |", "|---|---|" + "--:|" * (1 + len(OUTCOMES))]
    lines.append(_row("all", "", results))
    for name in ("kind", "backend"):
        values = sorted({getattr(result, name) for result in results})
        lines += [
            _row(name, value, [result for result in results if getattr(result, name) == value]) for value in values
        ]
    bad = [result for result in results if result.outcome in OUTCOMES[-2:]]
    lines += ["", *(f"- {bad.outcome}: {bad.backend}, {bad.kind}, seed {bad.seed}" for bad in bad)] if bad else []
    return lines


def _row(name: str, value: str, some: Sequence[Result]) -> str:
    counts = Counter(result.outcome for result in some)
    return f"| {name} | {value} | {len(some)} | {' | '.join(str(counts[outcome]) for outcome in OUTCOMES)} |"


def _tried(seed: int, number: int) -> Result:
    if number % _SHOWN == 0:
        sys.stderr.write(f"honest: verification {number}\n")
    random = np.random.default_rng(seed)
    kind = str(random.choice(KINDS))
    backend = _SELDOM[0] if number % _SELDOM[1] == _SELDOM[1] - 1 else str(random.choice(_STEPS + _ALGEBRA))
    try:
        problem = problem_of(kind, random)
        recipe = recipe_of(problem, backend, random)
        agreed = lntx.verify(problem, recipe, backend).ok
        outcome = "silently wrong" if _silently_wrong(problem, recipe, backend) else "agreed" if agreed else "rejected"
    except (lntx.Refused, lntx.InputError):
        outcome = "refused"
    except lntx.Diverged:
        outcome = "diverges"
    except lntx.Unprovable:
        outcome = "unprovable"
    return Result(kind, backend, seed, outcome)


def _silently_wrong(problem: Problem, recipe: Recipe, backend: str) -> bool:
    """Train, as a user does who asks for no proof, and tell whether an output's weights are far off."""
    fit = lntx.train(problem, recipe, backend)
    end = reference(problem, recipe.but(epochs=1), (recipe.epochs,)).at[recipe.epochs]
    found = np.vstack([fit.weights.double().numpy().T, fit.bias.double().numpy()])
    return bool((norms(found - end) > _WRONG * norms(end)).any())


def problem_of(kind: str, random: np.random.Generator) -> Problem:
    """Draw data of a kind (`KINDS`), of any size and dtype."""
    samples, features, outputs = (int(random.choice(some)) for some in ((1, 2, 5, 20, 60), (1, 2, 5, 20), (1, 1, 2, 3)))
    inputs = random.standard_normal((samples, features)) * 10 ** random.uniform(-2, 2)
    scale = np.ones(outputs)
    match kind:
        case "units apart":
            inputs *= 10 ** random.uniform(-2, 1, features)
        case "off centre":
            inputs += 10 ** random.uniform(-1, 1)
        case "collinear":
            inputs[:, -1] = inputs[:, 0]
        case "near parallel":
            inputs = inputs[:1] * (1 + 1e-3 * random.standard_normal((samples, 1))) + 1e-3 * inputs
        case "whole numbers":
            inputs = random.integers(1, 20, inputs.shape).astype(float)
        case "outputs apart":
            scale = 10 ** random.uniform(-8, 8, outputs)
        case "tiny" | "huge":
            scale *= 1e-12 if kind == "tiny" else 1e12
            inputs *= 1e-6 if kind == "tiny" else 1e6
    targets = inputs @ random.standard_normal((features, outputs)) + random.choice([0.0, 5.0])
    targets += random.choice([0.0, 0.1]) * random.standard_normal(targets.shape)
    dtype = np.dtype(random.choice(["float32", "float64"]))
    return Problem(
        inputs.astype(dtype), (np.round(targets) if kind == "whole numbers" else targets * scale).astype(dtype)
    )


def recipe_of(problem: Problem, backend: str, random: np.random.Generator) -> Recipe:
    """Draw a recipe that is stable on the data, as far as can be known, and not too long for the backend."""
    momentum = float(random.choice(_MOMENTA))
    algebra = find(backend).work == "algebra"
    batches: tuple[int | None, ...] = {"spectral": (None,), "blocked": (1,)}.get(
        backend, (None, 1, max(1, problem.samples // 3))
    )
    recipe = Recipe(
        lr=1.0,
        batch_size=batches[random.integers(len(batches))],
        shuffle=bool(random.random() < (0.0 if algebra else 0.5)),
        momentum=0.0 if backend == "blocked" else momentum,
        nesterov=bool(momentum and backend != "blocked" and random.random() < 0.4),  # noqa: PLR2004  (less than half)
        weight_decay=float(random.choice([0.0, 0.0, 1e-3, 0.1])),
        seed=int(random.integers(1000)),
    )
    if recipe.momentum and not recipe.nesterov:
        recipe = recipe.but(dampening=float(random.choice([0.0, 0.0, 0.5])))
    rate = largest_stable_lr(problem, recipe)[0] * float(random.choice([0.01, 0.3, 0.9, 0.99]))
    longest = _EPOCHS if backend in ("composed", "spectral") else _SLOW // len(recipe.batches(problem.samples))
    return recipe.but(lr=rate, epochs=max(1, int(10 ** random.uniform(0, np.log10(max(longest, 1))))))
