"""Calls that are slow once in a while, which a median of quads doesn't see."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import gates

from lntx.judge import rare_calls
from lntx.judge.scores import totals
from lntx.judge.sequential_test import SequentialTest
from lntx.report.gate import verdicts
from lntx.result import Batch, GateResult, Pair, Quad, Rules, Stream
from lntx.verdict import Verdict

RULES = Rules()
QUADS, CALLS = 40, 25


def lumpy(often, factor, base=None, pairs=RULES.cap, seed=0, noise=0.02):
    """A stream whose batches take `factor` times as long once in so often, in head and, where base says so, in base."""
    random = Random(seed)
    chance = {"A": base if base is not None else (often, 1.0), "B": (often, factor)}

    def batch(arm):
        share, longer = chance[arm]
        slow = longer if random.random() < share else 1.0
        return Batch(CALLS * 5e-5 * slow * math.exp(random.gauss(0, noise)), CALLS)

    def quad():
        order = random.choice(("ABBA", "BAAB"))
        return Quad(order, tuple(batch(arm) for arm in order))

    return Stream("b", tuple(Pair(number, tuple(quad() for _ in range(QUADS))) for number in range(1, pairs + 1)))


def decided(stream):
    """Judge a stream look by look."""
    test = SequentialTest(RULES, ["b"])
    for look in RULES.looks:
        if new := test.look({"b": Stream("b", stream.pairs[:look])}):
            return new["b"]
    raise AssertionError


@settings(max_examples=20)
@given(st.floats(0.08, 0.12), st.floats(20, 500), st.integers(0, 2**31))
def test_rare_calls_that_got_slower_are_told(often, factor, seed):
    found = decided(lumpy(often, factor, seed=seed, noise=0.005))
    assert found.verdict == Verdict.SLOWER
    assert found.ratio > 1.5
    assert rare_calls.RARE in found.reason


@pytest.mark.parametrize("seed", range(20))  # the same each time: one suite in a hundred may raise an alarm
@pytest.mark.parametrize(("often", "factor"), [(0.01, 500.0), (0.1, 10.0), (0.3, 3.0)])
def test_what_both_arms_do_as_often_is_no_alarm(often, factor, seed):
    assert decided(lumpy(often, factor, base=(often, factor), seed=seed)).verdict != Verdict.SLOWER


@pytest.mark.parametrize("seed", range(20))
def test_a_disturbed_machine_keeps_nothing_open(seed):
    assert decided(lumpy(0.02, 10.0, base=(0.02, 10.0), seed=seed)).verdict == Verdict.SAME


def test_what_is_slower_by_its_scores_is_told_by_them():
    slow = gates.stream("b", [math.log(1.3) + 0.001 * (i % 3) for i in range(RULES.cap)])
    found = decided(slow)
    assert found.verdict == Verdict.SLOWER
    assert rare_calls.RARE not in found.reason


def test_few_pairs_raise_no_alarm_and_decide_nothing():
    stream = lumpy(0.1, 100.0)
    assert SequentialTest(RULES, ["b"]).look({"b": Stream("b", stream.pairs[:4])}) == {}
    assert rare_calls.sums(Stream("b", stream.pairs[:1]), (0.0,), RULES, 1) is None


def test_the_headline_says_that_it_is_all_calls_together():
    text = verdicts.headline(GateResult(Verdict.SLOWER, (decided(lumpy(0.1, 100.0)),)))
    assert text.endswith(f"all calls together: {rare_calls.RARE}.")


def test_sums_are_of_all_that_was_timed_whatever_the_orders():
    quads = (
        Quad("ABBA", tuple(Batch(s, 1) for s in (1.0, 3.0, 5.0, 1.0))),
        Quad("BAAB", tuple(Batch(s, 1) for s in (1.0, 2.0, 4.0, 1.0))),
    )
    assert totals(Stream("b", (Pair(1, quads),))).values == pytest.approx((math.log(10 / 8),))
