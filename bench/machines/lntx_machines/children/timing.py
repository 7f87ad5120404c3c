"""One rank of a group that is timed: sums of several sizes, its own part of steps, and whole trainings.

`torchrun -m lntx_machines.children.timing FILE DELAY`: rank 0 writes what all took to FILE. DELAY are the seconds that each sum
is held up, as by a network: this process's own sleep, where the system has no other way.
"""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import torch

import lntx
from lntx.training.linear.model import initial
from lntx.training.linear.ranks import joined
from lntx.training.linear.ranks.cost import sent
from lntx.training.linear.ranks.descent import Descent
from lntx.training.linear.ranks.group import Group
from lntx.training.linear.ranks.share import Share

SUMS = (1, 10, 100, 1_000, 10_000, 100_000)  # features of steps so short that they are their sum
_FEW = 8  # samples of those
STEPS = ((1_000, 10), (10_000, 10), (10_000, 100), (40_000, 100))  # samples of a full batch, and features
HELD = ((4_000, 10), (20_000, 50), (40_000, 60), (200_000, 20))  # those that the model hasn't seen
_TIMES, _TURNS, _DELAYED_TURNS = 7, 200, 30


class Slow(Group):
    """A group whose sums are held up."""

    __slots__ = ("delay",)
    delay: float

    def sum(self, tensor: torch.Tensor) -> None:
        """Sum, later."""
        if self.delay:
            sleep(self.delay)
        Group.sum(self, tensor)


class Idle(Group):
    """A group that sums nothing: what is left of a step is a rank's own part."""

    def sum(self, tensor: torch.Tensor) -> None:
        """Do nothing."""


def main() -> None:
    """Time everything, on all ranks at once."""
    file, delay = Path(sys.argv[1]), float(sys.argv[2])
    place = joined.given()
    assert place  # torchrun says so
    plain = joined.met(place).group("cpu", {})
    group = Slow(plain.rank, plain.ranks, "cpu", plain.handle)
    group.delay = delay
    torch.set_num_threads(1)
    turns = _DELAYED_TURNS if delay else _TURNS
    found: dict[str, Any] = {
        "sums": [(sent(features, 1), _sum_s(group, plain, features, turns)) for features in SUMS],
        "steps": [
            (rows, features, _step_s(group, plain, rows, features, turns, idle=True)) for rows, features in STEPS
        ],
        "held": [(rows, features, _step_s(group, plain, rows, features, turns, idle=False)) for rows, features in HELD],
    }
    if place.rank == 0:
        file.write_text(json.dumps(found))


def _sum_s(group: Slow, plain: Group, features: int, turns: int) -> float:
    """Time a sum where it stands, within a step: what a step takes with it more than without."""
    both, own = (_step_s(group, plain, _FEW, features, turns, idle=idle) for idle in (False, True))
    return max(both - own, 1e-7)


def _step_s(group: Slow, plain: Group, rows: int, features: int, turns: int, *, idle: bool) -> float:
    """Time a step of a full batch, with its sum or without."""
    problem, recipe = lntx.synthetic(rows, features), lntx.Recipe(lr=1e-3, epochs=turns, batch_size=None)
    of: Group = Idle(plain.rank, plain.ranks, "cpu") if idle else group
    part = Descent(Share.of(problem, recipe, of, shared=False), recipe)
    start = initial(features, 1, 0, torch.float32)
    return _median_s(plain, lambda: part.trained(start, None, given=False)) / turns


def _median_s(group: Group, work: Callable[[], object]) -> float:
    """Do something several times, all ranks at once; the median of what it took here."""
    times = []
    for turn in range(_TIMES + 1):
        group.sum(torch.zeros(1))
        began = perf_counter()
        work()
        if turn:
            times.append(perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
