"""What lntx adds to a step of a loop: its call beside the bare loop, with a step that does nothing."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import torch
from torch import nn

import lntx

_STEPS, _TIMES = 100_000, 9


def added_s() -> float:
    """Return the seconds that a step costs more in lntx than in the bare loop: the fastest of some calls of either."""
    loop = lntx.Loop(_start, lambda: [(torch.zeros(1), torch.zeros(1))] * 100)
    loop.way(lambda _model, _optimizer: _nothing, name="nothing")
    run = loop.prepare(steps=_STEPS)
    batches = run.batches.each

    def bare() -> None:
        for _ in range(_STEPS // len(batches)):
            for batch in batches:
                _nothing(*batch)

    with run.series():
        ours = min(_timed(run, run.before) for _ in range(_TIMES))
    return (ours - min(_timed(bare) for _ in range(_TIMES))) / _STEPS


def _timed(call: Callable[[], Any], before: Callable[[], Any] | None = None) -> float:
    if before:
        before()
    started = perf_counter()
    call()
    return perf_counter() - started


def _nothing(_x: Any, _y: Any) -> None:
    """Take no step."""


def _start() -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = nn.Linear(1, 1)
    return model, torch.optim.SGD(model.parameters(), lr=0.1)
