"""What every kernel is compiled with, and the constants of a recipe as kernels take them."""

from typing import Any, NamedTuple

import numpy as np

from lntx.training.recipe import Recipe

FAST = {"contract", "reassoc", "nsz", "arcp"}  # not nnan, not ninf: divergence must show
OPTIONS: dict[str, Any] = {"cache": True, "fastmath": FAST, "nogil": True, "error_model": "numpy"}


class Constants(NamedTuple):
    """A recipe's numbers in the training's dtype: float64 ones would draw float32 arithmetic up with them."""

    lr: Any
    momentum: Any
    share: Any
    nesterov: bool
    decay: Any


def constants(recipe: Recipe, dtype: Any) -> Constants:
    """Round a recipe's numbers to a dtype."""
    kind = np.dtype(dtype).type
    return Constants(
        kind(recipe.lr), kind(recipe.momentum), kind(1 - recipe.dampening), recipe.nesterov, kind(recipe.weight_decay)
    )
