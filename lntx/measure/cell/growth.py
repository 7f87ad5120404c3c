"""Whether preparing a training takes longer for more epochs: then it trains, and that time belongs to the call's."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

from lntx.training.recipe import Recipe

COUNTER = "prepare_grown_s"
"""The counter's name: the seconds that were added to each round."""

_TWICE = 1.5  # preparing for many epochs takes so much longer than for few, in each of the pairs
_MATTERS = 0.1  # of the call's own time; less than that would change nothing that is read
_PAIRS = 3


def suspected(few_s: float, many_s: float, call_s: float) -> bool:
    """Whether two preparations, for few epochs and for many, give reason to look again."""
    return many_s > _TWICE * few_s and many_s - few_s > _MATTERS * call_s


def grown_s(prepare: Callable[[Recipe], object], few: Recipe, many: Recipe, call_s: float) -> float:
    """Prepare for few epochs and for many, in turn; the seconds by which the latter takes longer, 0 where that isn't sure."""
    pairs = [(_timed(prepare, few), _timed(prepare, many)) for _ in range(_PAIRS)]
    if not all(suspected(short, long, call_s) for short, long in pairs):
        return 0.0
    return median(long - short for short, long in pairs)


def _timed(prepare: Callable[[Recipe], object], recipe: Recipe) -> float:
    started = perf_counter()
    prepare(recipe)
    return perf_counter() - started
