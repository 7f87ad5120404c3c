"""Runs of any make: benchmarks in any order, some gone and some new, and a level that begins at any run."""

import math
import random
import warnings
from datetime import UTC, datetime, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from support import foreign

from lntx.record import Record, Study
from lntx.report.analysis.runs import runs
from lntx.report.drawing.library import Figure
from lntx.report.figures import foreign as dots
from lntx.report.figures import nightly, sides
from lntx.report.findings import findings
from lntx.report.frames import frames

NAMES = ("a", "b", "c", "t.py::test_d[1]", "t.py::test_d[2]")


def run(i, times, machine=foreign.MACHINE):
    day = (datetime(2025, 1, 1, 1, tzinfo=UTC) + timedelta(i)).isoformat()
    records = tuple(Record(name, (), stated={"median": time, "min": time, "rounds": 5}) for name, time in times.items())
    return Study(records, (), machine, {"ended": day, "commit": {"id": f"{i:02x}abcdef0123"}})


def starts(times):
    found = runs(frames([run(i, {"a": time}) for i, time in enumerate(times)]))
    return [turn - 1 for turn in found["turn"][found["change"].astype(bool)]]


ORDERS = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, unique=True), min_size=2, max_size=8)


@settings(deadline=None, max_examples=10)
@given(ORDERS)
def test_benchmarks_may_stand_in_any_order_and_come_and_go(orders):
    tidy = frames(
        [run(i, {name: 1e-3 * (i + 1 + NAMES.index(name)) for name in order}) for i, order in enumerate(orders)]
    )
    findings(tidy)
    for figure in (dots, nightly, sides):
        made = figure.frame(tidy)
        assert made.empty or figure.alt(made)
    for row in dots.frame(tidy).itertuples():
        having = [i for i, order in enumerate(orders) if row.name in order]
        first = 1e-3 * (having[0] + 1 + NAMES.index(row.name))
        assert math.isnan(row.first_s) if len(having) == 1 else math.isclose(row.first_s, first)


@settings(deadline=None, max_examples=20)
@given(st.data(), st.sampled_from([0.0, 0.001]), st.sampled_from([1 / 3, 0.8, 1.25, 3.0]))
def test_a_level_begins_at_its_first_run_or_is_too_short_to_be_one(data, noise, step):
    count = data.draw(st.integers(6, 40))
    place = data.draw(st.integers(1, count - 1))
    drawn = random.Random(place)
    times = [1e-3 * math.exp(drawn.uniform(-noise, noise)) * (step if i >= place else 1) for i in range(count)]
    short = count >= 12 and min(place, count - place) < 3
    assert starts(times) == ([] if short else [place])


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from([1.0, 1.02, 1.3, 3.0]), min_size=6, max_size=30))
def test_a_level_never_begins_at_a_run_that_is_nearer_to_the_one_before(times):
    found = runs(frames([run(i, {"a": time}) for i, time in enumerate(times)]))
    for i in found.index[found["change"].astype(bool)]:
        own, before = (math.log(found["level"][j]) for j in (i, i - 1))
        ratio = math.log(found["ratio"][i])
        assert abs(ratio - own) <= abs(ratio - before) + 1e-9


@settings(deadline=None, max_examples=8)
@given(st.integers(3, 9), st.floats(0.001, 3e4))
def test_days_far_apart_or_near_are_drawn_without_a_warning(count, hours):
    days = [(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=i * hours)).isoformat() for i in range(count)]
    made = pd.DataFrame({"name": "a", "turn": range(1, count + 1), "study": days, "day": days, "ratio": 1.0})
    figure = Figure()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        nightly.draw(made.assign(level=1.0, change=False, low=None, high=None), figure, {})
        figure.draw_without_rendering()
    assert not [one for one in said if "interval" in str(one.message)]


def said(studies):
    return [one for one in findings(frames(studies)) if one.source in {"gone", "sides", "nightly"}]


@settings(deadline=None, max_examples=10)
@given(ORDERS)
def test_what_the_last_run_lacks_is_named_in_a_warning(orders):
    studies = [run(i, dict.fromkeys(order, 1e-3)) for i, order in enumerate(orders)]
    text = " ".join(one.text for one in said(studies) if one.source == "gone" and one.kind == "warning")
    gone = {name for order in orders for name in order} - set(orders[-1])
    new = set(orders[-1]) - set(orders[0]) if len(orders) == 2 else set()
    labels = frames(studies).benchmarks()
    assert (" lacks" in text) == bool(gone | new)
    assert all(labels[name] in text for name in gone | new)


def test_of_many_that_are_gone_some_are_named_and_the_rest_counted():
    many = {f"t::test_{i:02}": 1.0 for i in range(30)}
    (one, *_) = [one for one in said([run(0, many), run(1, {"t::test_00": 1.0})]) if one.source == "gone"]
    assert "lacks 29 benchmarks" in one.text
    assert "test_01, test_02" in one.text
    assert "and 23 more." in one.text


def test_few_runs_are_too_few_to_look_for_levels():
    for count in (3, 5, 6):
        text = " ".join(one.text for one in said([run(i, {"a": 1.0 + (i > 1)}) for i in range(count)]))
        assert ("too few to look for new levels" in text) == (count < 6)
        assert "no benchmark's time changes level" not in text


def test_runs_of_unlike_machines_say_so_and_each_is_held_against_its_own():
    other = {**foreign.MACHINE, "cpu": {"brand_raw": "Another", "count": 2}}
    made = [run(0, {"a": 1.0}), run(1, {"a": 3.0}), run(2, {"a": 1.0}, other)]
    found = [one for one in said(made) if one.source == "sides"]
    assert [one.kind for one in found] == ["warning", "result"]
    assert "unlike machines. On Example Arm 9000, " in found[0].text
    assert "takes 3.00 times as long" in found[0].text
    assert found[1].text.startswith("Across machines: ")
    assert [one.kind for one in said([*made[:2], run(2, {"a": 1.0})]) if one.source == "sides"] == ["result"]


def test_an_alt_text_says_what_the_last_run_lacks():
    tidy = frames([run(i, {"a": 1.0} | ({"b": 0.5} if i < 3 else {})) for i in range(4)])
    assert "b 1.00 times (not in the last, but at 2025-01-03" in nightly.alt(nightly.frame(tidy))
    assert "the fastest a with 1.00 s; the last run lacks 1 of them" in dots.alt(dots.frame(tidy))
