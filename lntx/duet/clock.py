"""How a benchmark is timed within one pair of workers: first call, calibration, warm-up, quads. Blind to the arm throughout."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

from lntx.duet.pace import Pace
from lntx.duet.pairing import Pairing
from lntx.result import ARMS, Batch, Quad
from lntx.result import Arm as Name

_LETTERS: dict[str, Name] = {"A": "base", "B": "head"}
_ORDERS = ("ABBA", "BAAB")
_AGREE = 0.02  # two windows in a row, on a logarithm of time: neither arm is getting faster any more
_GROWTH = 64  # times the calls of one batch to the next, while calibrating: a first call says little of the later ones
_AROUND = 10  # times a batch's length that may pass around its calls
_NEAR = 0.6  # of the length wanted, from which on a batch tells how long a call takes


@dataclass(slots=True)
class Clock:
    """Times one benchmark of a pair: `what` is the message that asks for a batch.

    `wall` is what the last window took in all, in seconds: setting up and tearing down around the calls included.
    """

    pair: Pairing
    what: Mapping[str, Any]
    pace: Pace
    rng: Random
    compiled: dict[Name, int] = field(default_factory=dict)
    wall: float = 0.0

    def first(self) -> tuple[float, float]:
        """The seconds of the first call in base and in head; which goes first is drawn."""
        found = self._window("".join(self.rng.sample("AB", 2)), 1)
        return tuple(next(taken.seconds for arm, taken in found if arm == name) for name in ARMS)  # type: ignore[return-value]

    def calibrated(self) -> int:
        """Find how many calls make a batch, the same for both arms."""
        iterations = 1
        while True:
            each = _mean(self._window("".join(self.rng.sample("AB", 2)), iterations))
            most = int(_AROUND * self.pace.batch_s / max(self.wall / (2 * iterations), 1e-9))
            wanted = max(1, min(most, round(self.pace.batch_s / each)))
            if wanted <= iterations or each * iterations >= _NEAR * self.pace.batch_s:
                return wanted
            iterations = min(wanted, iterations * _GROWTH)

    def warm(self, iterations: int) -> bool:
        """Let both arms come to rest: until nothing is compiled any more and two windows agree. False if they don't in time.

        Where a single window takes longer than the warm-up may, the calls before have to do.
        """
        before, spent, windows = math.nan, 0.0, 0
        while spent < self.pace.warm_s:
            compiled = dict(self.compiled)
            window = self._window(self.rng.choice(_ORDERS), iterations)
            now, windows = math.log(_mean(window)), windows + 1
            if abs(now - before) < _AGREE and self.compiled == compiled:
                return True
            spent += max(self.wall, sum(taken.seconds for _, taken in window))
            before = now
        return windows == 1

    def quads(self, iterations: int) -> tuple[Quad, ...]:
        """Measure: batches of the two arms in turn, in orders that are drawn; fewer where a single call takes long."""
        found = [self._quad(iterations)]
        taken = max(self.wall, sum(batch.seconds for batch in found[0].batches))
        count = min(self.pace.quads, int(self.pace.quads_s / taken))
        return (*found, *(self._quad(iterations) for _ in range(1, count)))

    def _quad(self, iterations: int) -> Quad:
        order = self.rng.choice(_ORDERS)
        return Quad(order, tuple(taken for _, taken in self._window(order, iterations)))  # type: ignore[arg-type]

    def _window(self, order: str, iterations: int) -> list[tuple[Name, Batch]]:
        found = []
        began = monotonic()
        for letter in order:
            taken, compiles = self.pair.batch(_LETTERS[letter], self.what, iterations)
            self.compiled[_LETTERS[letter]] = compiles
            found.append((_LETTERS[letter], taken))
        self.wall = monotonic() - began
        return found


def _mean(window: list[tuple[Name, Batch]]) -> float:
    """The seconds of a call, over both arms."""
    return sum(taken.seconds for _, taken in window) / sum(taken.iterations for _, taken in window)
