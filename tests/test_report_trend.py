"""Where a trend changes level: the best of all ways to part it, as the library of that name finds it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lntx.report.analysis.trend import _parted

VALUES = st.lists(st.integers(-1000, 1000), min_size=2, max_size=40)


def cost(values, begins, penalty):
    parts = np.split(np.array(values, float), sorted(begins))
    return sum(((part - part.mean()) ** 2).sum() for part in parts) + penalty * len(begins)


@settings(deadline=None)
@given(VALUES, st.floats(0.5, 1e6))
def test_no_other_way_to_part_costs_less(values, penalty):
    pelt = pytest.importorskip("ruptures").Pelt(model="l2", min_size=1, jump=1)
    theirs = pelt.fit_predict(np.array(values, float)[:, None], pen=penalty)[:-1]
    found = _parted(np.array(values, float), penalty)
    assert cost(values, found, penalty) <= cost(values, theirs, penalty) * (1 + 1e-9) + 1e-6


@pytest.mark.parametrize("places", [set(), {5}, {3, 9}, {1, 2, 11}])
def test_levels_far_apart_are_found_where_they_begin(places):
    levels = np.cumsum([10.0 * (i in places) for i in range(12)])
    assert _parted(levels, 1.0) == places
