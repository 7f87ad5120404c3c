import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import gates

from lntx.judge.scores import firsts, scores
from lntx.result import Pair, Quad, Stream


def test_a_pair_scores_the_median_of_its_quads():
    stream = Stream("b", (gates.pair(1, 0.01, 0.02, 0.9), gates.pair(2, -0.05)))
    assert scores(stream).values == pytest.approx((0.02, -0.05))
    assert scores(stream).quads == 4


def test_arms_may_do_unequal_numbers_of_iterations():
    quad = gates.quad(0.1)
    batches = tuple(
        replace(batch, seconds=3 * batch.seconds, iterations=3 * batch.iterations) for batch in quad.batches[:2]
    )
    assert scores(Stream("b", (Pair(1, (Quad("ABBA", (*batches, *quad.batches[2:])),)),))).values == pytest.approx(
        (0.1,)
    )


def test_disturbed_quads_are_set_aside_whichever_arm_was_hit():
    calm = [gates.quad(0.01) for _ in range(6)]
    robbed = [gates.quad(0.5, stolen=0.01), gates.quad(-0.5, stolen=0.01)]
    found = scores(Stream("b", (Pair(1, (*calm, *robbed)),)))
    assert found.disturbed == 2
    assert found.values == pytest.approx((0.01,))
    assert found.within == pytest.approx(0.0, abs=1e-12)


def test_unusually_many_interruptions_count_as_disturbed_and_usual_ones_do_not():
    usual = [gates.quad(0.01, switches=2) for _ in range(6)]
    found = scores(Stream("b", (Pair(1, (*usual, gates.quad(0.5, switches=50))),)))
    assert (found.disturbed, found.quads) == (1, 7)


@given(st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(0, 0.02), st.integers(0, 100)), min_size=1, max_size=9))
def test_never_more_than_half_is_set_aside_and_swapping_the_arms_changes_the_sign_alone(parts):
    there = tuple(gates.quad(score, stolen=stolen, switches=switches) for score, stolen, switches in parts)
    back = tuple(replace(quad, order={"ABBA": "BAAB", "BAAB": "ABBA"}[quad.order]) for quad in there)
    one, other = (scores(Stream("b", (Pair(1, quads),))) for quads in (there, back))
    assert one.disturbed == other.disturbed <= len(parts) / 2
    assert one.values[0] == pytest.approx(-other.values[0], abs=1e-12)


def test_a_clock_that_gives_nothing_gives_no_score():
    empty = gates.quad()
    batches = (replace(empty.batches[0], seconds=0.0), *empty.batches[1:])
    stream = Stream("b", (Pair(1, (replace(empty, batches=batches),)), gates.pair(2, 0.1), Pair(3, ())))
    assert scores(stream).values == pytest.approx((0.1,))


def test_unsettled_pairs_are_counted_and_kept():
    found = scores(gates.stream("b", [0.0, 0.1], settled=False))
    assert (found.unsettled, len(found.values)) == (2, 2)


def test_first_calls_matter_where_they_are_long_and_much_longer_than_later_ones():
    long = gates.stream("b", [0.0] * 3, first=(0.1, 0.2))
    assert firsts(long).values == pytest.approx([math.log(2)] * 3)
    assert firsts(gates.stream("b", [0.0], first=(0.01, 0.02))) is None
    assert firsts(gates.stream("b", [0.0])) is None
    assert firsts(Stream("b")) is None
    slow = Quad("ABBA", tuple(replace(batch, iterations=1) for batch in gates.quad().batches))  # 25 ms a call
    assert firsts(Stream("b", (Pair(1, (slow,), (0.1, 0.1)),))) is None


def test_whether_first_calls_matter_does_not_depend_on_which_arm_is_slower():
    one, other = (gates.stream("b", [0.0], first=first) for first in ((0.02, 0.09), (0.09, 0.02)))
    assert firsts(one) is not None
    assert firsts(other) is not None
