import numpy as np
import pytest
from support import gates

from lntx.judge import replay, simulation
from lntx.judge.group_sequential import FASTER, OPEN, SAME, SLOWER
from lntx.judge.noise_history import History
from lntx.judge.prior import Prior
from lntx.judge.sequential_test import SequentialTest
from lntx.judge.simulation import markdown, rows, trial
from lntx.result import Rules

RULES = Rules()
SUITES = 800
WORDS = {
    SAME: "same",
    SLOWER: "slower",
    FASTER: "faster",
    OPEN: "inconclusive",
}


@pytest.fixture(scope="module")
def found():
    """What the rules say, by noise and slowdown."""
    return {(row.noise, row.slowdown): row for row in rows(RULES, SUITES, slowdowns=(0.0, 0.03, 0.05, 0.1))}


@pytest.mark.parametrize("kind", simulation.NOISES)
def test_a_suite_of_equal_code_raises_an_alarm_in_one_of_a_hundred_at_most(found, kind):
    assert found[kind, 0.0].suites <= RULES.alarms


@pytest.mark.parametrize("kind", simulation.NOISES)
def test_equal_code_is_seldom_inconclusive(found, kind):
    assert found[kind, 0.0].inconclusive <= 0.02


@pytest.mark.parametrize("kind", sorted(set(simulation.NOISES) - {"deviations of 1 to 3 %"}))
def test_a_slowdown_of_3_percent_is_found(found, kind):
    assert found[kind, 0.03].slower >= 0.945  # 0.95, and three standard errors of what is counted here


def test_a_slowdown_of_3_percent_is_mostly_found_where_pairs_differ_by_as_much(found):
    assert found["deviations of 1 to 3 %", 0.03].slower >= 0.88


@pytest.mark.parametrize("kind", simulation.NOISES)
def test_larger_slowdowns_are_found_sooner_and_more_surely(found, kind):
    assert found[kind, 0.05].slower >= 0.99
    assert found[kind, 0.1].slower >= 0.999
    assert found[kind, 0.1].pairs < found[kind, 0.05].pairs < found[kind, 0.03].pairs
    assert found[kind, 0.05].pairs < 9
    assert found[kind, 0.1].pairs < 8


@pytest.mark.parametrize("kind", simulation.NOISES)
def test_a_tolerated_slowdown_is_seldom_called_the_same(found, kind):
    assert found[kind, 0.03].same <= RULES.misses


@pytest.mark.parametrize("kind", simulation.NOISES)
@pytest.mark.parametrize("slowdown", [0.0, 0.03, 0.05, 0.1])
def test_intervals_hold_the_truth_though_the_gate_stops_when_it_likes(found, kind, slowdown):
    assert 0.93 <= found[kind, slowdown].coverage <= 0.985  # 0.98, and three standard errors of what is counted here


@pytest.mark.parametrize("benchmarks", [1, 3])
@pytest.mark.parametrize("kind", simulation.NOISES)
def test_few_benchmarks_raise_no_more_alarms(kind, benchmarks):
    suites = 12 * SUITES // benchmarks
    (row,) = rows(RULES, min(suites, 3000), benchmarks, slowdowns=(0.0,), kinds=[kind])
    assert row.suites <= RULES.alarms
    assert row.coverage >= 0.93


def test_four_pairs_that_agree_by_chance_raise_no_alarms_beside_calm_benchmarks(monkeypatch):
    """Half of the suite comes in two kinds of process; taken at their word, four pairs would raise too many alarms."""
    values = simulation.mixed(np.random.default_rng(1), (3000, 12, RULES.cap))
    assert trial(values, RULES).suites(SLOWER) <= RULES.alarms / 2
    monkeypatch.setattr(simulation, "upper_quartile", np.zeros_like)
    assert trial(values, RULES).suites(SLOWER) > RULES.alarms


def test_a_slowdown_of_10_percent_needs_four_pairs_where_the_suite_is_calm():
    values = simulation.normal(np.random.default_rng(7), (300, 12, RULES.cap)) / 2
    assert trial(values + np.log(1.1), RULES).pairs.mean() < 4.1


def test_one_noisy_benchmark_holds_up_no_other():
    values = np.random.default_rng(8).normal(0, 0.01, (300, 12, RULES.cap))
    values[:, 0] *= 5
    assert trial(values + np.log(1.1), RULES).pairs[:, 1:].mean() < 4.1


def test_quads_taken_for_replicates_raise_false_alarms():
    quads = simulation.quads(np.random.default_rng(0), (300, 12, RULES.cap))
    honest = trial(np.median(quads, axis=-1), RULES)
    each = quads.shape[-1]
    naive = trial(quads.reshape(300, 12, -1), Rules(looks=tuple(each * look for look in RULES.looks)))
    assert honest.suites(SLOWER) <= RULES.alarms
    assert naive.suites(SLOWER) > 0.3
    assert naive.coverage(0.0) < 0.7


@pytest.mark.parametrize("benchmarks", [1, 12])
def test_a_history_from_a_quieter_day_raises_no_alarms(benchmarks):
    values = simulation.normal(np.random.default_rng(6), (2000, benchmarks, RULES.cap))
    held = History({"c": {"b": Prior((simulation.DEVIATION / 4) ** 2, 60.0)}}).known("c", ["b"])["b"]
    assert trial(values, RULES, held).suites(SLOWER) <= RULES.alarms
    assert trial(values, RULES, Prior(held.variance, 60.0)).suites(SLOWER) > RULES.alarms  # believed whole


def test_a_shift_of_the_whole_suite_is_not_divided_away():
    found = trial(simulation.normal(np.random.default_rng(4), (50, 12, RULES.cap)) + np.log(1.05), RULES)
    assert found.share(SLOWER) > 0.99


def test_faster_is_told_as_surely_as_slower():
    values = simulation.normal(np.random.default_rng(5), (100, 12, RULES.cap))
    slower, faster = trial(values + 0.06, RULES), trial(-values - 0.06, RULES)
    assert slower.share(SLOWER) > 0.99
    assert faster.share(FASTER) > 0.99
    assert faster.share(SLOWER) == 0


def test_trials_judge_as_a_court_does():
    slow = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, -0.05)
    for seed in range(20):
        streams = gates.suite(slow, deviation=0.02, seed=seed)
        values = [[pair.quads[0].score for pair in streams[f"b{i}"].pairs] for i in range(len(slow))]
        found = trial(np.array([values]), RULES)
        judged = replay.timings(SequentialTest(RULES, [f"b{i}" for i in range(len(slow))]), streams)
        assert [judged[f"b{i}"].verdict for i in range(len(slow))] == [WORDS[outcome] for outcome in found.outcomes[0]]
        assert [judged[f"b{i}"].pairs for i in range(len(slow))] == list(found.pairs[0])
        assert [judged[f"b{i}"].low for i in range(len(slow))] == pytest.approx(np.exp(found.low[0]))


def test_the_table_says_what_was_found():
    lines = markdown(rows(RULES, 20, slowdowns=(0.1,), kinds=["normal"])).splitlines()
    assert lines[2].startswith("| normal | 10% | 100.00% |")
    assert len({line.count("|") for line in lines}) == 1
