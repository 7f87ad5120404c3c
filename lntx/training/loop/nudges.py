"""Nudges: parameters moved a little before each step, the same in each run of one number, so that steps round otherwise.

What a nudge multiplies stays zero where it is zero, so that what is exact (a weight that never gets a gradient, an input that is
no number's) stays exact.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

_HALF = 0.5
_POOL = 2**16  # signs beyond those of the largest tensor: each step reads them from another place

BFLOAT16 = 2.0**-8
"""A unit in the last place of bfloat16, at most, as a fraction of the number."""


class Rates:
    """Learning rates moved around each step by what kernels lose of an optimizer's settings, the same way in all steps of a run.

    That is a unit of roundoff of lr itself; of Adam and its like also that of the bias corrections: 1 - beta^t in float32, as a
    compiled or captured step computes it, is off by a unit of 1, which is a thousand units of 0.001.
    """

    def __init__(self, optimizers: Sequence[Optimizer], unit: float, number: int) -> None:
        """Draw up or down."""
        self._optimizers, self._steps = optimizers, 0
        self._unit = unit if random.Random(number).random() < _HALF else -unit  # noqa: S311  (not for secrets)
        self._factors: list[tuple[dict[str, Any], float]] = []

    def before(self) -> None:
        """Move them."""
        self._steps += 1
        groups = [group for optimizer in self._optimizers for group in optimizer.param_groups]
        self._factors = [
            (group, 1 + self._unit * self._lost(group)) for group in groups if isinstance(group.get("lr"), float)
        ]
        for group, factor in self._factors:
            group["lr"] *= factor

    def after(self) -> None:
        """Put them back, also where a scheduler has changed them meanwhile."""
        for group, factor in self._factors:
            group["lr"] /= factor

    def _lost(self, group: dict[str, Any]) -> float:
        """Return how many units of roundoff a step's size may be off."""
        betas = [float(beta) for beta in group.get("betas", ())]
        return 1 + sum(
            share / (1 - beta**self._steps) for share, beta in zip((1.0, 0.5), betas, strict=False) if beta < 1
        )


class Nudges:
    """Signs for the parameters of one run."""

    def __init__(self, parameters: Mapping[str, Tensor], number: int) -> None:
        """Draw them: equal for equal numbers."""
        self._parameters = list(parameters.values())
        most = max((p.numel() for p in self._parameters), default=0) + _POOL
        generator = torch.Generator("cpu").manual_seed(number)
        signs = torch.randint(0, 2, (most,), generator=generator, device="cpu", dtype=torch.int8) * 2 - 1
        self._signs = {p.device: signs.to(p.device) for p in self._parameters}
        self._number = number
        self._scaled: dict[Any, Tensor] = {}
        self._places = random.Random(number)  # noqa: S311  (not for secrets)
        self._moved: list[Tensor] = []

    def again(self) -> None:
        """Begin anew."""
        self._places = random.Random(self._number)  # noqa: S311  (it draws places and orders, no secrets)

    @torch.no_grad()
    def by_a_unit(self) -> None:
        """Move every number by one unit in the last place, up or down."""
        for p in self._parameters:
            torch.nextafter(p, self._drawn(p, torch.inf), out=p)

    def by(self, fraction: float) -> Callable[[], None]:
        """Return what moves every number by this fraction of itself, up or down, or the other way for a negative one."""

        @torch.no_grad()
        def nudge() -> None:
            for p in self._parameters:
                p.mul_(1 + self._drawn(p, fraction))

        return nudge

    @torch.no_grad()
    def aside(self) -> None:
        """Move every number by a unit of bfloat16 for the length of a step, and by one of its own dtype for good."""
        self.by_a_unit()
        self._moved = [p * self._drawn(p, BFLOAT16) for p in self._parameters]
        for p, moved in zip(self._parameters, self._moved, strict=True):
            p.add_(moved)

    @torch.no_grad()
    def back(self) -> None:
        """Take back what `aside` moved for the length of the step."""
        for p, moved in zip(self._parameters, self._moved, strict=True):
            p.sub_(moved)

    def _drawn(self, p: Tensor, size: float) -> Tensor:
        """Return numbers of this size and of random sign, in a parameter's shape."""
        key = p.device, p.dtype, size
        if key not in self._scaled:
            self._scaled[key] = self._signs[p.device].to(p.dtype) * size
        place = self._places.randrange(_POOL)
        return self._scaled[key][place : place + p.numel()].view(p.shape)
