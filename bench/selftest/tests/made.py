"""Made-up gates, of which every figure is known."""

import math
import random

from lntx.result import Batch, BenchmarkResult, GateResult, Pair, Quad, Rules, Stream, Surveyed
from lntx.verdict import Verdict
from lntx_selftest.subject.commits import names
from lntx_selftest.subject.repository import texts

CAP = Rules().cap
UNITS = names(texts()["work.py"])


def unit(name):
    return f"test_units.py::test_unit[{name}]"


def stream(name, scores, quads=3):
    """Make a stream whose pairs have these scores, each by quads of which the middle one has it."""
    pairs = []
    for number, score in enumerate(scores, 1):
        around = [score + step * 0.001 for step in range(-(quads // 2), quads // 2 + 1)]
        made = [
            Quad("ABBA", tuple(Batch(s, 1) for s in (0.02, 0.02 * math.exp(x), 0.02 * math.exp(x), 0.02)))
            for x in around
        ]
        pairs.append(Pair(number, tuple(made)))
    return Stream(unit(name), tuple(pairs))


def ruling(verdicts, head="equal", seconds=60.0, *, means="time", interval=(0.99, 1.01), own=2.0, more=(), streams=()):
    """Make a gate by its benchmarks' verdicts."""
    judged = [
        BenchmarkResult(
            unit(name), Verdict(verdict), means, ratio=1.0, low=interval[0], high=interval[1], pairs=4, seconds=own
        )
        for name, verdict in verdicts.items()
    ]
    worst = next((word for word in ("slower", "inconclusive") if word in verdicts.values()), "same")
    about = {
        "started": "2026-01-02T03:04:05+00:00",
        "ended": "2026-01-02T03:14:05+00:00",
        "lntx": "0",
        "head": {"revision": head},
    }
    surveyed = tuple(Surveyed(unit(name), "passed", "passed") for name in verdicts)
    return GateResult(
        Verdict(worst),
        (*judged, *more),
        Rules(),
        surveyed=surveyed,
        streams=streams,
        seconds=seconds,
        machine={},
        about=about,
    )


def noisy(deviation, seed, pairs=CAP):
    """Make the streams of an A/A gate."""
    rng = random.Random(seed)
    return tuple(stream(name, [rng.gauss(0, deviation) for _ in range(pairs)]) for name in UNITS)
