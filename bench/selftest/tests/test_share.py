import pytest

from lntx_selftest.figures import met
from lntx_selftest.figures.share import Share, percent


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),  # Clopper and Pearson, as R's binom.test gives them
    [(0, 10, 0.0, 0.3084971), (5, 10, 0.1870860, 0.8129140), (10, 10, 0.6915029, 1.0), (0, 300, 0.0, 0.0122210)],
)
def test_the_interval_is_the_binomial_one(hits, of, low, high):
    assert Share(hits, of).interval == pytest.approx((low, high), abs=1e-6)


def test_it_is_said_in_words():
    assert str(Share(1, 4)) == "1 of 4 (25 %; 0.631 % to 80.6 %)"
    assert str(Share(0, 0)) == "nothing measured yet"
    assert (percent(1.0), percent(0.0)) == ("100 %", "0 %")


@pytest.mark.parametrize(
    ("share", "answer"),
    [(Share(0, 60), "so far"), (Share(0, 400), "yes"), (Share(1, 60), "no"), (Share(0, 0), "not measured")],
)
def test_a_limit_is_kept_for_sure_only_where_the_interval_says_so(share, answer):
    assert met.at_most(share, 0.01) == answer


def test_what_must_be_reached():
    assert met.at_least(Share(4, 4), 0.95) == "so far"
    assert met.at_least(Share(400, 400), 0.95) == "yes"
    assert met.at_least(Share(9, 10), 0.95) == "no"


def test_what_must_lie_between():
    assert met.within(Share(95, 100), 0.93, 0.97) == "so far"
    assert met.within(Share(9_500, 10_000), 0.93, 0.97) == "yes"
    assert met.within(Share(100, 100), 0.93, 0.97) == "no"


def test_of_two_answers_the_worse_counts():
    assert met.both("yes", "no") == "no"
    assert met.both("so far", "yes") == "so far"
    assert met.both("not measured", "no") == "not measured"
