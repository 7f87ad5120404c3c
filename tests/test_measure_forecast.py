"""The time that a study still takes is guessed by the cells so far, also where ways compile for longer than any budget."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.measure.study.forecast import Forecast
from lntx.measure.study.job import Job
from lntx.measure.study.progress import Reporter

LEAST = {True: 2.0, False: 1.0}
FIRST, SECOND = Job(0, "eager", "cpu"), Job(1, "eager", "cpu")
OTHER = Job(0, "compiled", "cpu")
SECONDS = st.floats(0, 1e6)


def known(*seconds):
    forecast = Forecast()
    for one in seconds:
        forecast.note(FIRST, one)
    return forecast


def test_nothing_is_guessed_before_a_cell_is_done_unless_nothing_is_left():
    assert Forecast().rest([FIRST], {}, LEAST) is None
    assert Forecast().rest([], {}, LEAST) == 0


def test_a_backend_of_which_nothing_is_known_takes_what_others_took_and_at_least_what_is_timed():
    assert known(30).rest([OTHER], {}, LEAST) == 30 + 3
    assert known(0.5).rest([OTHER], {}, LEAST) == 2 + 3
    assert Forecast({("compiled", True): [30]}).rest([SECOND], {}, LEAST) == 1 + 3


def test_a_later_process_neither_checks_nor_compiles_all_and_takes_a_part_of_the_first():
    assert known(30).rest([SECOND], {}, LEAST) == 0.4 * 30 + 3
    assert known(1).rest([SECOND], {}, LEAST) == 1 + 3


@given(st.lists(SECONDS, min_size=1), SECONDS, st.floats(0, 100), st.floats(0, 1e6))
def test_where_everything_takes_longer_than_is_accounted_for_so_will_the_rest(took, gone, more, elapsed):
    forecast = known(*took)
    usual = forecast.pace(sum(took) + 3 + gone + 3, {OTHER: gone})
    assert usual == pytest.approx(1)
    assert forecast.pace(elapsed + more, {OTHER: gone}) >= forecast.pace(elapsed, {OTHER: gone}) > 0


def test_a_cell_at_work_counts_for_what_is_left_of_it():
    assert known(30).rest([FIRST], {FIRST: 10}, LEAST) == 20 + 3
    assert known(30).rest([FIRST], {FIRST: 30}, LEAST) == 3


def test_a_cell_that_takes_longer_than_usual_may_do_so_for_longer():
    assert known(10).rest([OTHER], {OTHER: 60}, LEAST) == 25 + 3


@given(st.floats(0.1, 1e4), st.lists(st.floats(0, 1), min_size=2))
def test_the_guess_falls_while_a_cell_takes_no_longer_than_usual(usual, parts):
    guesses = [known(usual).rest([FIRST], {FIRST: usual * part}, LEAST) for part in sorted(parts)]
    assert guesses == sorted(guesses, reverse=True)


@given(st.lists(SECONDS, min_size=1), st.lists(st.sampled_from([FIRST, SECOND, OTHER])), SECONDS)
def test_a_guess_is_a_time_and_more_cells_take_no_less(took, left, gone):
    forecast = known(*took)
    at_work = {left[0]: gone} if left else {}
    guess = forecast.rest(left, at_work, LEAST)
    assert 0 <= guess < math.inf
    assert forecast.rest([*left, FIRST], at_work, LEAST) >= guess


def test_between_two_cells_it_is_told_what_the_process_is_at_and_not_what_was_done():
    heard = []
    job = FIRST
    state = SimpleNamespace(
        outcomes={job: {"s::test_a": None}}, profile=SimpleNamespace(run_s=1, rounds_s=1, checks_s=1),
        jobs=lambda: [job], open=lambda _: ["s::test_b"], points=lambda _: ["s::test_a", "s::test_b"],
    )  # fmt: skip
    reporter = Reporter(heard.append, state)
    reporter.start(job)
    reporter.say("")
    reporter.begin(job, "s::test_a", 1.0)
    reporter.end(job, "s::test_a", 2.0)
    reporter.leave(job)
    reporter.say("")
    words = [one.at_work for one in heard]
    assert "eager on cpu: loading torch and the suites, process 1" in words
    assert words[-3:] == ["eager on cpu: a, process 1", "eager on cpu: between two cells, process 1", ""]
