"""The model of what ranks cost: exact where times lie on its lines, never negative, and it says from which size on ranks pay."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.errors import InputError
from lntx.training.linear.ranks.cost import Costs, Line, line, sent

COSTS = Costs(2, Line(1e-4, 1e-9), Line(2e-5, 1e-10))


@given(start=st.floats(1e-7, 1), each=st.floats(1e-12, 1e-3))
def test_times_on_a_line_give_that_line(start, each):
    found = line([(size, start + each * size) for size in (1, 10, 1000, 100_000)])
    assert found.at(500) == pytest.approx(start + each * 500, rel=1e-6)


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.floats(1e-7, 10)), min_size=2, max_size=8, unique_by=lambda p: p[0])
)
def test_no_part_of_a_line_is_negative(points):
    found = line(points)
    assert found.start_s >= 0
    assert found.each_s >= 0
    assert max(found.start_s, found.each_s) > 0


@pytest.mark.parametrize(
    "points", [[], [(1, 1.0)], [(1, 1.0), (1, 2.0)], [(1, 1.0), (2, 0.0)], [(1, 1.0), (2, math.nan)]]
)
def test_what_gives_no_line_is_refused(points):
    with pytest.raises(InputError, match="a line takes times above 0"):
        line(points)


def test_a_step_is_a_ranks_part_and_one_sum_of_the_gradient():
    assert sent(10, 2) == 88
    assert COSTS.step_s(101, 10) == pytest.approx(2e-5 + 51 * 10 * 1e-10 + 1e-4 + 44e-9)
    assert Costs(1, COSTS.sums, COSTS.steps).step_s(100, 10) == pytest.approx(2e-5 + 1000 * 1e-10)


@pytest.mark.parametrize("features", [1, 10, 1000])
@pytest.mark.parametrize("delay", [0.0, 1e-3, 1e-2])
def test_from_the_size_that_it_says_on_ranks_are_faster_than_one(features, delay):
    costs = COSTS.delayed(delay)
    alone, rows = Costs(1, costs.sums, costs.steps), costs.pays_from(features)
    assert costs.step_s(2 * rows, features) < alone.step_s(2 * rows, features)
    assert costs.step_s(rows // 2, features) > alone.step_s(rows // 2, features)


def test_where_reading_costs_nothing_no_size_pays():
    assert Costs(2, COSTS.sums, Line(1e-5, 0.0)).pays_from(10) is None
    assert Costs(1, COSTS.sums, COSTS.steps).pays_from(10) is None
