"""What every kernel is compiled with, and the constants of a recipe as kernels take them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import typeof

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


def compiled(kernel: Any, use: Callable[[Any], Any]) -> Any:
    """Compile a kernel for the arguments that `use` calls it with, and give the compiled function itself.

    numba takes a microsecond and more a call to find out that arrays which can't be written to are of types that it knows. The
    function asks nothing: only arguments of those very types are right.
    """
    types: Any = ()

    def noted(*given: Any) -> None:
        nonlocal types
        types = tuple(typeof(argument) for argument in given)  # type: ignore[no-untyped-call]
        kernel(*given)

    use(noted)
    return kernel.overloads[types].entry_point
