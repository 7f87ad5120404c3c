"""Triton kernels: small trainings in one launch, larger steps with X read once by the whole GPU.

Where a batch is small, one program for each output does the whole training in one launch. Where it is large, a step is
two kernels over the whole GPU: residuals and the sums of the gradient while rows of X are at hand, so that X is read
once, and then the weights; many steps are recorded in a graph.
"""

import os
from importlib.util import find_spec
from math import inf

from lntx.host import compilers
from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.device import current
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cuda", "cpu")

_KERNEL_S = 1.5e-6  # from the start of one kernel of a graph to the start of the next
_STEP_S = 5e-7  # of one program: sums across its threads, and loads that wait for memory
_MULTIPROCESSORS = 100  # of a large GPU, of which one program uses one

SMALL = 2**16
"""Numbers in a batch, padded columns included, up to which one program takes it alone: a multiprocessor reads that much
from its caches in about the time that the two kernels of a step on the whole GPU need to start and to end."""
WIDEST = 2**12
"""Columns of a tile: a row of X, with its 1, stays in one program's registers."""


def refuses(problem: Problem | None, recipe: Recipe | None, device: str) -> str | None:
    """Refuse the CPU, but for Triton's interpreter, and rows too wide for registers."""
    if not find_spec("triton"):
        return f"it needs {compilers.lacks()}"
    if device.startswith("cuda"):
        if _interpreting():
            return "TRITON_INTERPRET is set, which keeps its kernels off the GPU; unset it, or use --device cpu"
        if lacking := compilers.lacks():
            return f"it needs {lacking}"
    elif not _interpreting():
        return "its kernels need a GPU; to prove them on the CPU, slowly, set TRITON_INTERPRET=1 in the environment"
    if problem and recipe and problem.features >= WIDEST:
        return f"it takes up to {WIDEST - 1} features, a row held in registers; use the backend manual or spectral"
    return None


def _interpreting() -> bool:
    """Whether Triton was told to interpret its kernels, in the words that it takes for yes."""
    return os.environ.get("TRITON_INTERPRET", "").lower() in {"1", "true", "yes", "on", "y"}


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples, compile, and where steps are launched one by one, capture them."""
    from lntx.training.linear.kernels.gpu import launch  # noqa: PLC0415  (triton is optional)

    batches = Batches(problem, recipe, device)
    columns = 1 << problem.features.bit_length()  # the least power of 2 that has room for a row and its 1
    with current(device):
        alone = batches.rows * columns <= SMALL
        training = (launch.Program if alone else launch.Grid)(batches, recipe, columns, device)

    def run() -> Fit:
        with current(device):
            training.reset()
            history = History(recipe)
            for epochs in recipe.segments():
                training.advance(epochs)
                history.keep(epochs.stop, training.weights, training.bias)
            return history.fit(training.weights, training.bias)

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: what a multiprocessor reads alone, or two kernels a step on the whole GPU; nobody waits for the interpreter."""
    if _interpreting():
        return inf
    rows, steps = recipe.rows(problem.samples), recipe.steps(problem.samples)
    reading = recipe.epochs * limits.read_s(problem.nbytes(recipe.dtype))
    if rows * (1 << problem.features.bit_length()) <= SMALL:
        return steps * _STEP_S + reading * _MULTIPROCESSORS
    return steps * 2 * _KERNEL_S + reading
