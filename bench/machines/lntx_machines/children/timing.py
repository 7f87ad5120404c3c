"""One rank of a group that is timed: steps of several sizes, in turns.

`torchrun -m lntx_machines.children.timing FILE DELAY`: rank 0 writes what all took to FILE. DELAY are the seconds that each sum
is held up, as by a network: this process's own sleep, where the system has no other way.
"""

import json
import statistics
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from time import perf_counter, sleep

import torch

import lntx
from lntx.training.linear.model import initial
from lntx.training.linear.ranks import joined
from lntx.training.linear.ranks.descent import Descent
from lntx.training.linear.ranks.group import Group
from lntx.training.linear.ranks.share import Share

STEPS = (
    (1_000, 10),
    (10_000, 10),
    (100_000, 10),
    (300_000, 4),
    (10_000, 100),
    (40_000, 100),
    (2_000, 1_000),
    (500, 10_000),
)
"""Samples of a full batch, and features. None is so few that a step is its sum alone: ranks that share a machine's cores wait for
each other only where they compute, and then for as long as the system lets another run."""
HELD = ((4_000, 10), (20_000, 50), (40_000, 60), (200_000, 20))  # those that the model hasn't seen
_ROUNDS, _TURNS, _DELAYED_TURNS = 15, 50, 8


Shape = tuple[int, int]
Work = Callable[[], float]


class Slow(Group):
    """A group whose sums are held up."""

    __slots__ = ("delay",)
    delay: float

    def sum(self, tensor: torch.Tensor) -> None:
        """Sum, later."""
        if self.delay:
            sleep(self.delay)
        Group.sum(self, tensor)


def main() -> None:
    """Time everything, on all ranks at once."""
    file, delay = Path(sys.argv[1]), float(sys.argv[2])
    place = joined.given()
    assert place  # torchrun says so
    plain = joined.met(place).group("cpu", {})
    group = Slow(plain.rank, plain.ranks, "cpu", plain.handle)
    group.delay = delay
    torch.set_num_threads(1)
    works = {shape: _steps(group, *shape, _DELAYED_TURNS if delay else _TURNS) for shape in (*STEPS, *HELD)}
    took = _medians(plain, works)
    found = {name: [(*shape, took[shape]) for shape in shapes] for name, shapes in (("steps", STEPS), ("held", HELD))}
    if place.rank == 0:
        file.write_text(json.dumps(found))
    joined.met(place).part()


def _steps(group: Group, rows: int, features: int, turns: int) -> Work:
    """Prepare so many steps of a full batch."""
    problem, recipe = lntx.synthetic(rows, features), lntx.Recipe(lr=1e-3, epochs=turns, batch_size=None)
    part = Descent(Share.of(problem, recipe, group, shared=False), recipe)
    start = initial(features, 1, 0, torch.float32)

    def work() -> float:
        began = perf_counter()
        part.trained(start, None, given=False)
        return (perf_counter() - began) / turns

    return work


def _medians(group: Group, works: Mapping[Shape, Work]) -> dict[Shape, float]:
    """Do everything in turns, all ranks at once, so that what disturbs the machine meets all alike; the medians.

    Each round has an order of its own, the same on all ranks: how soon a processor wakes depends on what it waited for before.
    """
    times: dict[Shape, list[float]] = {shape: [] for shape in works}
    for turn in range(_ROUNDS + 1):
        for shape in Random(turn).sample(list(works), len(works)):  # noqa: S311  (an order, no secret)
            group.sum(torch.zeros(1))
            took = works[shape]()
            if turn:
                times[shape].append(took)
    return {shape: statistics.median(found) for shape, found in times.items()}


if __name__ == "__main__":
    main()
