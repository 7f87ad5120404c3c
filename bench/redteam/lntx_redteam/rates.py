"""The largest stable learning rate against recipes drawn at random, by a judge that owes lntx's search nothing.

The judge writes each step out as a matrix on (weights, buffer) in long double, multiplies an epoch's, and squares the
product again and again: what grows is unstable. Beside it the eigenvalues, in all coordinates, and the steps themselves
on a random error. Shuffled orders, which are no one product, are taken step by step alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from lntx import Problem, Recipe
from lntx.training.linear.stability import limit

_MOMENTA = (0.0, 0.5, 0.9, 0.95, 0.99)
_DAMPENINGS = (0.0, 0.0, 0.3, 0.9)
_SELDOM = 0.25
_SQUARINGS = (
    27  # 2 to that power epochs, 1.3e8, as many as an algebra is ever asked for here: radii above 1 by 1e-8 show
)
_EPOCHS = 400  # that are taken step by step in drawn orders
_REPEATED = 100  # in fixed order
_GREW = np.log(2)  # from half of the epochs to all of them, by squaring
_EXPLODED = np.log(1e3)  # from the second quarter to the last, step by step


@dataclass(frozen=True, slots=True)
class Result:
    """What was said of one recipe, and whether it holds: 0.99 and 1.01 of the rate, where it is exact, and half of it."""

    kind: str
    seed: int
    known: str
    rate: float
    below_holds: bool | None
    above_diverges: bool | None
    half_holds: bool

    @property
    def ok(self) -> bool:
        """Whether an exact rate is the border, and half of any rate is stable."""
        return self.half_holds and self.below_holds is not False and self.above_diverges is not False


def run(number: int, seed: int) -> tuple[Result, ...]:
    """Judge that many recipes."""
    return tuple(_judged(seed * 10**6 + i) for i in range(number))


def table(results: Sequence[Result]) -> list[str]:
    """Count by kind and by how the rate is known, as lines of Markdown."""

    def family(result: Result) -> tuple[str, str]:
        return result.kind, result.known

    lines = [
        "| recipes | known as | number | 0.99 of it converges | 1.01 of it diverges | half of it never diverges |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for (kind, known), members in groupby(sorted(results, key=family), family):
        some = list(members)
        counts = [_count(some, name) for name in ("below_holds", "above_diverges", "half_holds")]
        lines.append(f"| {kind} | {known} | {len(some)} | {' | '.join(counts)} |")
    return lines


def _count(results: Sequence[Result], name: str) -> str:
    values = [getattr(result, name) for result in results]
    return "not said" if None in values else str(sum(values))


def _judged(seed: int) -> Result:
    problem, recipe = drawn(np.random.default_rng(seed))
    found = limit(problem, recipe)
    half = not diverges(problem, recipe.but(lr=0.5 * found.rate))
    if found.known != "exact":
        return Result(_kind(problem, recipe), seed, found.known, found.rate, None, None, half)
    below, above = (diverges(problem, recipe.but(lr=share * found.rate)) for share in (0.99, 1.01))
    return Result(_kind(problem, recipe), seed, found.known, found.rate, not below, above, half)


def _kind(problem: Problem, recipe: Recipe) -> str:
    rows = recipe.rows(problem.samples)
    batch = "full batch" if rows == problem.samples else "one sample a step" if rows == 1 else "mini-batches"
    order = ", shuffled" if recipe.order(0, problem.samples) is not None else ""
    momentum = ", Nesterov" if recipe.nesterov else ", momentum" if recipe.momentum else ""
    return batch + order + momentum + (", dampened" if recipe.momentum and recipe.dampening else "")


def drawn(generator: Any) -> tuple[Problem, Recipe]:
    """Draw a problem, with fewer samples than features, parallel or badly scaled columns as it comes, and a recipe."""
    samples, features = int(generator.integers(1, 17)), int(generator.integers(1, 9))
    inputs = generator.standard_normal((samples, features)) + generator.choice([0.0, 0.0, 3.0])
    if _seldom(generator):
        inputs *= 10 ** generator.uniform(-1.5, 1.5, features)
    if _seldom(generator):
        inputs *= 10 ** generator.uniform(-1.0, 1.0, (samples, 1))
    if _seldom(generator) and features > 1:
        inputs[:, 1] = 2 * inputs[:, 0] + generator.choice([0.0, 1e-6]) * inputs[:, 1]
    if _seldom(generator):
        inputs = np.round(3 * inputs)
    inputs *= generator.choice([1.0, 1.0, 1e-8, 1e8])
    problem = Problem(inputs, generator.standard_normal(samples))
    return problem, _recipe(generator, samples, float(np.mean(np.square(inputs)) + 1))


def _seldom(generator: Any) -> bool:
    return bool(generator.random() < _SELDOM)


def _recipe(generator: Any, samples: int, size: float) -> Recipe:
    momentum = float(generator.choice([*_MOMENTA, generator.random()]))
    nesterov = bool(momentum and _seldom(generator))
    return Recipe(
        batch_size=[1, None, int(generator.integers(1, samples + 1))][int(generator.integers(3))],
        momentum=momentum,
        nesterov=nesterov,
        dampening=0.0 if nesterov else float(generator.choice(_DAMPENINGS)),
        weight_decay=float(generator.choice([0.0, 0.0, 0.01, 1.0])) * size,
        shuffle=_seldom(generator),
        seed=int(generator.integers(100)),
        lr=10 ** generator.uniform(-3, 1) / size,
    )


def diverges(problem: Problem, recipe: Recipe) -> bool:
    """Tell whether errors grow without end at the recipe's rate."""
    steps = _by_steps(problem, recipe)
    if recipe.order(0, problem.samples) is not None:
        return bool(steps > _EXPLODED)
    epoch = _product(problem, recipe)
    grows = _by_squaring(epoch) > _GREW
    radius = float(np.abs(np.linalg.eigvals(epoch.astype(np.float64))).max())
    if grows != (radius > 1 + 1e-6) and abs(radius - 1) > 1e-3:  # noqa: PLR2004  (nearer, the one may see what the other can't)
        raise ArithmeticError(f"the judge contradicts itself: radius {radius}, grows {grows}")
    return bool(grows or steps > 10 * _EXPLODED)


