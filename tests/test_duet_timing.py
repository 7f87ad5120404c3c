"""How long a batch is, when a call is warm, and in which order batches are timed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.duet.config import Pace
from lntx.duet.timing import Clock
from lntx.result import Batch


class Arms:
    """A pair of workers whose calls take so many seconds each, after the first few."""

    def __init__(self, base=1e-3, head=1e-3, slow_calls=0, noise=0.0):
        self.each, self.left, self.rng, self.noise = {"base": base, "head": head}, slow_calls, Random(0), noise
        self.asked = []

    def batch(self, arm, _what, iterations):
        self.asked.append((arm, iterations))
        slow, self.left = min(self.left, iterations), max(0, self.left - iterations)
        seconds = (iterations + 50 * slow) * self.each[arm] * (1 + self.noise * self.rng.random())
        return Batch(seconds, iterations), self.left


def clock(arms, **pace):
    return Clock(arms, {"do": "batch"}, Pace(**pace), Random(1))


@pytest.mark.parametrize("each", [1e-8, 1e-5, 1e-3, 0.003, 0.02, 3.0])
def test_a_batch_is_calibrated_to_its_length_whatever_a_call_takes(each):
    iterations = clock(Arms(each, each)).calibrated()
    assert iterations == max(1, round(Pace().batch_s / each))


def test_both_arms_make_the_same_number_of_calls():
    arms = Arms(1e-4, 3e-4)
    timing = clock(arms)
    iterations = timing.calibrated()
    timing.warm(iterations)
    quads = timing.quads(iterations)
    assert len(quads) == Pace().quads
    assert {batch.iterations for quad in quads for batch in quad.batches} == {iterations}
    assert all(quad.score == pytest.approx(1.0986, abs=1e-3) for quad in quads)
    counts = [sum(n for name, n in arms.asked if name == arm) for arm in ("base", "head")]
    assert counts[0] == counts[1]


def test_warming_up_ends_when_nothing_gets_faster_any_more():
    arms = Arms(1e-4, 1e-4, slow_calls=60)
    assert clock(arms).warm(10)
    assert arms.left == 0
    assert len(arms.asked) >= 4 * 4


def test_noise_is_not_taken_for_getting_faster_for_long():
    arms = Arms(noise=0.2)
    assert clock(arms).warm(10)
    assert len(arms.asked) < 4 * 30


def test_what_is_compiled_meanwhile_is_not_at_rest():
    arms = Arms(slow_calls=200)
    arms.batch = lambda _arm, _what, iterations: (
        arms.asked.append(iterations) or (Batch(1e-3, 10), len(arms.asked) // 9)
    )
    assert not clock(arms, warm_s=0.1).warm(10)


def test_what_never_comes_to_rest_is_said():
    arms, seconds = Arms(), iter(10.0 * 0.9**number for number in range(1000))
    arms.batch = lambda _arm, _what, iterations: (Batch(next(seconds), iterations), 0)
    assert not clock(arms, warm_s=60.0).warm(1)


def test_a_slow_call_is_warm_after_one_window_and_measured_in_fewer_quads():
    arms = Arms(base=2.0, head=2.0)
    timing = clock(arms)
    assert timing.warm(1)
    assert len(timing.quads(1)) == 1


@given(st.floats(1e-6, 1e3))
def test_quads_take_as_long_as_they_may_and_there_are_some_where_that_is_bearable(quad_s):
    pace = Pace()
    count = pace.count(quad_s)
    assert 1 <= count <= pace.quads
    assert count * quad_s <= pace.most_s or count == 1
    assert count >= pace.least or (count + 1) * quad_s > pace.most_s
    assert count == pace.quads or (count + 1) * quad_s > pace.quads_s


def test_the_first_call_is_given_for_both_arms_in_their_order():
    assert clock(Arms(1.0, 2.0)).first() == (1.0, 2.0)
