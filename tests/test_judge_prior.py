import numpy as np
import pytest
from scipy.special import digamma, polygamma

from lntx.judge.prior import FLOOR, MOST, Prior, fit_prior, joined, moderated
from lntx.judge.prior import _trigamma_inverse as inverse


@pytest.mark.parametrize("value", [0.01, 0.1, 1.0, 5.0, 100.0])
def test_the_inverse_of_trigamma(value):
    assert polygamma(1, inverse(np.array([value]))) == pytest.approx([value], rel=1e-6)


def test_the_variance_that_benchmarks_share_is_found():
    rng = np.random.default_rng(0)
    variances = 0.02**2 * rng.chisquare(3, (400, 60)) / 3
    variance, dof = fit_prior(variances, np.full(variances.shape, 3.0))
    assert np.median(variance) == pytest.approx(0.02**2, rel=0.1)
    assert np.median(dof) == MOST


def test_variances_drawn_from_a_prior_give_its_degrees_of_freedom_back():
    rng = np.random.default_rng(1)
    true = 0.02**2 * 3 / rng.chisquare(3, 4000)
    variance, dof = fit_prior(true * rng.chisquare(15, 4000) / 15, np.full(4000, 15.0))
    assert dof[0] == pytest.approx(3, rel=0.15)
    assert variance[0] == pytest.approx(0.02**2, rel=0.1)


def test_a_prior_is_fitted_to_the_others_as_smyth_does():
    own, others = 0.5, np.array([1e-4, 9e-4, 3e-4, 25e-4, 2e-4])
    variance, dof = fit_prior(np.append(others, own), np.array([3.0, 7.0, 3.0, 3.0, 11.0, 3.0]))
    half = np.array([3.0, 7.0, 3.0, 3.0, 11.0]) / 2
    logs = np.log(others) - digamma(half) + np.log(half)
    excess = logs.var(ddof=1) - polygamma(1, half).mean()
    expected = min(2 * inverse(np.array([max(excess, 0.01)]))[0], 5.0)
    assert dof[-1] == pytest.approx(expected)
    shift = digamma(expected / 2) - np.log(expected / 2) if excess > 0.01 else 0.0
    assert variance[-1] == pytest.approx(np.exp(logs.mean() + shift))


def test_too_few_others_give_no_prior():
    for count in (1, 2):
        assert list(fit_prior(np.full(count, 1e-4), np.full(count, 3.0))[1]) == [0.0] * count
    assert list(fit_prior(np.full(4, 1e-4), np.array([3.0, 0.0, 0.0, 0.0]))[1]) == [0.0] * 4


def test_a_prior_never_weighs_more_than_what_it_rests_upon():
    _, dof = fit_prior(np.full(4, 1e-4), np.full(4, 3.0))
    assert list(dof) == [3.0] * 4


def test_identical_scores_are_not_believed_to_have_no_variance():
    with np.errstate(all="raise"):
        variance, dof = fit_prior(np.zeros(5), np.full(5, 3.0))
        joint, total = moderated(np.zeros(5), np.full(5, 3.0), variance, dof)
    assert np.all(joint >= FLOOR)
    assert np.all(np.isfinite(variance))
    assert np.all(total == 3 + dof)


def test_what_is_known_of_a_benchmark_is_joined_with_what_the_others_say():
    variance, dof = joined(np.array([1e-4, 1e-4]), np.array([3.0, 3.0]), [Prior(5e-4, 1.0), None])
    assert variance == pytest.approx([2e-4, 1e-4])
    assert list(dof) == [4.0, 3.0]
