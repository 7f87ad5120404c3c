"""The proof: a backend's weights against a float64 reference of the same recurrence, at checkpoints and at the end.

Each call is made twice or more, the later ones from inputs that the backend hasn't seen (`lntx.training.audit`). A backend
of the work class `solution` goes through no recurrence: it is held against the optimum (`optimum`).
"""

import math
from collections.abc import Iterator, Sequence

from lntx.errors import Diverged, Refused, Unprovable
from lntx.record import Agreement, Work
from lntx.training import digest
from lntx.training.backends.interface import Backend
from lntx.training.boundary import Training, prepared
from lntx.training.fit import Fit, Outcome
from lntx.training.linear.matrices import norm
from lntx.training.linear.parity.optimum import optimum
from lntx.training.linear.parity.reference import Reference, reference
from lntx.training.linear.parity.trial import Follows, Held, Trial, logged, timeless
from lntx.training.linear.problem import Problem
from lntx.training.linear.stability import advice
from lntx.training.recipe import Recipe
from lntx.training.request import checked, request

__all__ = ["Follows", "Held", "Trial", "agreement", "checkpoints", "ending", "trials", "verify"]

_HEADS = (100, 10, 3)  # where one epoch already converges: the first samples alone, this fraction of them
_CONVERGED = 1e-2  # of the way from start to end: closer is called converged

REMEMBERS = "it gives what it gave before, or trained beforehand, whatever start and targets its call is given"
"""Said of a call that is right for one set of inputs alone."""

NOT_FINITE = (
    "its weights are not finite, where those of the reference are: the backend is at fault, not the learning rate"
)


def verify(problem: Problem, recipe: Recipe | None = None, backend: str = "eager", device: str = "cpu") -> Agreement:
    """Train with a backend for a few epochs, for more, and for all; hold each outcome against the reference.

    At least three checkpoints lie before convergence where there is a way to go at all; each is a training of its own,
    so that a backend needs to support nothing but training, and each is called twice, the second time from other inputs.
    Where the recipe logs, the loss history is held against the reference too. A solution is solved anew for the first
    samples alone instead. Raises as `prepare` does, Unprovable where agreement would prove nothing, InputError for what is
    no fit, and Disagreement where the backend writes into its inputs.
    """
    problem, recipe, device = request(problem, recipe, device)
    chosen = checked(problem, recipe, backend, device)  # once: a few samples of a stable training may be steep alone
    with digest.settled():
        return _verified(problem, recipe, chosen, device)


def _verified(problem: Problem, recipe: Recipe, chosen: Backend, device: str) -> Agreement:
    planned = list(trials(problem, recipe, chosen.work))
    planned[-1].check_that_it_moves()
    refused: list[str] = []
    tried: list[tuple[Trial, list[Held]]] = []
    for trial in planned:
        if reason := chosen.refuses(trial.problem, trial.recipe, device):
            refused.append(reason)  # it takes the whole, and not its first samples alone
            continue
        training = prepared(chosen, trial.problem, trial.recipe, device)
        tried.append((trial, called(trial, training)))
        if not all(one.ok for one in tried[-1][1]):
            break  # further ones only cost time
    found = [one for _, several in tried for one in several]
    points = tuple(point for one in found for point in one.points)
    way = planned[-1].reference.way
    if not all(point.ok for point in points):
        return Agreement(points, way, note=wrong(found))
    _check_enough(problem, recipe, planned, [trial for trial, _ in tried], refused)
    check_that_it_follows([one.follows for one in found])
    notes = [f"{len(refused)} of {len(planned)} checkpoints were refused: {reason}" for reason in refused[:1]]
    last = training.kept[0].fit
    return Agreement(points, way, to_truth(problem, last), "; ".join([*notes, *unkept(recipe, last)]))


def wrong(found: Sequence[Held]) -> str:
    """Return how outcomes of one backend's calls are wrong, where more can be said than by how much."""
    if not all(math.isfinite(point.error) for held in found for point in held.points):
        return NOT_FINITE
    return REMEMBERS if any(held.ok for held in found[-2:]) else ""


def unkept(recipe: Recipe, fit: Fit) -> list[str]:
    """Say, where a recipe asks for a loss history, how much of it a backend didn't keep."""
    due = len(range(recipe.log_every, recipe.epochs, recipe.log_every)) if recipe.log_every else 0
    kept = len(fit.snapshots)
    return [f"it kept {kept} of the {due} entries of the loss history that were asked for"] if kept < due else []


def called(trial: Trial, training: Training) -> list[Held]:
    """Make the call of a training twice, the second time from inputs that it hasn't seen; hold both outcomes."""
    with training.series():
        training()
        training.keep()
        training.renew()
        training()
        training.keep()
    training.check()
    return [trial.hold(outcome) for outcome in training.kept]