def _matrices(problem: Problem, recipe: Recipe) -> Iterator[Any]:
    """Write each step of an epoch in the data's order out: (weights, buffer times lr) to the same."""
    inputs = np.column_stack([problem.X, np.ones(problem.samples)]).astype(np.longdouble)
    one = np.eye(inputs.shape[1], dtype=np.longdouble)
    share, again = 1 - np.longdouble(recipe.dampening), np.longdouble(recipe.momentum)
    for batch in recipe.batches(problem.samples):
        x = inputs[batch]
        pull = recipe.lr * (2 / np.longdouble(len(x) * problem.outputs) * x.T @ x + recipe.weight_decay * one)
        if not again:
            yield one - pull
        elif recipe.nesterov:
            yield np.block([[one - (1 + again) * pull, -again * again * one], [pull, again * one]])
        else:
            yield np.block([[one - share * pull, -again * one], [share * pull, again * one]])


def _product(problem: Problem, recipe: Recipe) -> Any:
    product: Any = None
    for step in _matrices(problem, recipe):
        product = step if product is None else step @ product
    return product


def _by_squaring(epoch: Any) -> float:
    """Measure by how much, as a logarithm, the product of all epochs is larger than that of half of them."""
    size = np.longdouble(0)
    power = epoch
    for _ in range(_SQUARINGS):
        norm = np.sqrt(np.sum(np.square(power)))
        power, before = power / norm, size + np.log(norm)
        power, size = power @ power, 2 * before
    return float(size + np.log(np.sqrt(np.sum(np.square(power)))) - before)


def _by_steps(problem: Problem, recipe: Recipe) -> float:
    """Measure by how much, as a logarithm, an error grows from the second quarter of some epochs to the last."""
    inputs = np.column_stack([problem.X, np.ones(problem.samples)])
    generator = np.random.default_rng(1)
    state = tuple(generator.standard_normal((2, inputs.shape[1])))
    size, sizes = 0.0, []
    for epoch in range(_REPEATED if recipe.order(0, problem.samples) is None else _EPOCHS):
        order = recipe.order(epoch, problem.samples)
        ordered = inputs if order is None else inputs[order]
        for batch in recipe.batches(problem.samples):
            state = _stepped(recipe, ordered[batch], *state)
        norm = max(float(np.linalg.norm(state)), 1e-300)
        state, size = (state[0] / norm, state[1] / norm), size + np.log(norm)
        sizes.append(size)
    quarters = np.reshape(sizes, (4, -1)).mean(axis=1)
    return float(quarters[3] - quarters[1])


def _stepped(recipe: Recipe, x: Any, theta: Any, buffer: Any) -> tuple[Any, Any]:
    """Take a step on an error of weights and of the buffer times lr."""
    push = recipe.lr * (2 / len(x) * ((x @ theta) @ x) + recipe.weight_decay * theta)
    if not recipe.momentum:
        return theta - push, np.zeros_like(buffer)
    buffer = recipe.momentum * buffer + (1 - recipe.dampening) * push
    return theta - (push + recipe.momentum * buffer if recipe.nesterov else buffer), buffer
