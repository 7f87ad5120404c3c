import math
from dataclasses import replace

import pytest
from support import gates

from lntx.judge import decision, replay
from lntx.judge.scores import scores
from lntx.judge.sequential_test import SequentialTest
from lntx.result import Budget, Count, GateResult, Rules
from lntx.verdict import Verdict

RULES = Rules()


def gate(slow=(0.0, 0.1, 0.03, -0.05, 0.0), seed=0, known=None, **changes):
    """A gate as it would have gone: streams end where they were decided."""
    streams, names = gates.suite(slow, seed=seed), [f"b{i}" for i in range(len(slow))]
    court = SequentialTest(RULES, names, known)
    seen = {}
    for pairs in RULES.looks:
        open_ones = {name: one for name, one in streams.items() if name not in court.decided}
        seen |= {name: replace(one, pairs=one.pairs[:pairs]) for name, one in open_ones.items()}
        court.look(seen)
    surveyed = tuple(replace(one, **changes) for one in gates.surveyed(names))
    verdict, judged, controls = decision.decide(surveyed, court.decided | court.firsts(seen), seen, RULES)
    return GateResult(verdict, judged, RULES, controls, surveyed, tuple(seen.values()), about={"command": "lntx gate"})


@pytest.mark.parametrize("seed", range(5))
def test_the_same_rules_give_the_same_ruling(seed):
    found = gate(seed=seed)
    spent = replace(found, benchmarks=tuple(replace(one, seconds=7.0) for one in found.benchmarks))  # start-up and all
    assert replay.replay(found) == found
    assert replay.replay(spent) == spent


def test_margins_and_budgets_are_judged_again_as_they_were():
    streams, names = gates.suite((0.0, 0.04, -0.1)), ["b0", "b1", "b2"]
    told = (Count("launches", 1, 2),)
    surveyed = tuple(replace(one, counts=told if one.name == "b2" else ()) for one in gates.surveyed(names))
    margins, asked = (
        {"b1": (0.1, 0.3)},
        (Budget("b0", "time", 1e-4), Budget("b0", "memory", 1.0), Budget("b1", "time", 1.0)),
    )
    court = SequentialTest(RULES, names, margins=margins, budgets=2)
    timed = replay.timings(court, streams)
    held = decision.budgeted(asked, surveyed, streams, RULES)
    verdict, judged, controls = decision.decide(surveyed, timed, streams, RULES, margins=margins, held=held)
    found = GateResult(
        verdict, judged, RULES, controls, surveyed, tuple(streams.values()), margins=margins, budgets=held
    )
    assert [(one.name, one.verdict) for one in judged] == [("b0", "over-budget"), ("b1", "same"), ("b2", "faster")]
    assert [one.outcome for one in held] == ["over", "unknown", "within"]
    assert "launches rose from 1 to 2" in judged[2].reason
    assert replay.replay(found) == found


def test_increases_that_were_acknowledged_stay_so_and_others_not():
    found = gate(counts=(Count("launches", 1, 2),))
    assert found.verdict == "slower"
    left = tuple(replace(one, means="time", verdict="same") for one in found.benchmarks)
    assert replay.replay(found).benchmarks == found.benchmarks
    assert {one.means for one in replay.replay(replace(found, benchmarks=left)).benchmarks} == {"time"}


def test_failures_while_timing_stay_disagreements():
    found = gate()
    wrong = replace(found.benchmarks[0], verdict=Verdict.DISAGREES, means="results", reason="assert x")
    again = replay.replay(replace(found, benchmarks=(wrong, *found.benchmarks[1:])))
    assert again.verdict == "disagrees"
    assert again.benchmarks[0].reason == "assert x"


def test_other_rules_give_other_verdicts():
    found = gate((0.03,) * 6)
    assert found.verdict == "slower"
    lenient = replay.replay(found, Rules(margin=0.1, tolerated=0.15))
    assert {one.verdict for one in lenient.benchmarks} == {"same"}
    assert lenient.rules.margin == 0.1


def test_scaling_makes_an_exact_slowdown():
    stream = gates.stream("b", [0.01, -0.02, 0.0], first=(0.1, 0.1))
    slower = replay.scaled(stream, 1.05)
    moved = [b - a for a, b in zip(scores(stream).values, scores(slower).values, strict=True)]
    assert moved == pytest.approx([math.log(1.05)] * 3)
    assert slower.pairs[0].first == pytest.approx((0.1, 0.105))


def test_a_stored_gate_that_is_scaled_is_found_slower():
    found = gate((0.0,) * 6)
    assert found.verdict == "same"
    planted = replace(found, streams=tuple(one if one.sentinel else replay.scaled(one, 1.1) for one in found.streams))
    assert replay.replay(planted).verdict == "slower"
