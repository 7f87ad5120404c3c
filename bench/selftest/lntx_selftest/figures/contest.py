"""The gate beside its rivals, at the seconds that the gate's own A/A runs took: the table of smallest slowdowns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from lntx.judge.group_sequential import FASTER, OPEN, SAME, SLOWER
from lntx.judge.special import Numbers
from lntx.result import Rules
from lntx_selftest import rivals
from lntx_selftest.figures import met, replays
from lntx_selftest.figures.gates import Gates
from lntx_selftest.figures.rivals import FEWEST, Rule, rule
from lntx_selftest.figures.share import percent
from lntx_selftest.figures.targets import Row
from lntx_selftest.runs.gates import AA, FULL
from lntx_selftest.store import Store

_SLOWDOWNS = (0.0, 0.03, 0.05, 0.1)


@dataclass(frozen=True, slots=True)
class Own:
    """The gate's own figure under some rules: the smallest slowdown found, and the pairs that takes on average."""

    rules: Rules
    smallest: float | None
    pairs: float


def own(suites: Numbers, rules: Rules) -> Own:
    """Find the gate's smallest slowdown under some rules."""
    found = replays.smallest(suites, rules)
    return Own(rules, found, float(replays.replayed(suites, rules, found or 0.0).pairs.mean()))


def replay_rows(suites: Numbers) -> list[tuple[str, ...]]:
    """Say what the gate's rules make of the streams, made slower by several fractions."""
    found = []
    for slowdown in _SLOWDOWNS:
        one = replays.replayed(suites, Rules(), slowdown)
        shares = [
            one.share(outcome)
            for outcome in (
                SLOWER,
                OPEN,
                SAME,
                FASTER,
            )
        ]
        cells = (*map(percent, [*shares, one.coverage(math.log1p(slowdown))]), f"{one.pairs.mean():.1f}")
        found.append((percent(slowdown), *cells, percent(one.suites(SLOWER))))
    return found


def equal_time(aa: Gates, suites: Numbers) -> Own | None:
    """Give the gate's figure with as many pairs as an A/A benchmark takes on average, no more for any."""
    if not aa.rulings or not len(suites):
        return None
    pairs = max(2, int(aa.pairs()))
    return own(suites, replace(Rules(), looks=(pairs,)))


def rules_of(store: Store) -> list[Rule]:
    """Judge all rivals' rules of which there are repetitions enough."""
    found = (
        rule(rivals.module(stem).LABEL, statistic, store.documents(rivals.kind(stem)))
        for stem in rivals.stems()
        for statistic in rivals.module(stem).STATISTICS
    )
    return [one for one in found if one is not None]


def row(mine: Own | None, others: Sequence[Rule]) -> Row:
    """Hold the gate's figure at equal seconds against the best of the others."""
    measure, target = (
        "smallest slowdown found with 95 %, at equal false alarms and seconds",
        "half that of the best other",
    )
    if mine is None or not others:
        return Row(measure, target, "nothing measured yet", met.UNKNOWN)
    best = min(others, key=lambda one: one.smallest)
    said = f"{_slowdown(mine.smallest)}; {best.rival} ({best.statistic}): {percent(best.smallest)}"
    return Row(measure, target, said, met.plain(met=mine.smallest is not None and mine.smallest <= best.smallest / 2))


def rival_rows(aa: Gates, suites: Numbers, mine: Own | None, others: Sequence[Rule]) -> list[tuple[str, ...]]:
    """Lay the gate and the others out."""
    found = _own_rows(aa, suites, mine) if mine is not None else []
    for one in others:
        bounds = f"{percent(one.smallest)} ({percent(one.low)} to {percent(one.high)})"
        cells = (f"{one.seconds:.1f}", str(one.repetitions), str(one.alarms), percent(one.threshold), bounds)
        found.append((f"{one.rival}, {one.statistic}", *cells, percent(one.seen)))
    return found


def _own_rows(aa: Gates, suites: Numbers, mine: Own) -> list[tuple[str, ...]]:
    each, runs = fmean(aa.seconds()) / aa.pairs(), len(suites) // replays.ORDERS
    ways = {f"lntx gate, {mine.rules.cap} pairs for each": mine, "lntx gate, as it is": own(suites, Rules())}
    return [
        (name, f"{each * one.pairs:.1f}, by its pairs", f"{runs}", "", "its own test", _slowdown(one.smallest), "")
        for name, one in ways.items()
    ]


def absent(store: Store) -> list[str]:
    """Say which rivals have nothing to show, and why."""
    return [
        f"{rivals.module(stem).LABEL}: "
        + (
            "too few repetitions yet"
            if rivals.installed(stem)
            else f"not installed; pip install {rivals.module(stem).PACKAGE}"
        )
        for stem in rivals.stems()
        if store.count(rivals.kind(stem)) < FEWEST
    ]


def streams(store: Store) -> Numbers:
    """Give the suites that replays rest on."""
    return replays.suites(store.rulings(FULL), Rules())


def aa(store: Store) -> Gates:
    """Give the A/A gates, whose seconds all are given."""
    return Gates(store.rulings(AA))


def _slowdown(found: float | None) -> str:
    return "none below 100 %" if found is None else percent(found)
