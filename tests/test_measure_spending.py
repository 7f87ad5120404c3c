"""Where a study's minutes went, as its processes tell of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.host.phases import IMPORTING, MEANINGS, PROVING, TIMING
from lntx.measure.study.spending import Spending

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*MEANINGS, "nonsense"]), inner, max_size=4)
    ),
    max_leaves=6,
)


def test_seconds_add_up_by_phase_suite_and_backend():
    spending = Spending()
    spending.enter("samples", "numpy", {IMPORTING: 2.0, TIMING: 0.5})
    spending.enter("samples", "numpy", {TIMING: 0.25, PROVING: 1})
    spending.enter("tutorial", "eager", {TIMING: 1.0})
    found = spending.plain()
    assert found["suites"] == {"samples": {TIMING: 0.75, PROVING: 1.0}, "tutorial": {TIMING: 1.0}}
    assert found["backends"] == {"numpy": {IMPORTING: 2.0, TIMING: 0.75, PROVING: 1.0}, "eager": {TIMING: 1.0}}
    assert found["phases"][TIMING] == 1.75
    assert found["phases"][IMPORTING] == 2.0


@given(ANYTHING)
def test_what_a_stranger_writes_there_is_left_out(spent):
    spending = Spending()
    spending.enter("samples", "numpy", spent)
    told = [seconds for part in spending.found.values() for seconds in part.values()]
    assert all(type(seconds) in (int, float) and math.isfinite(seconds) and seconds > 0 for seconds in told)
    assert {phase for part in spending.found.values() for phase in part} <= MEANINGS.keys()


@pytest.mark.parametrize("whole", [0.0, 5.0])
def test_what_nobody_tells_of_is_never_negative(whole, monkeypatch):
    spending = Spending(discovery=1.0, born=0.0)
    monkeypatch.setattr("lntx.measure.study.spending.monotonic", lambda: whole)
    spending.enter("samples", "numpy", {TIMING: 2.0})
    assert spending.plain()["phases"].get("elsewhere", 0.0) == max(0.0, whole - 3)
