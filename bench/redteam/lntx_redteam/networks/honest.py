"""Honest ways of networks drawn at random: whether one is ever rejected.

Each rounds otherwise than the first: the optimizer's other implementations, the gradient by torch.func, the samples of a batch
in another order, a batch in two parts, and, of one network in so many, what torch.compile makes of it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad

import lntx
from lntx.errors import InputError
from lntx_redteam.networks.drawing import KINDS, OPTIMIZERS, WITHIN, Loss, Network, drawn

OUTCOMES = ("agreed", "refused", "diverges", "unprovable", "rejected")

STEPS = 30  # for which each is held

_COMPILED = 50  # one network in so many
_SHOWN = 10  # networks between two lines of progress


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one honest way of one network; share is the part of its tolerance that it used up."""

    kind: str
    optimizer: str
    way: str
    seed: int
    outcome: str
    share: float = 0.0
    note: str = ""


def run(number: int, seed: int) -> tuple[Result, ...]:
    """Verify every honest way of that many networks."""
    return tuple(chain.from_iterable(_network(seed * 10**6 + i, i) for i in range(number)))


def table(results: Sequence[Result]) -> list[str]:
    """Count outcomes by kind, optimizer and way, as lines of Markdown; what was rejected is named by its seed."""
    heads = "| over | value | ways | " + " | ".join(OUTCOMES) + " | largest part of a tolerance |"
    lines = [heads, "|---|---|" + "--:|" * (2 + len(OUTCOMES)), _row("all", "", results)]
    orders = {"kind": KINDS, "optimizer": OPTIMIZERS, "way": dict.fromkeys(result.way for result in results)}
    for name, values in orders.items():
        lines += [_row(name, value, [r for r in results if getattr(r, name) == value]) for value in values]
    bad = [result for result in results if result.outcome == "rejected"]
    lines += (
        ["", *(f"- rejected: {r.way}, {r.kind}, {r.optimizer}, seed {r.seed}: {r.note}" for r in bad)] if bad else []
    )
    return lines


def _row(name: str, value: str, some: Sequence[Result]) -> str:
    counts = Counter(result.outcome for result in some)
    most = max((result.share for result in some if result.outcome in {"agreed", "rejected"}), default=0.0)
    cells = [name, value, str(len(some)), *(str(counts[outcome]) for outcome in OUTCOMES), f"{most:.2g}"]
    return f"| {' | '.join(cells)} |"


def _network(seed: int, number: int) -> Iterator[Result]:
    if number % _SHOWN == 0:
        sys.stderr.write(f"networks: {number}\n")
    network = drawn(seed)
    loop = loop_of(network)
    names = [name for name, way in loop.ways.items() if not way.derived] + ["foreach", "fused"]
    names += ["compiled", "compiled:step"] if number % _COMPILED == _COMPILED - 1 else []
    for name in names:
        yield _tried(loop, network, name)


def _tried(loop: lntx.Loop, network: Network, name: str) -> Result:
    told, share = "", 0.0
    try:
        if loop.refuses(name, "cpu"):
            outcome = "refused"
        else:
            found = loop.verify(name, steps=STEPS)
            outcome, share, told = ("agreed" if found.ok else "rejected"), found.worst.share, found.note
    except lntx.Unprovable as error:
        outcome, told = "unprovable", str(error)
    except lntx.Diverged:
        outcome = "diverges"
    except InputError as error:  # nothing here may fail
        outcome, told = "rejected", str(error)
    return Result(network.kind, network.optimizer, name, network.seed, outcome, share, told)


def loop_of(network: Network) -> lntx.Loop:
    """Make a loop of a network, with every honest way that it has."""
    loop = lntx.Loop(network.start, lambda: network.batches, name="drawn")
    ways: dict[str, Callable[[Loss], Any]] = {"eager": eager, "reordered": reordered}
    if network.kind not in WITHIN:  # whose buffers torch.func takes no writing to, either
        ways |= {"functional": functional, "in two parts": parted}
    for name, make in ways.items():
        loop.way(make(network.loss), name=name)
    return loop


def eager(loss: Loss) -> Any:
    """Take the step as it is written everywhere."""

    def way(model: nn.Module, optimizer: torch.optim.Optimizer) -> Any:
        def step(x: Tensor, y: Tensor) -> None:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()

        return step

    return way


def functional(loss: Loss) -> Any:
    """Take the gradient by torch.func."""

    def way(model: nn.Module, optimizer: torch.optim.Optimizer) -> Any:
        parameters = dict(model.named_parameters())

        def lost(values: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
            return loss(lambda inputs: functional_call(model, values, (inputs,)), x, y)  # type: ignore[arg-type]

        def step(x: Tensor, y: Tensor) -> None:
            for name, gradient in grad(lost)({n: p.detach() for n, p in parameters.items()}, x, y).items():
                parameters[name].grad = gradient
            optimizer.step()

        return step

    return way


def reordered(loss: Loss) -> Any:
    """Take a batch's samples from the last to the first: sums round otherwise."""

    def way(model: nn.Module, optimizer: torch.optim.Optimizer) -> Any:
        step = eager(loss)(model, optimizer)
        return lambda x, y: step(x.flip(0), y.flip(0))

    return way


def parted(loss: Loss) -> Any:
    """Take a batch in two parts, and add their gradients."""

    def way(model: nn.Module, optimizer: torch.optim.Optimizer) -> Any:
        def step(x: Tensor, y: Tensor) -> None:
            optimizer.zero_grad()
            half = (len(x) + 1) // 2
            for inputs, targets in zip(x.split(half), y.split(half), strict=True):
                (loss(model, inputs, targets) * (len(inputs) / len(x))).backward()
            optimizer.step()

        return step

    return way
