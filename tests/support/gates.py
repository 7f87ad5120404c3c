"""Made-up streams of a gate, with deterministic noise: what the judge's tests judge."""

import math

import numpy as np

from lntx.result import Batch, Pair, Quad, Rules, Stream, Surveyed

BATCH_S = 0.025


def quad(score=0.0, order="ABBA", iterations=100, stolen=0.0, switches=0):
    """A quad with exactly this score, in either order."""
    seconds = {"A": BATCH_S, "B": BATCH_S * math.exp(score)}
    return Quad(order, tuple(Batch(seconds[arm], iterations, stolen, switches) for arm in order))


def pair(number, *scores, first=None, settled=True):
    orders = ("ABBA", "BAAB")
    return Pair(number, tuple(quad(score, orders[i % 2]) for i, score in enumerate(scores)), first, settled)


def stream(name, scores, *, sentinel=False, first=None, settled=True):
    """A stream with one quad a pair."""
    pairs = (pair(number, float(score), first=first, settled=settled) for number, score in enumerate(scores, 1))
    return Stream(name, tuple(pairs), sentinel)


PAIRS = Rules().cap


def suite(slow=(0.0,) * 12, deviation=0.019, pairs=PAIRS, seed=0, sentinel=0.0):
    """Streams of benchmarks b0, b1, ..., each slower by a fraction, and of two sentinels; by name."""
    rng = np.random.default_rng(seed)
    found = [stream(f"b{i}", rng.normal(np.log1p(by), deviation, pairs)) for i, by in enumerate(slow)]
    controls = [stream(f"s{i}", rng.normal(np.log1p(sentinel), 0.004, pairs), sentinel=True) for i in range(2)]
    return {one.name: one for one in (*found, *controls)}


def surveyed(names, **changes):
    return tuple(Surveyed(name, **({"base": "passed", "head": "passed"} | changes)) for name in names)
