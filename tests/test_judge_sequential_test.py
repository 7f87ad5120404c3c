import math
from dataclasses import replace

import pytest
from support import gates

from lntx.errors import InputError
from lntx.judge import decision
from lntx.judge.prior import Prior
from lntx.judge.replay import scaled
from lntx.judge.sequential_test import SequentialTest
from lntx.result import Pair, Rules, Stream

RULES = Rules()


def until(streams, pairs):
    return {name: replace(stream, pairs=stream.pairs[:pairs]) for name, stream in streams.items()}


def test_a_court_decides_at_looks_and_each_benchmark_once():
    streams = gates.suite((0.0, 0.0, 0.1, 0.0, 0.0, 0.03))
    court = SequentialTest(RULES, [f"b{i}" for i in range(6)])
    decided = {}
    for pairs in range(1, RULES.cap + 1):
        new = court.look(until(streams, pairs))
        assert not new or pairs in RULES.looks
        assert not set(new) & set(decided)
        decided |= new
    assert set(decided) == set(court.decided) == {f"b{i}" for i in range(6)}
    assert decided["b2"].verdict == "slower"
    assert decided["b0"].verdict == "same"
    assert decided["b0"].excluded < 1.03


def test_sentinels_are_not_judged_as_benchmarks():
    streams = gates.suite((0.0, 0.0, 0.0))
    assert set(SequentialTest(RULES, ["b0", "b1", "b2"]).look(streams)) == {"b0", "b1", "b2"}


def test_at_the_cap_what_is_open_is_inconclusive_with_what_it_would_take():
    judged = SequentialTest(RULES, ["b0"]).look(gates.suite((0.0,), deviation=0.15))["b0"]
    assert judged.verdict == "inconclusive"
    assert judged.pairs == RULES.cap < judged.needs
    assert "pairs differ by" in judged.reason
    assert judged.low < judged.ratio < judged.high


def test_an_inconclusive_one_says_what_dominated_the_noise():
    values = [(-1) ** i * 0.2 for i in range(RULES.cap)]
    restless = SequentialTest(RULES, ["b"]).look({"b": gates.stream("b", values, settled=False)})["b"]
    assert restless.reason == "non-stationary: 40 of 40 pairs never came to rest"
    quads = [[gates.quad(value), gates.quad(value, stolen=0.02)] for value in values]
    robbed = Stream("b", tuple(Pair(number, tuple(two)) for number, two in enumerate(quads, 1)))
    assert (
        SequentialTest(RULES, ["b"])
        .look({"b": robbed})["b"]
        .reason.startswith("disturbed by the machine: 40 of 80 quads")
    )
    inside = [gates.pair(number, value, value + 0.9, value - 0.9) for number, value in enumerate(values, 1)]
    assert "inside a process" in SequentialTest(RULES, ["b"]).look({"b": Stream("b", tuple(inside))})["b"].reason


def test_a_benchmark_without_times_is_inconclusive_at_the_cap():
    streams = gates.suite((0.0, 0.0))
    decided = SequentialTest(RULES, ["b0", "b1", "gone"]).look(streams)
    assert decided["gone"].verdict == "inconclusive"
    assert decided["gone"].ratio is None


def test_a_single_pair_decides_nothing_and_has_no_interval():
    judged = SequentialTest(Rules(looks=(1,)), ["b"]).look({"b": gates.stream("b", [0.5])})["b"]
    assert judged.verdict == "inconclusive"
    assert (judged.low, judged.high, judged.excluded, judged.needs) == (None, None, None, None)
    assert judged.ratio == pytest.approx(math.exp(0.5))


def test_identical_scores_are_decided_without_an_error():
    streams = {name: gates.stream(name, [score] * 4) for name, score in (("a", 0.0), ("b", 0.05), ("c", -0.05))}
    decided = SequentialTest(RULES, list(streams)).look(streams)
    assert {name: judged.verdict for name, judged in decided.items()} == {"a": "same", "b": "slower", "c": "faster"}


def test_a_slowdown_within_the_margin_is_never_called_one():
    streams = {name: gates.stream(name, [0.004] * RULES.cap) for name in "abc"}
    assert {judged.verdict for judged in SequentialTest(RULES, "abc").look(streams).values()} == {"same"}


