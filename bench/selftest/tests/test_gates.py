from dataclasses import replace

import pytest
from made import UNITS, ruling, unit

from lntx.result import BenchmarkResult
from lntx.verdict import Verdict
from lntx_selftest.figures.gates import Gates, Mutated, Slowed, short, spent
from lntx_selftest.figures.share import Share
from lntx_selftest.subject.commits import slowed
from lntx_selftest.subject.repository import texts

EVEN = slowed(texts()["work.py"], "even")
ALL_SAME = dict.fromkeys(UNITS, "same")


def test_one_flagged_benchmark_is_a_false_alarm_of_its_suite():
    gates = Gates([ruling(ALL_SAME), ruling({**ALL_SAME, UNITS[3]: "slower"}), ruling(ALL_SAME)])
    assert gates.alarms() == Share(1, 3)
    assert gates.called("slower") == Share(1, 36)


def test_a_first_call_that_is_called_slower_is_an_alarm_too_but_no_benchmark_more():
    told = BenchmarkResult(unit(UNITS[0]) + " [first call]", Verdict.SLOWER, "time")
    gates = Gates([ruling(ALL_SAME, more=(told,))])
    assert gates.alarms() == Share(1, 1)
    assert gates.called("same") == Share(12, 12)


def test_intervals_that_miss_the_truth_are_counted():
    gates = Gates([ruling(ALL_SAME, interval=(0.99, 1.01)), ruling(ALL_SAME, interval=(1.001, 1.02))])
    assert gates.covered() == Share(12, 24)


def test_a_bound_that_is_not_known_excludes_nothing():
    one = ruling(ALL_SAME)
    one = replace(one, benchmarks=tuple(replace(b, low=None, high=None) for b in one.benchmarks))
    assert Gates([one]).covered() == Share(12, 12)


def test_seconds_are_a_benchmarks_own_and_a_part_of_the_rest():
    one = ruling(ALL_SAME, seconds=60.0, own=2.0)
    assert list(spent(one).values()) == pytest.approx([60 / 12] * 12)
    longer = replace(one, benchmarks=(replace(one.benchmarks[0], seconds=14.0), *one.benchmarks[1:]))
    assert spent(longer)[unit(UNITS[0])] == pytest.approx(14 + (60 - 14 - 22) / 12)


def test_who_was_in_more_pairs_bears_more_of_the_start_up_and_nothing_is_lost():
    one = ruling(ALL_SAME, seconds=60.0, own=2.0)
    one = replace(one, benchmarks=(replace(one.benchmarks[0], pairs=16), *one.benchmarks[1:]))
    found = spent(one)
    assert found[unit(UNITS[0])] == pytest.approx(2 + 36 * 16 / (16 + 11 * 4))
    assert sum(found.values()) == pytest.approx(60)


def test_where_nothing_was_timed_all_bear_the_same():
    one = ruling(ALL_SAME, seconds=24.0, own=0.0)
    one = replace(one, benchmarks=tuple(replace(b, pairs=0) for b in one.benchmarks))
    assert set(spent(one).values()) == {2.0}


@pytest.mark.parametrize(("head", "found", "flagged"), [("plus5-even", 6, 0), ("plus5-odd", 0, 6)])
def test_only_the_half_that_was_slowed_is_to_be_found(head, found, flagged):
    verdicts = {name: "slower" if name in EVEN else "same" for name in UNITS}
    slow = Slowed([ruling(verdicts, head=head)])
    assert (slow.found(), slow.flagged()) == (Share(found, 6), Share(flagged, 6))
    assert len(slow.seconds()) == 6


def test_a_slowdown_that_was_blamed_on_anything_but_time_was_not_found():
    verdicts = {name: "slower" if name in EVEN else "same" for name in UNITS}
    assert Slowed([ruling(verdicts, head="plus3-even", means="counters")]).found() == Share(0, 6)


def test_a_mutant_is_found_by_counters_alone():
    layers = dict.fromkeys(["doubled", "shifted"], "slower")
    by_counters, by_time = ruling(layers, means="counters"), ruling(layers)
    mutated = Mutated("clone", [by_counters, by_time])
    assert mutated.found() == Share(1, 2)
    assert mutated.flagged() == Share(1, 2)


def test_a_benchmark_is_called_by_its_work():
    assert short("test_units.py::test_unit[torch_add]") == "torch_add"
