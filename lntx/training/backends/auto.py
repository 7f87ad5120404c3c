"""Auto: the backend that a cost model, fed with this machine's limits, expects to be fastest.

Each backend of lntx's that offers `seconds` guesses its own time for the training at hand from what the machine can do
at most: bytes read, operations, calls, by the work that its algebra takes. The least guess is taken, and `lntx train`
says which that was and what it expected of the others.

The limits are probed once a machine and kept in the user's cache (`lntx.host.kept_limits`).
"""

from typing import Any

import torch

from lntx.host import kept_limits
from lntx.training.backends import included as backends  # somebody else's may break all that it is asked for
from lntx.training.backends.interface import Backend, Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "algebra"  # it may take one that doesn't do each step


def refuses(problem: Problem | None, recipe: Recipe | None, device: str) -> str | None:
    """Refuse where none that guesses its time can do it."""
    if problem is None or recipe is None or any(_able(problem, recipe, device)):
        return None
    return "no backend that it could choose takes this; lntx backends says which there are"


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Choose, and let the chosen one prepare."""
    chosen, _ = _ranked(problem, recipe, device)[0]
    return chosen.prepare(problem, recipe, device)


def weighs(problem: Problem, recipe: Recipe, device: str) -> dict[str, float]:
    """Return the seconds that each is expected to take, the chosen one first."""
    return {backend.name: float(seconds) for backend, seconds in _ranked(problem, recipe, device)}


def _ranked(problem: Problem, recipe: Recipe, device: str) -> list[tuple[Backend, float]]:
    limits = kept_limits.limits(device, torch.get_num_threads())
    guesses: Any = [(backend, backend.seconds(problem, recipe, limits)) for backend in _able(problem, recipe, device)]
    return sorted(guesses, key=lambda pair: pair[1])


def _able(problem: Problem, recipe: Recipe, device: str) -> list[Any]:
    guessing = [backend for backend in backends().values() if backend.seconds and ":" not in backend.name]
    return [backend for backend in guessing if not backend.refuses(problem, recipe, device)]
