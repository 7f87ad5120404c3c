import numpy as np
import pytest
from made import UNITS, noisy, ruling

from lntx.judge import group_sequential
from lntx.judge.group_sequential import SLOWER, VERDICTS
from lntx.judge.replay import scaled, timings
from lntx.judge.sequential_test import SequentialTest
from lntx.result import Rules
from lntx_selftest.figures import replays

RULES = Rules()
SAME = dict.fromkeys(UNITS, "same")


def suites(deviation, seed=1, orders=2):
    return replays.suites([ruling(SAME, streams=noisy(deviation, seed))], RULES, orders)


@pytest.mark.parametrize("slowdown", [0.0, 0.02, 0.05])
def test_a_replay_says_what_a_court_says_of_the_scaled_streams(slowdown):
    streams = {stream.name: scaled(stream, 1 + slowdown) for stream in noisy(0.015, 2)}
    court = timings(SequentialTest(RULES, tuple(streams)), streams)
    found = replays.replayed(suites(0.015, 2, 1), RULES, slowdown)
    assert [VERDICTS[outcome] for outcome in found.outcomes[0]] == [court[name].verdict for name in streams]
    assert list(found.pairs[0]) == [court[name].pairs for name in streams]
    assert list(np.exp(found.low[0])) == pytest.approx([court[name].low for name in streams])


def test_equal_code_is_the_same_and_a_large_slowdown_is_found_at_once():
    found = suites(0.005)
    equal, slower = replays.replayed(found, RULES), replays.replayed(found, RULES, 0.2)
    assert (equal.share(group_sequential.SAME), equal.suites(SLOWER)) == (1.0, 0.0)
    assert slower.share(SLOWER) == 1.0
    assert set(slower.pairs.ravel()) == {RULES.looks[0]}


def test_more_noise_hides_larger_slowdowns():
    quiet, loud = (replays.smallest(suites(deviation), RULES) for deviation in (0.005, 0.02))
    assert RULES.margin < quiet < loud < 0.1


def test_the_smallest_slowdown_is_found_so_often_and_a_smaller_one_is_not():
    found = suites(0.01, orders=5)
    limit = replays.smallest(found, RULES)
    assert replays.replayed(found, RULES, limit).share(SLOWER) >= replays.FOUND
    assert replays.replayed(found, RULES, limit - 0.002).share(SLOWER) < replays.FOUND


def test_where_nothing_is_ever_found_there_is_no_smallest():
    assert replays.smallest(suites(2.0), RULES) is None


def test_a_gate_that_ended_before_the_cap_is_left_out():
    short = ruling(SAME, streams=noisy(0.01, 3, pairs=RULES.cap - 1))
    assert len(replays.suites([short, ruling(SAME, streams=noisy(0.01, 3))], RULES, 3)) == 3


def test_orders_keep_all_pairs_of_one_number_together():
    whole, other = suites(0.01)
    order = [list(whole[0]).index(score) for score in other[0]]
    assert sorted(order) == list(range(RULES.cap)) != order
    assert np.array_equal(whole[:, order], other)
