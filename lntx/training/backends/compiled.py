"""torch.compile: ten functional steps in one graph, no autograd."""

import os
import shutil
import types
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lntx.training import toolchain
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.model import LNTXModel
from lntx.training.optimizer import sgd
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
VARIANTS = {
    "step": "torch.compile: one functional step a call, no autograd",
    "module": "torch.compile: the module and its loss compiled, autograd and torch.optim.SGD around them",
}
UNROLLED = 10
"""Steps in one graph. A compiled call costs some 20 to 100 us for its guards, which ten steps share; the time to
compile grows with the steps in the graph."""

_State = tuple[Tensor, Tensor, Tensor, Tensor]


def refuses(_problem: Any, _recipe: Any, device: str) -> str | None:
    """Refuse where the generated code has no compiler."""
    if device.startswith("cuda"):
        lacking = toolchain.lacks()
        return f"for CUDA, torch.compile needs {lacking}" if lacking else None
    compilers = [os.environ.get("CXX", ""), "c++", "g++", "clang++", "cl"]
    if any(name and shutil.which(name) for name in compilers):
        return None
    return "torch.compile needs a C++ compiler for the CPU; install g++, or name one in CXX"


def prepare(problem: Problem, recipe: Recipe, device: str, *, variant: str = "") -> Run:
    """Upload the samples, and compile every graph that the training will meet."""
    batches = Batches(problem, recipe, device)
    run = _module_run(batches, device) if variant == "module" else _functional_run(batches, recipe, variant)
    for epochs in _rehearsals(batches, recipe):
        run(recipe.but(epochs=epochs, log_every=0))
    return lambda: run(recipe)


def _rehearsals(batches: Batches, recipe: Recipe) -> Iterator[int]:
    """Yield the fewest epochs that meet the shapes of the whole training, so that none is compiled while timed."""
    if len(batches.X) > batches.rows:
        yield 1  # an epoch meets whole chunks, the last steps of an epoch, and the last smaller batch
        return
    yield from {min(len(stretch), UNROLLED) for stretch in recipe.segments()}
    yield from {len(stretch) % UNROLLED for stretch in recipe.segments()} - {0}


def _functional_run(batches: Batches, recipe: Recipe, variant: str) -> Callable[[Recipe], Fit]:
    chunk = torch.compile(_own_code(_chunk(recipe)), dynamic=False, fullgraph=True)
    limit = 1 if variant == "step" else UNROLLED

    @torch.no_grad()
    def run(recipe: Recipe) -> Fit:
        weights, bias = batches.start()
        state: _State = (weights, bias, torch.zeros_like(weights), torch.zeros_like(bias))
        history = History(recipe)
        fresh = True
        for epochs in recipe.segments():
            for x, y in _chunks(batches, epochs, limit):
                state = chunk(*state, x, y, fresh and recipe.dampening != 0)
                fresh = False
            history.keep(epochs.stop, *state[:2])
        return history.fit(*state[:2])

    return run


def _chunks(batches: Batches, epochs: range, limit: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield batches in stacks: steps x batch size x features, and x outputs."""
    samples, rows = len(batches.X), batches.rows
    if rows == samples:  # full batch: the same samples, epoch after epoch
        for done in range(0, len(epochs), limit):
            steps = min(limit, len(epochs) - done)
            yield batches.X.expand(steps, -1, -1), batches.Y.expand(steps, -1, -1)
        return
    whole = samples // rows * rows
    for epoch in epochs:
        X, Y = batches.ordered(epoch)
        yield from zip(
            *(torch.split(part[:whole].view(-1, rows, part.shape[1]), limit) for part in (X, Y)), strict=True
        )
        if whole < samples:
            yield X[whole:][None], Y[whole:][None]


def _chunk(recipe: Recipe) -> Callable[..., _State]:
    lr, momentum, decay, nesterov = recipe.lr, recipe.momentum, recipe.weight_decay, recipe.nesterov
    damped = 1 - recipe.dampening

    def chunk(
        weights: Tensor, bias: Tensor, velocity: Tensor, push: Tensor, X: Tensor, Y: Tensor, fresh: bool
    ) -> _State:
        share = 1.0 if fresh else damped
        for x, y in zip(X, Y, strict=True):
            residual = (torch.addmm(bias, x, weights.t()) - y) * (2 / y.numel())
            slope, offset = residual.t() @ x + decay * weights, residual.sum(0) + decay * bias
            if momentum:
                velocity, push = momentum * velocity + share * slope, momentum * push + share * offset
                share = damped
                slope = slope + momentum * velocity if nesterov else velocity
                offset = offset + momentum * push if nesterov else push
            weights, bias = weights - lr * slope, bias - lr * offset
        return weights, bias, velocity, push

    return chunk


def _module_run(batches: Batches, device: str) -> Callable[[Recipe], Fit]:
    criterion = nn.MSELoss()

    def loss(model: LNTXModel, x: Tensor, y: Tensor) -> Any:
        return criterion(model(x), y)

    compiled = torch.compile(_own_code(loss), dynamic=False, fullgraph=True)
    model = LNTXModel.of(*batches.start()).to(device)  # one module for all runs: a new one would be compiled anew

    def run(recipe: Recipe) -> Fit:
        with torch.no_grad():
            for parameter, value in zip((model.weight, model.bias), batches.start(), strict=True):
                parameter.copy_(value)
        optimizer = sgd(model.parameters(), recipe)
        history = History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in batches.of(epoch):
                    optimizer.zero_grad()
                    compiled(model, x, y).backward()
                    optimizer.step()
            history.keep(epochs.stop, model.weight, model.bias)
        return history.fit(model.weight, model.bias)

    return run


def _own_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """Copy a function with a code object of its own.

    Dynamo keeps graphs by code object. Shared, a second shape would be compiled with dynamic sizes, and after a few
    shapes dynamo would give up and run eagerly, silently.
    """
    code = function.__code__.replace(co_name=function.__name__)
    return types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
