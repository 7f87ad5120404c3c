"""A peak of memory that rose is counted again by fresh pairs of workers: what isn't the same in each is no property of the code.

Calls agree within a process, but what a process draws when it begins (unseeded numbers, the order of a set) may decide how much
there is to hold, and near to where a table doubles a few items do. The workers of each round have another hash seed. They collect
all that the survey did: what another file's import registers may be part of what is counted.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

from lntx.duet.environment import Environment
from lntx.duet.pair import Failure, WorkerPair, worker_pair
from lntx.duet.process import WorkerLost
from lntx.judge.counts import PEAK, exceeds, rose
from lntx.result import ARMS, Arm, Count, Surveyed

ROUNDS = 2


def recounted(
    environment: Environment,
    surveyed: Sequence[Surveyed],
    rng: Random,
    suspect: Callable[[Surveyed], bool],
    watch: Callable[[str], None],
) -> tuple[Surveyed, ...]:
    """Count again in benchmarks whose peak rose, or that are suspect besides; a peak is kept where all rounds agree on it.

    Where a test or a worker fails, what the survey counted stands.
    """
    names = [
        one.name for one in surveyed if suspect(one) or any(rose(count) for count in one.counts if count.name == PEAK)
    ]
    found = {one.name: one for one in surveyed}
    for number in range(ROUNDS if names else 0):
        with suppress(WorkerLost), worker_pair(environment, number, rng) as (pair, _):
            for name, following in zip(names, [*names[1:], None], strict=True):
                watch(name)
                with suppress(Failure):
                    found[name] = agreed(found[name], _again(pair, name, following))
    return tuple(found[one.name] for one in surveyed)


def _again(pair: WorkerPair, name: str, following: str | None) -> dict[Arm, Mapping[str, float]]:
    """Count a benchmark once more in both arms, after as many calls as in the survey."""
    pair.begin(name, following)
    for _ in range(2):
        pair.step("batch", do="batch", iterations=1)
    heard = pair.step("counts", do="count")
    pair.finish()
    return {arm: heard[arm]["counters"] for arm in ARMS}


def agreed(surveyed: Surveyed, again: Mapping[Arm, Mapping[str, float]]) -> Surveyed:
    """Leave out a peak that another count doesn't confirm in both arms; else take the most of base, and the least of head."""
    kept = []
    for one in surveyed.counts:
        base, head = (again[arm].get(PEAK) for arm in ARMS)
        if one.name != PEAK:
            kept.append(one)
        elif base is not None and head is not None and not _differ(one.base, base) and not _differ(one.head, head):
            kept.append(Count(PEAK, max(one.base, base), min(one.head, head)))
    return replace(surveyed, counts=tuple(kept))


def _differ(one: float, other: float) -> bool:
    return exceeds(PEAK, one, other) or exceeds(PEAK, other, one)
