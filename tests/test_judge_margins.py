"""Margins of single benchmarks: who has which, what follows from them, and that alarms stay as rare."""

import math
from dataclasses import replace

import numpy as np
import pytest
from support import gates

from lntx.judge import group_sequential, margins, simulation
from lntx.judge.group_sequential import OPEN, SLOWER
from lntx.judge.margins import Margin
from lntx.judge.prior import fit_prior, joined, upper_quartile
from lntx.judge.sequential_test import SequentialTest
from lntx.result import Rules

RULES = Rules()
NAMES = ["a.py::test_x[1]", "a.py::test_x[2]", "b.py::test_y"]


def test_the_last_table_that_means_a_benchmark_counts():
    tables = [Margin("a.py::*", margin=2, tolerated=8), Margin("*[2]", tolerated=20), Margin("c.py::*", margin=1)]
    assert margins.own(tables, NAMES, RULES) == {NAMES[0]: (0.02, 0.08), NAMES[1]: (0.005, 0.2)}


def test_limits_that_are_the_suites_are_none_of_ones_own():
    assert margins.own([Margin("*", margin=0.5, tolerated=3)], NAMES, RULES) == {}
    assert margins.own([], NAMES, RULES) == {}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (Margin("*"), "needs a margin, or tolerated"),
        (Margin("*", margin=3), "margin 3 % and tolerated 3 % (tolerated is the suite's)"),
        (Margin("*", tolerated=0.1), "margin 0.5 % and tolerated 0.1 % (margin is the suite's)"),
        (Margin("*", margin=-1, tolerated=3), "margin -1 %"),
        (Margin("*", margin=1, tolerated=100), "margin 1 % and tolerated 100 %"),
        (Margin("*", margin=0, tolerated=99), ""),
        (Margin("*", margin=2.9), ""),
    ],
)
def test_limits_that_make_no_sense_are_said(table, said):
    assert margins.fault(table, RULES).startswith(f"has {said}" if said and "needs" not in said else said)


def test_a_margin_is_taken_beside_the_suites_as_the_command_line_has_them():
    assert margins.fault(Margin("*", margin=5), replace(RULES, tolerated=0.1)) == ""


def test_a_slowdown_within_its_own_margin_is_none_and_the_neighbours_are_held_to_the_suites():
    scores = [math.log(1.04)] * RULES.cap
    streams = {name: gates.stream(name, scores) for name in NAMES}
    own = {NAMES[0]: (0.05, 0.1), NAMES[1]: (0.001, 0.002)}
    found = SequentialTest(RULES, NAMES, margins=own).look(streams)
    assert [found[name].verdict for name in NAMES] == ["same", "slower", "slower"]
    assert "own limits: margin 5 %, tolerated 10 %" in found[NAMES[0]].reason
    assert "own limits" not in found[NAMES[2]].reason


def test_its_first_call_is_held_to_the_same():
    streams = {name: gates.stream(name, [0.0] * 8, first=(0.2, 0.22)) for name in NAMES}
    court = SequentialTest(RULES, NAMES, margins={NAMES[0]: (0.2, 0.5)})
    court.look(streams)
    found = court.firsts(streams)
    assert [found[f"{name} [first call]"].verdict for name in NAMES] == ["same", "slower", "slower"]


def test_what_it_would_take_follows_from_its_own():
    streams = gates.suite((0.02,), deviation=0.15)
    strict, lax = (SequentialTest(RULES, ["b0"], margins=own).look(streams)["b0"] for own in ({}, {"b0": (0.1, 0.3)}))
    assert strict.verdict == "inconclusive"
    assert lax.verdict == "same" or lax.needs < strict.needs


@pytest.mark.end_to_end
@pytest.mark.parametrize("kind", ["normal", "fast and slow processes", "noise that the suite shares"])
def test_alarms_stay_as_rare_where_each_is_as_slow_as_its_own_margin_allows(kind):
    """The suite's 1 % holds for whatever margins, as each benchmark's own level is what is paid for."""
    own = [replace(RULES, margin=0.002 * i, tolerated=0.05 + 0.01 * i) for i in range(12)]
    shape = (600, 12, RULES.cap)
    values = simulation.NOISES[kind](np.random.default_rng(5), shape)
    values += np.log1p([one.margin for one in own])[:, None]
    alarmed = 0
    for suite in values:
        outcomes = np.zeros(12, int)
        for look in RULES.looks:
            seen = suite[:, :look]
            moments = seen.mean(axis=1), seen.var(axis=1, ddof=1), np.full(12, float(look))
            prior, dofs = joined(*fit_prior(moments[1], moments[2] - 1), [None] * 12)
            found = group_sequential.estimates(*moments, prior, dofs, upper_quartile(moments[1]))
            now = group_sequential.decided(found, RULES, 12, last=look == RULES.cap, own=own)
            outcomes = np.where(outcomes == OPEN, now, outcomes)
        alarmed += bool((outcomes == SLOWER).any())
    assert alarmed <= 0.01 * len(values) + 3 * math.sqrt(0.01 * len(values))


def test_they_are_told_of_by_name():
    assert list(margins.notes({"a": (0.02, 0.1), "b": (0.02, 0.1)})) == [
        "limits of their own, says lntx-gate.toml (margin 2 %, tolerated 10 %): a, b"
    ]
