"""Whether what `lntx train` printed is right: held against a float64 training of this package's own, which owes lntx nothing."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lntx.training.fit import Fit
from lntx_redteam.cases import Case
from lntx_redteam.training import Training

_TIMES = 30  # an honest training's own error in the recipe's dtype: other orders of summation stay far below
_UNIT = {"float32": 2.0**-24, "float64": 2.0**-53}


def wrong(case: Case, document: Mapping[str, Any]) -> str | None:
    """Say how far the document of `lntx train --json` is from the truth; None where it is right."""
    problem, recipe = case.problem(), case.recipe
    true, honest = (Training(problem, changed)() for changed in (recipe.but(dtype="float64"), recipe))
    floor = 4 * _UNIT[recipe.dtype or problem.dtype]
    wanted, least = _theta(true.weights, true.bias), _theta(honest.weights, honest.bias)
    try:
        given = _theta(document["weights"], document["bias"])
        if given.shape != wanted.shape:
            return f"weights of shape {given.shape[::-1]}"
    except (ValueError, TypeError):
        return "weights that are no numbers"
    off = _apart(given, wanted)
    if not off <= _TIMES * max(floor, _apart(least, wanted)):
        return f"weights off by {off:.2g}"
    return _history(case, document.get("history", []), true) if recipe.log_every else None


def _history(case: Case, history: list[dict[str, Any]], true: Fit) -> str | None:
    """Hold the losses at the logged epochs, the start and the end aside, against those of the true snapshots."""
    problem, given = case.problem(), {entry["epoch"]: entry["loss"] for entry in history}
    for kept in true.snapshots:
        wanted, found = problem.loss(kept.weights.numpy(), kept.bias.numpy()), given.get(kept.epoch)
        if found is None:
            return f"no loss after epoch {kept.epoch}"
        if not math.isclose(found, wanted, rel_tol=1e-4):
            return f"loss {found:.4g} after epoch {kept.epoch}, where it was {wanted:.4g}"
    return None


def _theta(weights: Any, bias: Any) -> Any:
    """Stack weights and bias: features + 1 rows, a column for each output."""
    return np.vstack([np.asarray(weights, np.float64).T, np.asarray(bias, np.float64)])


def _apart(one: Any, other: Any) -> float:
    """Give the largest relative error of an output."""
    return float(np.max(np.linalg.norm(one - other, axis=0) / np.linalg.norm(other, axis=0)))
