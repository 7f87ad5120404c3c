"""Vowpal Wabbit: its own driver over a cache file, many passes, set to take the very same steps.

`--sgd` leaves out its adaptive, normalized and invariant updates, `--power_t 0` keeps the rate constant; its derivative of the
squared error has the factor 2, as torch's has. The bias is the weight of one more input, 1 in every sample, as `--noconstant`
leaves out its own, whose place among the weights is a hash; predictions aren't clipped to the targets seen. The samples lie
in a cache file, as its documentation advises for more than one pass.
"""

import shutil
import tempfile
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lntx.errors import Diverged
from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cpu",)
_ALIKE = "--quiet --no_stdin --sgd --power_t 0 --noconstant --holdout_off --min_prediction -1e30 --max_prediction 1e30"
_CLIPPED = 1e30  # it can't be told not to clip; what diverges stays finite so, and looks like a fit


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse what Vowpal Wabbit doesn't do, or does otherwise than torch."""
    if not find_spec("vowpalwabbit"):
        return "it needs Vowpal Wabbit, which is not installed; pip install vowpalwabbit"
    if problem is None or recipe is None:
        return None
    reasons = (
        (recipe.rows(problem.samples) != 1, "it takes one sample a step; use batch_size=1, or the backend jax"),
        (problem.outputs != 1, f"it trains one output, and here are {problem.outputs}; use the backend jax"),
        (recipe.momentum, "it knows no momentum; use the backend jax"),
        (recipe.weight_decay, "it truncates weights instead of decaying them; use the backend jax"),
        (recipe.shuffle, "its passes are in the order of the file; use the backend jax"),
        (
            (recipe.dtype or problem.dtype) != "float32",
            "it computes in float32; use dtype='float32', or the backend jax",
        ),
    )
    return next((reason for holds, reason in reasons if holds), None)


def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
    """Write the samples to a file, and let one pass make the cache of it."""
    from vowpalwabbit import pyvw  # noqa: PLC0415  (a peer, loaded late)

    X, Y = problem.cast(recipe.dtype)
    count = problem.features + 1
    bits = count.bit_length()
    folder = Path(tempfile.mkdtemp(prefix="lntx-vw-"))
    text, cache = folder / "samples.txt", folder / "samples.cache"
    alike = [*_ALIKE.split(), "-b", str(bits), "-l", repr(recipe.lr), "--cache_file", str(cache), "-d", str(text)]
    _write(text, X, Y[:, 0])
    pyvw.Workspace(arg_list=alike).finish()
    text.write_text("", encoding="utf-8")  # from here on there is the cache

    def train(values: Any, epochs: range) -> None:
        """Take the steps of some epochs from these weights, the bias behind them, in place."""
        native = pyvw.pylibvw.vw(
            [*alike, "--passes", str(len(epochs))]
        )  # Workspace would train before it takes weights
        for i, value in enumerate(values):
            native.set_weight(i, 0, float(value))
        native.run_parser()
        values[:] = [native.get_weight(i, 0) for i in range(count)]
        native.finish()

    def run() -> Fit:
        history = History(recipe)
        weights, bias = initial(problem.features, 1, recipe.seed, torch.float32)
        values = np.append(weights.numpy()[0], bias.numpy())
        for epochs in recipe.segments():
            train(values, epochs)
            weights, bias = torch.from_numpy(values[None, :-1].copy()), torch.from_numpy(values[-1:].copy())
            history.keep(epochs.stop, weights, bias)
        if np.abs(X @ values[:-1] + values[-1]).max() >= _CLIPPED:
            raise Diverged("the predictions are so large that Vowpal Wabbit clips them")
        return history.fit(weights, bias)

    weakref.finalize(run, shutil.rmtree, folder, ignore_errors=True)
    return run


def _write(path: Path, X: Any, y: Any) -> None:
    """Write samples in Vowpal Wabbit's own format, its inputs named by their numbers, 1 behind them."""
    with path.open("w", encoding="utf-8") as file:
        for row, target in zip(X.tolist(), y.tolist(), strict=True):
            inputs = " ".join(f"{i}:{value!r}" for i, value in enumerate([*row, 1.0]))
            file.write(f"{target!r} | {inputs}\n")
