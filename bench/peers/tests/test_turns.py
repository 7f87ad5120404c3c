import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx_peers.contest import turns as room
from lntx_peers.contest.turns import Patience, ratios, rotated, seconds, turns

names = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1)
times = st.lists(st.floats(1e-9, 1e4), min_size=1, max_size=20)


@given(names=names, turn=st.integers(0, 50))
def test_every_contestant_has_a_turn_in_every_round_and_each_begins_in_its_turn(names, turn):
    assert sorted(rotated(names, turn)) == sorted(names)
    assert rotated(names, turn)[0] == names[turn % len(names)]


@given(below=times, factor=st.floats(0.1, 10))
def test_a_ratio_is_that_of_one_round_so_that_a_slow_round_for_all_cancels(below, factor):
    above = [factor * value for value in below]
    assert ratios(above, below) == pytest.approx([factor] * len(below))


def test_contestants_without_the_same_rounds_are_not_compared():
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


@pytest.fixture
def clock(monkeypatch):
    """Let time pass only when somebody says so."""
    now = [0.0]
    monkeypatch.setattr(room, "perf_counter", lambda: now[0])
    monkeypatch.setattr(room, "sleep", lambda _: None)
    return now


def lasting(clock, *durations):
    """Give a call that takes these seconds, one after the other, the last for ever."""
    left = list(durations)

    def call():
        clock[0] += left.pop(0) if len(left) > 1 else left[0]

    return call


def test_a_long_call_is_timed_once(clock):
    assert seconds(lasting(clock, 3.0, 1.0), 0.5) == 3.0


def test_of_a_short_call_the_first_does_not_count_and_the_median_does(clock):
    assert seconds(lasting(clock, 0.25, 0.125, 0.5, 0.125, 1.0), 0.7) == 0.125


def test_all_rounds_are_played_by_all(clock):
    order = []

    def player(name):
        def call():
            order.append(name)
            clock[0] += 1.0

        return call

    found = turns({name: player(name) for name in "abc"}, Patience(3, 0.0))
    assert found == dict.fromkeys("abc", (1.0, 1.0, 1.0))
    assert "".join(order) == "abcbcacab"
