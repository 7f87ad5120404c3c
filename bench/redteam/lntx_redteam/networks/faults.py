"""Every fault of a list, planted in three networks under three optimizers: by how many tolerances it is beyond."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import lntx
from lntx_redteam.networks.drawing import Batch, Sequences, batches_of, optimizer_of
from lntx_redteam.networks.honest import STEPS, eager

ARCHITECTURES = ("perceptron", "convolution", "attention")
OPTIMIZERS = ("SGD, momentum", "Adam", "AdamW")

_RATES = {"SGD, momentum": 0.02, "Adam": 2e-3, "AdamW": 2e-3}
_DECAY = 0.01
_ROWS, _SAMPLES = 16, 96


@dataclass(frozen=True, slots=True)
class Planted:
    """What came of one fault: by how many tolerances it is beyond; 1 or less is a fault that was not found."""

    fault: str
    architecture: str
    optimizer: str
    share: float
    note: str = ""

    @property
    def found(self) -> bool:
        """Whether lntx found it."""
        return self.share > 1


class Headed(nn.Module):
    """A body, batch norm, and a head: what the faults know by name."""

    def __init__(self, first: nn.Module, body: nn.Module, width: int) -> None:
        super().__init__()
        self.first, self.body = first, body
        self.norm, self.head = nn.BatchNorm1d(width), nn.Linear(width, 5)

    def forward(self, x: Tensor) -> Any:
        """Classify."""
        return self.head(self.norm(self.body(self.first(x))))


def network(architecture: str) -> Headed:
    """Make one of the three."""
    torch.manual_seed(0)
    if architecture == "perceptron":
        return Headed(nn.Linear(8, 32), nn.Sequential(nn.Tanh(), nn.Linear(32, 16), nn.ReLU()), 16)
    if architecture == "convolution":
        body = nn.Sequential(
            nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.GELU(), nn.AdaptiveAvgPool2d(2), nn.Flatten()
        )
        return Headed(nn.Conv2d(1, 8, 3), body, 32)
    return Headed(Sequences(16, 16, attends=True), nn.GELU(), 16)


def start(architecture: str, optimizer: str) -> tuple[Headed, torch.optim.Optimizer]:
    """Make a network, and its optimizer with two groups: matrices, and all else, without weight decay."""
    model = network(architecture)
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}]
    return model, optimizer_of(optimizer, groups, _RATES[optimizer], 0.0)


def batches(architecture: str) -> list[Batch]:
    """Draw an epoch."""
    kind = {"perceptron": "tanh"}.get(architecture, architecture)
    return batches_of(kind, _SAMPLES, _ROWS, np.random.default_rng(0), classes=True)


def _settings(**changed: Callable[[Any], Any]) -> Any:
    def prepare(_model: Headed, optimizer: torch.optim.Optimizer) -> None:
        for group in optimizer.param_groups:
            group.update({name: change(group[name]) for name, change in changed.items() if name in group})

    return prepare


def _frozen(model: Headed, _optimizer: Any) -> None:
    model.first.requires_grad_(False)


def _without_bias(model: Headed, _optimizer: Any) -> None:
    model.head.bias.requires_grad_(False)


def _without_group(_model: Any, optimizer: torch.optim.Optimizer) -> None:
    optimizer.param_groups.pop()


def _in_eval(model: Headed, _optimizer: Any) -> None:
    model.eval()


def _third_digit(betas: tuple[float, float]) -> tuple[float, float]:
    return betas[0], betas[1] - 0.001


PREPARED: dict[str, Any] = {
    "a layer frozen": _frozen,
    "a bias not trained": _without_bias,
    "beta2 (or momentum) wrong in the third digit": _settings(betas=_third_digit, momentum=lambda m: m - 0.001),
    "batch norm left in eval": _in_eval,
    "lr 0.1 % off": _settings(lr=lambda lr: 1.001 * lr),
    "a parameter group forgotten": _without_group,
}
"""Faults that are made before the first step, by what they are."""

OTHERS = (
    "weight decay coupled where it is decoupled, or the other way round",
    "gradients not zeroed",
    "a batch dropped",
    "bf16 autocast left on",
)
FAULTS = (*PREPARED, *OTHERS)


def _loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return nn.functional.cross_entropy(model(x), y)


def faulty(fault: str, architecture: str, optimizer: str) -> Any:
    """Make the way that has a fault."""

    def way(model: Headed, held: torch.optim.Optimizer) -> Any:
        if fault in PREPARED:
            PREPARED[fault](model, held)
            return eager(_loss)(model, held)
        made: Any = dict(zip(OTHERS, (_decayed, _added, _shorter, _shortened), strict=True))[fault]
        return made(model, held, architecture, optimizer)

    return way


def _decayed(model: Headed, held: torch.optim.Optimizer, _architecture: str, optimizer: str) -> Any:
    """Decay the weights beside the gradient where it belongs into it, or the other way round."""
    coupled = optimizer == "AdamW"

    def step(x: Tensor, y: Tensor) -> None:
        held.zero_grad()
        _loss(model, x, y).backward()
        with torch.no_grad():
            for group in held.param_groups:
                for p in group["params"]:
                    p.grad.add_(p, alpha=group["kept"]) if coupled else p.mul_(1 - group["lr"] * group["kept"])
        held.step()

    for group in held.param_groups:
        group["kept"], group["weight_decay"] = group["weight_decay"], 0.0
    return step


def _added(model: Headed, held: torch.optim.Optimizer, *_: str) -> Any:
    def step(x: Tensor, y: Tensor) -> None:
        _loss(model, x, y).backward()
        held.step()

    return step


def _shorter(model: Headed, held: torch.optim.Optimizer, architecture: str, _optimizer: str) -> Any:
    step, last = eager(_loss)(model, held), batches(architecture)[-1][0]

    def shorter(x: Tensor, y: Tensor) -> None:
        if not torch.equal(x.double(), last.double()):
            step(x, y)

    return shorter


def _shortened(model: Headed, held: torch.optim.Optimizer, *_: str) -> Any:
    step = eager(_loss)(model, held)

    def shortened(x: Tensor, y: Tensor) -> None:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            step(x, y)

    return shortened


def loop_of(architecture: str, optimizer: str) -> lntx.Loop:
    """Make a loop whose first way is right and whose others each have a fault."""
    loop = lntx.Loop(lambda: start(architecture, optimizer), lambda: batches(architecture), name=architecture)
    loop.way(eager(_loss), name="right")
    for fault in FAULTS:
        loop.way(faulty(fault, architecture, optimizer), name=fault)
    return loop


def run(faults: Sequence[str] = FAULTS) -> tuple[Planted, ...]:
    """Plant them in every network under every optimizer, beside the right way, whose share stands under its own name."""
    found: list[Planted] = []
    for architecture in ARCHITECTURES:
        for optimizer in OPTIMIZERS:
            sys.stderr.write(f"networks: faults in {architecture} under {optimizer}\n")
            loop = loop_of(architecture, optimizer)
            found += [Planted(fault, architecture, optimizer, *_share(loop, fault)) for fault in ("right", *faults)]
    return tuple(found)


def _share(loop: lntx.Loop, fault: str) -> tuple[float, str]:
    agreement = loop.verify(fault, steps=STEPS)
    shares = [tensor.share for tensor in agreement.tensors]
    numbers = max(share for share in shares if math.isfinite(share))
    return (numbers if numbers > 1 else max(shares)), agreement.note  # else it is a whole number that is off


def table(results: Sequence[Planted]) -> list[str]:
    """Give a line for each fault, as Markdown: by how many tolerances it is beyond in each network."""
    places = [(a, o) for a in ARCHITECTURES for o in OPTIMIZERS]
    lines = [
        f"| planted | {' | '.join(f'{a}, {o}' for a, o in places)} |",
        "|---|" + "--:|" * len(places),
    ]
    for fault in dict.fromkeys(result.fault for result in results):
        cells = {(r.architecture, r.optimizer): _cell(r) for r in results if r.fault == fault}
        name = "nothing: the right way" if fault == "right" else fault
        lines.append(f"| {name} | {' | '.join(cells.get(place, '') for place in places)} |")
    return lines


def _cell(result: Planted) -> str:
    share = (
        "a count is off"
        if math.isinf(result.share)
        else f"{result.share:,.0f}"
        if result.found
        else f"{result.share:.2g}"
    )
    if result.found == (result.fault == "right"):
        return f"**{'rejected' if result.found else 'missed'}: {share}**"
    return share
