"""What two records say of each other: of what both have, and never of what one lacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import foreign

from lntx.judge.ratios import ratios
from lntx.record import Record

times = st.floats(1e-9, 1e3)


def full(center, count=9, seed=0):
    return Record("a", (tuple(foreign.rounds(center, count, seed)),))


def stated(median, least=None, rounds=None, **more):
    given = {"median": median, "min": least, "rounds": rounds, **more}
    return Record("a", (), stated={name: value for name, value in given.items() if value is not None})


def trimmed(record):
    """The same record as a file without rounds states it."""
    kept = foreign.stats(list(record.rounds[0]), keep=False)
    return Record("a", (), stated={name: value for name, value in kept.items() if name != "iterations"})


@pytest.mark.parametrize(
    ("median", "least", "verdict"),
    [
        (1.3, 1.3, "slower"), (1.3, 1.0, "inconclusive"), (1.0, 1.3, "inconclusive"), (1.02, 0.98, "same"),
        (0.7, 0.7, "faster"), (0.7, 1.0, "inconclusive"), (1.3, 0.7, "inconclusive"),
    ],
)  # fmt: skip
def test_what_files_state_must_show_in_medians_and_in_minima(median, least, verdict):
    found = ratios(stated(2.0, 1.5, 40), stated(2.0 * median, 1.5 * least, 40))
    assert found.verdict(0.15) == verdict
    assert found.reason == f"ratio of medians {median:.3f}, of minima {least:.3f}"


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "same"), (3.0, "inconclusive"), (0.3, "inconclusive")])
def test_without_a_minimum_nothing_is_slower_or_faster_and_none_is_made_up(side, factor, verdict):
    pair = [stated(1.0, 0.9, 10), stated(factor, 0.9 * factor, 10)]
    pair[side] = stated(pair[side].stated["median"])
    found = ratios(*pair)
    assert found.verdict(0.15) == verdict
    assert "of minima" not in found.reason
    assert found.reason.endswith(f"{('base', 'head')[side]} states no minimum")


def test_means_alone_are_no_medians():
    found = ratios(stated(None, mean=1.0), stated(None, mean=5.0))
    assert (found.verdict(0.15), found.median) == ("inconclusive", None)
    assert found.reason == "ratio of means 5.000; base and head state no median, and a mean follows every outlier"
    assert ratios(full(1.0), stated(None, mean=5.0)).reason.startswith("ratio of means")


@given(times, st.integers(2, 60), st.integers(0, 99))
def test_a_full_and_a_trimmed_file_of_the_same_speed_are_the_same(center, count, seed):
    one, other = full(center, count, seed), trimmed(full(center * 1.001, count, seed + 1))
    assert ratios(one, other).verdict(0.15) == ratios(other, one).verdict(0.15) == "same"


@given(times, st.integers(3, 20), st.integers(50, 500))
def test_unequal_numbers_of_rounds_are_no_reason_to_doubt_equal_medians(center, few, many):
    spread = [
        center * (1 + (i + 0.5) / many) for i in range(many)
    ]  # evenly from once to twice: minima depend on the count
    thin = [center * (1 + (i + 0.5) / few) for i in range(few)]
    pairs = [trimmed(Record("a", (tuple(values),))) for values in (thin, spread)]
    for one, other in (pairs, pairs[::-1]):
        assert ratios(one, other).verdict(0.15) == "same"


def test_a_slowdown_with_fewer_rounds_is_one_all_the_same():
    found = ratios(stated(1.0, 0.9, 100), stated(3.0, 2.7, 33))
    assert found.verdict(0.15) == "slower"
    assert "of unequally many rounds" in found.reason


@given(st.lists(times, min_size=1, max_size=30), st.lists(times, min_size=1, max_size=30))
def test_turning_the_files_round_turns_the_verdict_round(ones, others):
    turned = {"slower": "faster", "faster": "slower"}
    records = [Record("a", (tuple(values),)) for values in (ones, others)]
    there, back = ratios(*records).verdict(0.2), ratios(*records[::-1]).verdict(0.2)
    assert turned.get(there, there) == back