def test_below_eight_pairs_an_alarm_must_hold_with_the_noise_of_the_suites_upper_quartile():
    """Four pairs that agree to a hair may be processes of two kinds: one noisy neighbour holds up nobody, three of nine do."""
    calm = {name: gates.stream(name, [0.001, -0.001] * 4) for name in "bcdef"}
    scores = [0.05, -0.06, 0.04, -0.05, 0.06, -0.05, 0.05, -0.04]
    noisy = {name: gates.stream(name, scores) for name in "xyz"}
    slow = {"a": gates.stream("a", [0.05] * 8)}
    one = slow | calm | {"x": noisy["x"]}
    assert SequentialTest(RULES, list(one)).look(until(one, 4))["a"].verdict == "slower"
    three = slow | calm | noisy
    court = SequentialTest(RULES, list(three))
    assert "a" not in court.look(until(three, 4))
    assert court.look(three)["a"].verdict == "slower"


def test_what_is_known_from_before_lets_a_lone_benchmark_be_decided_sooner():
    stream = scaled(gates.stream("b", [0.01, -0.012, 0.008, -0.006]), 1.035)
    assert SequentialTest(RULES, ["b"]).look({"b": stream}) == {}
    assert SequentialTest(RULES, ["b"], {"b": Prior(0.01**2, 8.0)}).look({"b": stream})["b"].verdict == "slower"


def test_streams_of_unequal_length_are_judged_by_what_they_have():
    streams = gates.suite((0.05, 0.0, 0.0, 0.0), pairs=8)
    streams["b0"] = replace(streams["b0"], pairs=streams["b0"].pairs[:6])
    decided = SequentialTest(RULES, ["b0", "b1", "b2", "b3"]).look(streams)
    assert decided["b0"].pairs == 6


def test_first_calls_are_judged_apart_and_share_the_budget():
    streams = {
        name: gates.stream(name, [0.0] * 8, first=(0.2, 0.2 * by)) for name, by in (("a", 1), ("b", 2), ("c", 0.5))
    }
    streams["d"] = gates.stream("d", [0.0] * 8)
    court = SequentialTest(RULES, list(streams))
    court.look(streams)
    found = court.firsts(streams)
    assert {name: judged.verdict for name, judged in found.items()} == {
        "a [first call]": "same",
        "b [first call]": "slower",
        "c [first call]": "faster",
    }
    assert court.tests(streams) == 7
    assert found["b [first call]"].ratio == pytest.approx(2)


def test_a_court_that_is_closed_early_decides_nothing_more():
    court = SequentialTest(RULES, ["b0", "b1"])
    found = court.close(gates.suite((0.5, 0.0), pairs=5))
    assert {judged.verdict for judged in found.values()} == {"inconclusive"}
    assert found["b0"].ratio > 1.4


@pytest.mark.parametrize("shift", [0.0, 0.05, -0.05])
def test_sentinels_that_move_contaminate_a_run(shift):
    judged = decision.controls(gates.suite(sentinel=shift), RULES)
    assert [one.name for one in judged] == ["s0", "s1"]
    assert {one.verdict for one in judged} == {"contaminated" if shift else "same"}


@pytest.mark.parametrize("shift", [0.0, 0.03, -0.03])
def test_four_pairs_of_sentinels_show_what_could_fool_four_pairs_of_benchmarks(shift):
    """Each alone has three degrees of freedom, with which nothing this small could be seen."""
    rules, moved = Rules(looks=(4,)), []
    for seed in range(50):
        streams = gates.suite(pairs=4, seed=seed, sentinel=shift)
        moved.append(any(one.verdict == "contaminated" for one in decision.controls(streams, rules)))
    assert sum(moved) >= 45 if shift else not any(moved)


def test_without_sentinels_nothing_is_contaminated():
    assert decision.controls({"b": gates.stream("b", [0.0])}, RULES) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"looks": ()},
        {"looks": (8, 4)},
        {"looks": (4, 4)},
        {"looks": (0, 4)},
        {"alarms": 0.0},
        {"alarms": math.nan},
        {"misses": 0.7},
        {"margin": 0.03},
        {"margin": -0.1},
        {"tolerated": math.inf},
    ],
)
def test_rules_that_cannot_be_kept_are_refused_in_a_line(wrong):
    with pytest.raises(InputError) as caught:
        SequentialTest(replace(RULES, **wrong), ["b"])
    assert "\n" not in str(caught.value)
