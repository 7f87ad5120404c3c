"""A gate that several runners measured raises no alarm for what stays with a runner, and finds a slowdown as soon.

Suites of twelve benchmarks are made up whose code is equal, or slower; each runner has an offset of its own for each benchmark.
They are judged as `lntx gate --join` judges four parts, and as one gate of one runner with such offsets. The same rules judge
stored streams (`lntx.judge.joining` is tested on these).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lntx.judge import joining, simulation
from lntx.judge.group_sequential import SLOWER
from lntx.result import Rules
from lntx_machines.row import Row

ORDER, QUICK = 5, True
_RUNNERS, _BENCHMARKS, _SUITES, _MORE = 4, 12, 300, 6_000
_OFFSET = 0.02
_FOUND = 0.99


def run(_out: Path, *, quick: bool) -> Iterator[Row]:
    """Count what the rules say of suites with known truths."""
    rules = Rules()
    pairs, kinds = joining.rules(rules, _RUNNERS).cap, ["normal"] if quick else list(simulation.NOISES)
    for kind in kinds:
        yield from _equal(kind, rules, pairs, quick=quick)
    for kind in kinds:
        for offset in (0.0, 0.01, _OFFSET):
            yield from _slower(kind, rules, pairs, offset)


def _equal(kind: str, rules: Rules, pairs: int, *, quick: bool) -> Iterator[Row]:
    values = simulation.offset(np.random.default_rng(0), kind, _SUITES, _BENCHMARKS, _RUNNERS, pairs, _OFFSET)
    alarms = _alarms(simulation.joined_trial(values, rules))
    wanted = f"0 alarms in {_SUITES} suites"
    yield Row(
        f"equal code, offsets of 2 %, {kind}: four runners joined", wanted, f"{alarms} in {_SUITES}", ok=alarms == 0
    )
    alone = simulation.offset(np.random.default_rng(0), kind, _SUITES, _BENCHMARKS, 1, rules.cap, _OFFSET)[:, :, 0]
    single = _alarms(simulation.trial(alone, rules))
    yield Row(f"the same: one runner alone, {kind}", "alarms", f"{single} in {_SUITES}", ok=single > 0)
    if not quick:
        many = simulation.offset(np.random.default_rng(1), kind, _MORE, _BENCHMARKS, _RUNNERS, pairs, _OFFSET)
        rate = _alarms(simulation.joined_trial(many, rules)) / _MORE
        yield Row(
            f"the same, more suites: joined, {kind}",
            f"at most {rules.alarms:.0%}",
            f"{rate:.2%} of {_MORE:,}",
            ok=rate <= rules.alarms,
        )


def _slower(kind: str, rules: Rules, pairs: int, offset: float) -> Iterator[Row]:
    """Plant 5 and 10 % in all benchmarks."""
    for slowdown in (0.05, 0.1):
        truth = float(np.log1p(slowdown))
        values = (
            simulation.offset(np.random.default_rng(2), kind, _SUITES, _BENCHMARKS, _RUNNERS, pairs, offset) + truth
        )
        joined = simulation.joined_trial(values, rules).share(SLOWER)
        quiet = simulation.trial(
            simulation.NOISES[kind](np.random.default_rng(2), (_SUITES, _BENCHMARKS, rules.cap)) + truth, rules
        )
        found = f"{joined:.1%} after {pairs} pairs on each"
        one = f"one quiet runner: {quiet.share(SLOWER):.1%} after {quiet.pairs.mean():.1f} pairs"
        what = f"{slowdown:.0%} slower, offsets of {offset:.0%}, {kind}: found by four runners"
        yield Row(what, one, found, ok=joined >= _FOUND if not offset else None)


def _alarms(found: simulation.Trial) -> int:
    return int((found.outcomes == SLOWER).any(axis=1).sum())
