"""Raw rounds that contradict what their file states of them: neither is believed, and what only rounding parts is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import foreign
from support.commandline import lntx_says

from lntx import storage

DATA = [1e-3, 1.1e-3, 1.4e-3, 2e-3]


def said(tmp_path, data, **changes):
    entry = {"fullname": "t.py::test_a", "stats": foreign.stats(data, **changes)}
    study = storage.read(foreign.written(tmp_path / "b.json", foreign.document(entry)))
    return "".join(one.reason for one in study.unusable)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rounds": 20}, "its stats state 20 rounds and hold 4: one of both is wrong"),
        ({"rounds": 3}, "state 3 rounds and hold 4"),
        ({"min": 2e-3}, "state a minimum of 0.002 s, and that of its rounds is 0.001 s"),
        ({"median": 1e-3}, "state a median of 0.001 s, and that of its rounds is 0.00125 s"),
        ({"mean": 2.75e-3}, "state a mean of 0.00275 s, and that of its rounds is 0.001375 s"),
        ({"max": 1.4e-3}, "state a maximum of 0.0014 s"),
        ({"min": 1.0, "max": 2.0, "mean": 1.375, "median": 1.25}, "state a minimum of 1 s"),  # in milliseconds
        ({"median": 0.0}, "state a median of 0 s"),
    ],
)
def test_rounds_that_contradict_what_is_stated_are_not_used(tmp_path, changes, says):
    assert says in said(tmp_path, DATA, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rounds": 4.0},
        {"mean": 1.375e-3 * (1 + 1e-12)},
        {"min": 0.001, "max": 0.002, "mean": 0.0014, "median": 0.0012},  # rounded to four decimals
        {"rounds": None, "min": None, "max": None, "mean": None, "median": None},
        {"rounds": "many", "min": [], "max": True, "mean": 10**400, "median": float("nan")},
    ],
)
def test_what_only_rounding_parts_or_nobody_stated_is_no_contradiction(tmp_path, changes):
    assert said(tmp_path, DATA, **changes) == ""


def test_rounds_that_were_rounded_themselves_are_used(tmp_path):
    stated = foreign.stats([1.26e-6, 1.34e-6, 1.49e-6], keep=False)
    assert said(tmp_path, [1.3e-6, 1.3e-6, 1.5e-6], **stated) == ""


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=30))
def test_what_pytest_benchmark_states_never_contradicts_its_rounds(tmp_path_factory, data):
    assert said(tmp_path_factory.mktemp("any"), data) == ""


def test_compare_calls_nothing_the_same_that_contradicts_itself(tmp_path):
    stated = {"min": 2e-3, "median": 2e-3, "mean": 2e-3, "max": 2e-3}
    for name, stats in {
        "old": foreign.stats([1e-3] * 20),
        "new": foreign.stats([1e-3], rounds=20, **stated),
    }.items():
        found = [{"fullname": "t.py::test_a", "stats": stats}, foreign.entry("t.py::test_b", 3e-3, seed=name)]
        (tmp_path / f"{name}.json").write_text(json.dumps(foreign.document(*found)))
    told = lntx_says("compare", tmp_path / "old.json", tmp_path / "new.json")
    assert told.code != 0
    assert "state 20 rounds and hold 1" in told.out + told.err
