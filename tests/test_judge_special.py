"""The functions that lntx has of its own are SciPy's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special as scipy

from lntx.judge.special import digamma, student_bound, student_quantile, tetragamma, trigamma

POSITIVE = st.floats(1e-3, 1e12)
DOFS = st.floats(0.5, 1e7)
LEVELS = st.floats(1e-9, 0.5 - 1e-9)


@settings(deadline=None)
@given(POSITIVE)
def test_digamma_and_its_derivatives(x):
    assert digamma(x) == pytest.approx(scipy.digamma(x), rel=1e-12, abs=1e-13)
    assert trigamma(x) == pytest.approx(scipy.polygamma(1, x), rel=1e-12)
    assert tetragamma(x) == pytest.approx(scipy.polygamma(2, x), rel=1e-12)


@settings(deadline=None)
@given(DOFS, LEVELS)
def test_student_s_quantile_leaves_the_tail_above_it(dof, tail):
    bound = student_bound(dof, 1 - tail)
    assert scipy.stdtr(dof, -bound) == pytest.approx(1 - (1 - tail), rel=1e-9)
    assert student_bound(dof, tail) == pytest.approx(-bound, rel=1e-6)


@pytest.mark.parametrize("dof", [0.7, 1, 2, 3, 3.5, 8, 23, 240.25, 19_999, 20_001, 1e6])
@pytest.mark.parametrize("level", [1e-7, 0.001, 0.0225, 0.3, 0.7, 0.975, 0.9775, 0.999])
def test_student_s_quantile_is_that_of_scipy(dof, level):
    assert student_bound(dof, level) == pytest.approx(scipy.stdtrit(dof, level), rel=1e-9)


def test_arrays_keep_their_shape_and_order():
    dofs = np.array([[8.0, 3.0, 8.0], [1.5, 3.0, 30_000.0]])
    found = student_quantile(dofs, 0.01)
    assert found == pytest.approx(scipy.stdtrit(dofs, 0.01), rel=1e-9)
    assert digamma(dofs).shape == trigamma(dofs).shape == tetragamma(dofs).shape == dofs.shape
    assert student_quantile(np.zeros((2, 0)), 0.01).shape == (2, 0)


def test_the_middle_is_zero_and_what_no_float_holds_is_infinite():
    assert student_quantile(np.array([1.0, 7.0]), 0.5).tolist() == [0.0, 0.0]
    assert student_bound(0.002, 1e-9) == -math.inf
