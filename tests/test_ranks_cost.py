"""The model of what ranks cost: exact where times lie on its lines, never negative, and it says from which size on ranks pay."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.errors import InputError
from lntx.training.linear.ranks.cost import Costs, Line, Part, fitted, sent

COSTS = Costs(2, Line(1e-4, 1e-9), Part(2e-5, 3e-9, 1e-10))


SHAPES = ((8, 1), (8, 1000), (8, 100_000), (500, 10), (5000, 10), (5000, 100), (20_000, 100), (50_000, 5))
ALONE = Costs(1, Line(0.0, 0.0), COSTS.steps)


@given(
    latency=st.floats(1e-6, 1e-2), byte=st.floats(1e-10, 1e-7), row=st.floats(1e-10, 1e-6),
    number=st.floats(1e-12, 1e-7), ranks=st.integers(2, 4),
)  # fmt: skip
def test_steps_of_a_model_give_that_model(latency, byte, row, number, ranks):
    known = Costs(ranks, Line(latency, byte), Part(2e-5, row, number))
    found = fitted([(*shape, known.step_s(*shape)) for shape in SHAPES], ranks, ALONE)
    assert found.step_s(100_000, 20) == pytest.approx(known.step_s(100_000, 20), rel=1e-5)
    assert found.sums.at(400) == pytest.approx(known.sums.at(400), rel=1e-3)
    one = Costs(1, Line(0.0, 0.0), known.steps)
    assert fitted([(*shape, one.step_s(*shape)) for shape in SHAPES]).step_s(7, 7) == pytest.approx(one.step_s(7, 7))


@given(st.lists(st.floats(1e-4, 10), min_size=len(SHAPES), max_size=len(SHAPES)))
def test_nothing_takes_less_than_no_time(seconds):
    found = fitted([(*shape, took) for shape, took in zip(SHAPES, seconds, strict=True)], 2, ALONE)
    assert min(found.sums.start_s, found.sums.each_s, found.steps.row_s, found.steps.number_s) >= 0
    assert found.step_s(1000, 10) > 0


@pytest.mark.parametrize(
    "points",
    [[], [(8, 1, 1.0)], [(8, 1, 1.0)] * 5, [(*shape, 1e-6) for shape in SHAPES], [(*s, math.nan) for s in SHAPES]],
)
def test_what_gives_no_model_is_refused(points):
    with pytest.raises(InputError, match="three shapes or more"):
        fitted(points, 2, ALONE)


def test_a_step_is_a_ranks_part_and_one_sum_of_the_gradient():
    assert sent(10, 2) == 88
    assert COSTS.step_s(101, 10) == pytest.approx(2e-5 + 51 * (3e-9 + 10 * 1e-10) + 1e-4 + 44e-9)
    assert Costs(1, COSTS.sums, COSTS.steps).step_s(100, 10) == pytest.approx(2e-5 + 100 * (3e-9 + 10 * 1e-10))


@pytest.mark.parametrize("features", [1, 10, 1000])
@pytest.mark.parametrize("delay", [0.0, 1e-3, 1e-2])
def test_from_the_size_that_it_says_on_ranks_are_faster_than_one(features, delay):
    costs = COSTS.delayed(delay)
    alone, rows = Costs(1, costs.sums, costs.steps), costs.pays_from(features)
    assert costs.step_s(2 * rows, features) < alone.step_s(2 * rows, features)
    assert costs.step_s(rows // 2, features) > alone.step_s(rows // 2, features)


def test_where_reading_costs_nothing_no_size_pays():
    assert Costs(2, COSTS.sums, Part(1e-5, 0.0, 0.0)).pays_from(10) is None
    assert Costs(1, COSTS.sums, COSTS.steps).pays_from(10) is None
