"""A gate that several runners measured raises no alarm for what stays with a runner, and finds a slowdown as soon.

Suites of twelve benchmarks are made up whose code is equal, or slower; each runner has an offset of its own for each benchmark.
Where offsets are as large as what is to be found, four runners can't find it and raise no alarms, too: more runners can.
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
_SOON = 0.05


def run(_out: Path, *, quick: bool) -> Iterator[Row]:
    """Count what the rules say of suites with known truths."""
    rules = Rules()
    for kind in ["normal"] if quick else simulation.NOISES:
        yield from _equal(kind, rules, quick=quick)
    for runners in (_RUNNERS,) if quick else (_RUNNERS, 8, 12):
        for offset in (0.0, 0.01, _OFFSET):
            yield from _slower(rules, runners, offset)


def _equal(kind: str, rules: Rules, *, quick: bool) -> Iterator[Row]:
    """Judge equal code; offsets of the kind that noise may have."""

    def alarms(suites: int, runners: int, seed: int) -> int:
        pairs = joining.rules(rules, runners).cap if runners > 1 else rules.cap
        made = np.random.default_rng(seed), "normal", suites, _BENCHMARKS, runners, pairs, _OFFSET, kind
        values = simulation.offset(*made)
        return _alarms(
            simulation.joined_trial(values, rules) if runners > 1 else simulation.trial(values[:, :, 0], rules)
        )

    told = f"equal code, offsets of 2 %, {kind}"
    found = alarms(_SUITES, _RUNNERS, 0)
    wanted = f"0 alarms in {_SUITES} suites" if kind == "normal" else ""
    held = found == 0 if kind == "normal" else None
    yield Row(f"{told}: four runners joined", wanted, f"{found} alarms in {_SUITES} suites", ok=held)
    single = alarms(_SUITES, 1, 0)
    yield Row(f"{told}: one runner alone", "alarms", f"{single} alarms in {_SUITES} suites", ok=single > 0)
    if not quick:
        rate = alarms(_MORE, _RUNNERS, 1) / _MORE
        yield Row(
            f"{told}: joined, more suites",
            f"at most {rules.alarms:.0%}",
            f"{rate:.2%} of {_MORE:,}",
            ok=rate <= rules.alarms,
        )


def _slower(rules: Rules, runners: int, offset: float) -> Iterator[Row]:
    """Plant 5 and 10 % in all benchmarks; where offsets are in the way of finding them, that is told and fails nothing."""
    pairs = joining.rules(rules, runners).cap
    for slowdown in (0.05, 0.1):
        truth = float(np.log1p(slowdown))
        made = np.random.default_rng(2), "normal", _SUITES, _BENCHMARKS, runners, pairs, offset
        joined = simulation.joined_trial(simulation.offset(*made) + truth, rules).share(SLOWER)
        quiet = simulation.trial(
            simulation.normal(np.random.default_rng(2), (_SUITES, _BENCHMARKS, rules.cap)) + truth, rules
        )
        one = f"as one quiet runner: {quiet.share(SLOWER):.1%} after {quiet.pairs.mean():.1f} pairs"
        what = f"{slowdown:.0%} slower, offsets of {offset:.0%}: found by {runners} runners"
        found = f"{joined:.1%} after {pairs} pairs on each"
        soon = bool(pairs <= quiet.pairs.mean()) or slowdown > _SOON  # 10 % is found at a quiet one's first look
        held = bool(joined >= _FOUND) and soon
        yield Row(what, one, found, ok=held if held or not offset else None)


def _alarms(found: simulation.Trial) -> int:
    return int((found.outcomes == SLOWER).any(axis=1).sum())
