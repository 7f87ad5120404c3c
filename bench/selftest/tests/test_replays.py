import math

import pytest
from made import UNITS, noisy, ruling

from lntx.judge.court import Court
from lntx.judge.replay import timings
from lntx.verdict import Rules
from lntx_selftest.figures import replays

RULES = Rules()
SAME = dict.fromkeys(UNITS, "same")


def suites(deviation, seed=1, orders=2):
    return replays.suites([ruling(SAME, streams=noisy(deviation, seed))], orders)


def test_one_quad_in_the_place_of_several_changes_no_verdict():
    streams = noisy(0.01, 2)
    names = tuple(stream.name for stream in streams)
    whole = timings(Court(RULES, names), {stream.name: stream for stream in streams})
    short = timings(Court(RULES, names), {stream.name: replays.condensed(stream) for stream in streams})
    assert {name: (one.verdict, one.pairs) for name, one in whole.items()} == {
        name: (one.verdict, one.pairs) for name, one in short.items()
    }
    assert [short[name].ratio for name in names] == pytest.approx([whole[name].ratio for name in names])


def test_equal_code_is_the_same_and_a_large_slowdown_is_found_at_once():
    found = suites(0.005)
    equal, slower = replays.replayed(found, RULES), replays.replayed(found, RULES, 1.2)
    assert (equal.share("same"), equal.alarms()) == (1.0, 0.0)
    assert (slower.share("slower"), slower.alarms()) == (1.0, 1.0)
    assert slower.pairs() == RULES.looks[0]


def test_the_interval_moves_with_the_slowdown():
    found = suites(0.01)
    assert replays.replayed(found, RULES, 1.05).covered(1.05) > 0.8
    assert replays.replayed(found, RULES, 1.05).covered(1.0) == 0.0


def test_more_noise_hides_larger_slowdowns():
    quiet, loud = (replays.smallest(suites(deviation), RULES) for deviation in (0.005, 0.02))
    assert RULES.margin < quiet < loud < 0.1


def test_the_smallest_slowdown_is_found_so_often_and_a_smaller_one_is_not():
    found = suites(0.01, orders=3)
    limit = replays.smallest(found, RULES)
    assert replays.replayed(found, RULES, 1 + limit).share("slower") >= replays.FOUND
    assert replays.replayed(found, RULES, 1 + limit - 0.002).share("slower") < replays.FOUND


def test_where_nothing_is_ever_found_there_is_no_smallest():
    assert replays.smallest(suites(2.0), RULES) is None


def test_a_stream_that_ends_too_soon_is_inconclusive():
    found = replays.suites([ruling(SAME, streams=noisy(0.01, 3, pairs=2))], 1)
    assert replays.replayed(found, RULES).share("inconclusive") == 1.0


def test_orders_keep_all_pairs_of_one_number_together():
    (_, other) = suites(0.01)
    (whole, _) = suites(0.01)
    places = [[round(pair.quads[0].score, 9) for pair in stream.pairs] for stream in whole]
    moved = [[round(pair.quads[0].score, 9) for pair in stream.pairs] for stream in other]
    order = [places[0].index(score) for score in moved[0]]
    assert sorted(order) == list(range(24))
    assert [[row[place] for place in order] for row in places] == moved
    assert not math.isclose(sum(order[:12]), sum(range(12)))
