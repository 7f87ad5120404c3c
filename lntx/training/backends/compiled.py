"""torch.compile: functional steps in one graph, no autograd; by torch's scan operator, or ten unrolled before torch 2.8.

The gradient is written down, weights go in and come out as values, and torch.compile makes kernels of it, C++ on the
CPU and Triton on a GPU. A scan takes a whole epoch in one call; unrolled, ten steps are one graph, so that Python is
asked once for ten. Compiling takes seconds, and pays where a training is long enough. The variants are the ways in
which people use torch.compile.
"""

import warnings
from functools import partial
from typing import Any

from lntx.host import compilers, quiet
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.linear.compiling import scanned
from lntx.training.linear.compiling.interface import Way
from lntx.training.linear.compiling.module import Module
from lntx.training.linear.compiling.scanned import Scanned
from lntx.training.linear.compiling.unrolled import Unrolled
from lntx.training.linear.compiling.whole import Whole
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
VARIANTS = {
    "module": "torch.compile: the module and its loss compiled, autograd and torch.optim.SGD around them",
    "train": "torch.compile: a whole step in one graph, torch's module, loss, autograd and SGD",
    "step": "torch.compile: one functional step in one graph, no autograd",
    "unrolled": "torch.compile: ten functional steps in one graph, no autograd",
}
_UNROLLED = partial(Unrolled, limit=10)
_WAYS: dict[str, Any] = {
    "": Scanned if scanned.known() else _UNROLLED,
    "module": Module,
    "train": Whole,
    "step": partial(Unrolled, limit=1),
    "unrolled": _UNROLLED,
}


def refuses(_problem: Any, _recipe: Any, device: str) -> str | None:
    """Refuse where the generated code has no compiler."""
    return compilers.refuses(device)


def prepare(problem: Problem, recipe: Recipe, device: str, *, variant: str = "") -> Run:
    """Upload the samples, and compile every graph that the training will meet."""
    way: Way = _WAYS[variant](Batches(problem, recipe, device), recipe, device)
    with quiet.aside(), warnings.catch_warnings():
        # torch's advice would lose the digits that count here.
        warnings.filterwarnings("ignore", "TensorFloat32 tensor cores")
        for epochs in way.rehearsals(recipe):
            way.train(recipe.but(epochs=epochs, log_every=0))
    return lambda: way.train(recipe)