def _check_enough(
    problem: Problem, recipe: Recipe, planned: Sequence[Trial], tried: Sequence[Trial], refused: Sequence[str]
) -> None:
    """Raise where refusals leave the end alone, and the optimum would pass for it; Refused where nothing is left."""
    if not tried:
        raise Refused(f"every training was refused: {refused[0]}")
    end = planned[-1]
    if not refused or any(
        trial.problem is not problem or trial.differs(end.end) for trial in tried if trial is not end
    ):
        return
    try:
        best = optimum(problem, recipe)[0].start
    except Refused:  # many optima: which of them it would be, the start decides, and so the way there
        return
    if end.differs(best) or end.allowed is not None:
        return
    raise Unprovable(
        f"it refuses every checkpoint before convergence ({refused[0]}), and at the end the optimum passes for the weights that "
        "the steps reach: nothing is proven of its steps; let it take fewer epochs too"
    )


def check_that_it_follows(follows: Sequence[Follows]) -> None:
    """Raise Unprovable where no call was seen to follow its inputs: it can't be told from one that remembers."""
    asked = [one for one in follows if one is not Follows.UNASKED]
    if asked and all(one is Follows.NOTHING for one in asked):
        raise Unprovable(
            "its call gives the same weights whatever start and targets it is given, so that it can't be told from one that "
            "remembers them: draw the start in the call (lntx.training.linear.model.initial), and read problem.Y there"
        )


def agreement(problem: Problem, recipe: Recipe, fit: Fit, work: Work = "steps") -> Agreement:
    """Hold one fit, as a backend's call returned it, against the reference at its end: what is asked of a timed run.

    The loss history that it kept is held too, where the recipe asks for one. work is the backend's class: a solution is
    held against the optimum. Raises Unprovable where agreement would prove nothing.
    """
    with digest.settled():
        trial = ending(problem, recipe, work)
        trial.check_that_it_moves()
        return Agreement(trial.hold(Outcome(fit)).points, trial.reference.way, to_truth(problem, fit))


def ending(problem: Problem, recipe: Recipe, work: Work = "steps") -> Trial:
    """Make the trial of a whole training."""
    if work == "solution":
        return _solved(problem, recipe, recipe.epochs)
    epochs = tuple(sorted({*logged(recipe), recipe.epochs}))
    seen = _reference(problem, recipe, epochs)
    return Trial(problem, recipe, recipe.epochs, seen, work=work)


def trials(problem: Problem, recipe: Recipe, work: Work = "steps") -> Iterator[Trial]:
    """Yield the checkpoints, the cheapest first, the whole training last."""
    if work == "solution":
        yield from _solutions(problem, recipe)
        return
    epochs = checkpoints(recipe.epochs)
    all_epochs = sorted({*epochs, *(e for stop in epochs for e in logged(recipe.but(epochs=stop)))})
    seen = _reference(problem, recipe, tuple(all_epochs))
    way_to_go = norm(seen.at[epochs[-1]] - seen.start)
    if norm(seen.at[epochs[-1]] - seen.at[epochs[0]]) < _CONVERGED * way_to_go:
        yield from _heads(problem, recipe.but(epochs=1), work)
    yield from (Trial(problem, recipe.but(epochs=epoch), epoch, seen, work=work) for epoch in epochs)


def checkpoints(epochs: int) -> tuple[int, ...]:
    """Spread epochs evenly in the logarithm: the first, two between, the last; the first three of a short training."""
    between = {1, round(epochs ** (1 / 3)), round(epochs ** (2 / 3)), epochs}
    return tuple(sorted(between if len(between) == 4 else {1, 2, 3, epochs}))  # noqa: PLR2004  (three and the end)


def _heads(problem: Problem, recipe: Recipe, work: Work) -> Iterator[Trial]:
    """Yield trainings on the first samples alone, where one epoch over all would already have converged."""
    rows = recipe.rows(problem.samples)
    for samples in sorted({max(rows, problem.samples // part) for part in _HEADS} - {problem.samples}):
        head = problem.head(samples)
        yield Trial(head, recipe, samples / problem.samples, _reference(head, recipe, (1,)), work=work)


def _solutions(problem: Problem, recipe: Recipe) -> Iterator[Trial]:
    """Yield the optima of the first samples alone, where they are more than the weights, and of all."""
    enough = 2 * (problem.features + 1)
    for samples in sorted({problem.samples // part for part in _HEADS if problem.samples // part >= enough}):
        yield _solved(problem.head(samples), recipe.but(batch_size=None), samples / problem.samples)
    yield _solved(problem, recipe, recipe.epochs)


def _solved(problem: Problem, recipe: Recipe, epoch: float) -> Trial:
    found, allowed = optimum(problem, recipe)
    return Trial(problem, recipe, epoch, found, allowed, work="solution")


def _reference(problem: Problem, recipe: Recipe, epochs: tuple[int, ...]) -> Reference:
    """Train the reference without its history; where it diverges, say up to which rate it would not."""
    try:
        return reference(problem, timeless(recipe), epochs)
    except Diverged as error:
        raise Diverged(f"{error}; {advice(problem, recipe)}") from None


def to_truth(problem: Problem, fit: Fit) -> float | None:
    """Measure the relative distance to the true weights, where they are known and free of noise."""
    if problem.weights is None or problem.bias is None or problem.noise:
        return None
    weights, bias = fit.weights.double().numpy(), fit.bias.double().numpy()
    if weights.shape != problem.weights.shape or bias.shape != problem.bias.shape:
        return None
    return norm(weights - problem.weights, bias - problem.bias) / norm(problem.weights, problem.bias)
