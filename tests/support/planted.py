"""Backends with one error each, for the tests to find; and one without, to show that it is the error that is found.

`PLANTED` maps each error's name to its `Fault`; `plant` makes it a file in a folder that is then searched for backends.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

import lntx.training.backends
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cpu",)


@dataclass(frozen=True, slots=True)
class Fault:
    """What a planted backend does: everything right, unless told otherwise."""

    factor: float = 2.0  # of the squared error's gradient
    moves_bias: bool = True
    drops_last: bool = False  # the last batch, where it is smaller
    scale: float = 1.0  # of the weights in the end
    halves: bool = False  # residuals pass through float16
    spoils: bool = False  # a weight is no number in the end

    def prepare(self, problem: Problem, recipe: Recipe, device: str) -> Callable[[], Fit]:
        batches = Batches(problem, recipe, device)
        return lambda: self._train(batches, recipe)

    def _train(self, batches: Batches, recipe: Recipe) -> Fit:
        weights, bias = batches.start()
        step = torch.optim.SGD(
            [weights, bias],
            lr=recipe.lr,
            momentum=recipe.momentum,
            dampening=recipe.dampening,
            nesterov=recipe.nesterov,
            weight_decay=recipe.weight_decay,
        ).step
        for x, y in (pair for epoch in range(recipe.epochs) for pair in self._dealt(batches, epoch)):
            residual = (x @ weights.T + bias - y) * (self.factor / y.numel())
            residual = residual.half().to(residual.dtype) if self.halves else residual
            weights.grad = residual.T @ x
            bias.grad = residual.sum(0) if self.moves_bias else None
            step()
        weights = weights * self.scale
        if self.spoils:
            weights[0, 0] = torch.nan
        return Fit(weights, bias)

    def _dealt(self, batches: Batches, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        return (pair for pair in batches.of(epoch) if not self.drops_last or len(pair[0]) == batches.rows)


NOTHING = Fault()
PLANTED = {
    "wrong_factor": Fault(factor=1.0),
    "forgotten_bias": Fault(moves_bias=False),
    "skipped_last_batch": Fault(drops_last=True),
    "off_by_a_thousandth": Fault(scale=1.001),
    "float16_detour": Fault(halves=True),
    "nan": Fault(spoils=True),
}


def refuses(_problem: Problem | None, _recipe: Recipe | None, _device: str) -> None:
    """Take everything."""


def plant(name: str, folder: Path, monkeypatch) -> str:
    """Drop a planted backend in as one new file; return the name under which it is found, in new processes, too."""
    fault = "NOTHING" if name == "nothing" else f"PLANTED[{name!r}]"
    stem = f"planted_{name}"
    text = f'"""Planted: {name}."""\n\nfrom support.planted import *\nfrom support.planted import {fault.partition("[")[0]}\n\n'
    install(stem, f"{text}prepare = {fault}.prepare\n", folder, monkeypatch)
    monkeypatch.setattr(lntx.training.backends, "__path__", [*lntx.training.backends.__path__, str(folder)])
    monkeypatch.delitem(sys.modules, f"lntx.training.backends.{stem}", raising=False)
    return stem


def install(name: str, text: str, folder: Path, monkeypatch) -> str:
    """Install a module as a stranger's package is: with metadata that name it as a backend, for new processes, too."""
    data = folder / f"{name}-1.0.dist-info"
    data.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(text)
    (data / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (data / "entry_points.txt").write_text(f"[lntx.backends]\n{name} = {name}\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, name, raising=False)
    paths = [str(folder), str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return name
