"""What this machine can do at most: how fast it reads, multiplies, and does one thing after another.

`probes.measured` finds out, in about a second. A cost model guesses from it, and each record says what share of it was
reached.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lntx.record import Cell, Work
from lntx.storage.values import decoded, encoded

Rates = tuple[tuple[float, float], ...]
"""Pairs of a working set in bytes and the bytes a second at which it is read, the sets ascending."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The best that a device showed, in SI units.

    threads are those that were used together. reading is with all of them, reading_alone with one. multiplying is the
    FLOP/s of a matrix product, by dtype, with all of them. chain_s is the latency of one multiplication with addition
    that needs what the one before it made, 0 where that wasn't found out. call_s is what one torch operation on almost
    nothing costs, fork_s what it costs to wake all threads and wait for them, eigen_s the seconds of a symmetric
    eigenproblem over the cube of its side.
    """

    threads: int
    reading: Rates
    reading_alone: Rates
    multiplying: Mapping[str, float]
    chain_s: float
    call_s: float
    fork_s: float
    eigen_s: float

    def read_s(self, size: float, *, alone: bool = False) -> float:
        """Seconds to read a working set of so many bytes once, from the smallest cache that holds it, or from memory."""
        rates = self.reading_alone if alone else self.reading
        at = bisect_left(rates, size, key=lambda pair: pair[0])
        return size / rates[min(at, len(rates) - 1)][1]

    def multiply_s(self, flops: float, dtype: str) -> float:
        """Seconds of matrix products with so many FLOPs, on all threads."""
        return flops / self.multiplying[dtype]

    def floors(self, cell: Cell, work: Work, epochs: int) -> dict[str, float]:
        """Seconds below which so many epochs of a cell can't be done, by what stands in the way.

        Every step: reading the data in each epoch, the arithmetic of each step, and waiting, since an epoch needs the weights
        that the one before ends with. Within an epoch, which takes each sample once, steps need not wait for each other: from the
        samples' own products it follows what one does to the next. Any other work: reading the data once.
        """
        if work != "steps":
            return {"reading": self.read_s(cell.data_bytes)}
        steps = epochs * math.ceil(cell.samples / cell.batch_size)
        return {
            "reading": epochs * self.read_s(cell.data_bytes),
            "arithmetic": self.multiply_s(steps * flops(cell.batch_size, cell.features, cell.outputs), cell.dtype),
            "waiting": epochs * depth(cell.samples, cell.features) * self.chain_s,
        }

    def plain(self) -> dict[str, Any]:
        """All of it as JSON types."""
        return encoded(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Limits":
        """Read what `plain` gave."""
        return decoded(cls, plain, "limits")


def flops(rows: int, features: int, outputs: int) -> float:
    """Count what one step of the recurrence takes: b rows, d features, o outputs.

    2bdo for the predictions and 2bdo for the gradient, 3bo for bias, residual and factor, bo for the bias's gradient,
    2(d + 1)o for the update.
    """
    return 4.0 * rows * features * outputs + 4 * rows * outputs + 2 * (features + 1) * outputs


def depth(rows: int, features: int) -> int:
    """Count the operations of a step of which each needs the one before, with sums as trees, the shortest there are.

    A product, the sum of features and bias, the sum over the rows, the update. An epoch has no fewer, and may have no more.
    """
    return 2 + math.ceil(math.log2(features + 1)) + math.ceil(math.log2(rows))
