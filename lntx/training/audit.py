"""Inputs that a backend hasn't seen: between its calls, start and targets are scaled, each by a factor of its own.

SGD on the mean squared error of a linear model is linear in (w0, Y), the start and the targets together, whatever lr,
batches, order, momentum and weight decay are. With R0 what comes of a start of zero, and W = R - R0 what the start adds to
it, a start a w0 and targets b Y must give a W + b R0: two references say what is due for any a and b. b is a power of two,
of either sign, which rounds nothing; a is b times a random number near 1, of few digits, so that no pair comes twice, an
answer that is remembered can't be scaled to fit, and the start is rounded once at most. What was trained beforehand, or is
remembered from an earlier call, is another outcome.

The start reaches a backend's call through `lntx.training.linear.model.initial`, the targets through the memory in which they lie:
`Problem.Y` as it is handed out is a view of an array that stays lntx's own, and a copy on a device, which `Batches` makes,
is watched. A backend that made a copy of its own in `prepare` sees the start alone change: its weights must be a W + R0.
"""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # a problem is above this: its model's start asks here by how much it is scaled
    from lntx.training.linear.problem import Problem

T = TypeVar("T")

_factor: ContextVar[float] = ContextVar("factor", default=1.0)
_watched: ContextVar[list[Any] | None] = ContextVar("watched", default=None)

_WIDEST = {"float32": 60, "float64": 400}
_ROOM = {"float32": 120, "float64": 1000}  # exponents of two below the largest number
_PARTS = 4096  # of 1, in which the ratio of the start's factor to that of the targets is drawn, from a half to two
_LOOKED_AT = 4096  # samples from which the size of X is guessed


def factor() -> float:
    """What the start of the training that runs now is scaled by: 1 outside of an audit."""
    return _factor.get()


def started_at(scale: float, call: Callable[[], T]) -> T:
    """Make a call whose training starts from initial weights that are scaled; no context manager, which would cost 1 us."""
    token = _factor.set(scale)
    try:
        return call()
    finally:
        _factor.reset(token)


def watch(targets: Any) -> None:
    """Note a copy of the targets on a device, to be scaled as they are; a tensor, during a preparation."""
    copies = _watched.get()
    if copies is not None:
        copies.append(targets)


@dataclass(slots=True)
class Targets:
    """The targets of a prepared training, in memory of lntx's own, and their copies on devices.

    original: samples x outputs, never changed. lent: the same, which backends see through views.
    """

    original: NDArray[Any]
    lent: NDArray[Any] = field(init=False)
    copies: list[Any] = field(default_factory=list)
    factor: float = 1.0

    def __post_init__(self) -> None:
        """Copy them."""
        self.lent = np.array(self.original, order="C")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Collect the copies that are made on devices meanwhile."""
        token = _watched.set(self.copies)
        try:
            yield
        finally:
            _watched.reset(token)

    def scale(self, by: float) -> None:
        """Scale them, from the original, so that no rounding adds up."""
        np.multiply(self.original, self.lent.dtype.type(by), out=self.lent)
        for copy in self.copies:
            copy.mul_(by / self.factor)
        self.factor = by

    def changed(self) -> bool:
        """Whether somebody else wrote to them."""
        return not np.array_equal(self.lent, self.original * self.lent.dtype.type(self.factor))


class Factors:
    """Pairs of factors for start and targets, drawn at random: a power of two for the targets, none twice before all were."""

    def __init__(self, problem: "Problem") -> None:
        """Find out which powers leave room for every number on the way."""
        self._powers = _powers(problem)
        self._left: list[float] = []

    def draw(self) -> tuple[float, float]:
        """Draw a pair, by the system's random numbers: a backend can't know it beforehand."""
        chance = random.SystemRandom()
        if not self._left:
            self._left = [sign * 2.0**power for power in self._powers for sign in (-1, 1)]
            chance.shuffle(self._left)
        targets = self._left.pop()
        ratio = chance.choice((-1, 1)) * chance.randrange(_PARTS // 2, 2 * _PARTS) / _PARTS
        return targets * ratio, targets


def _powers(problem: "Problem") -> range:
    """Return exponents that keep gradients finite, and small numbers from losing digits: upwards, where there is room."""
    x, y = problem.X[:_LOOKED_AT], problem.Y
    large = [_exponent(x), _exponent(y), 0]
    gradient = 2 * large[0] + max(large[1:]) + math.log2(problem.samples) + math.log2(problem.features + 1)
    room = int(_ROOM[problem.dtype] - max(gradient, *large))
    widest = _WIDEST[problem.dtype]
    return range(1, min(widest, room) + 1) if room >= widest // 4 else range(-widest // 2, 0)


def _exponent(values: NDArray[Any]) -> int:
    # Of the sizes themselves there would be a copy.
    largest = max(float(np.max(values, initial=0.0)), -float(np.min(values, initial=0.0)))
    return math.frexp(largest)[1] if math.isfinite(largest) else 0
