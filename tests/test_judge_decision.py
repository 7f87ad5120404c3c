from dataclasses import replace

import pytest
from support import gates

from lntx.judge import decision
from lntx.judge.acknowledgements import Acknowledgement
from lntx.judge.replay import timings
from lntx.judge.sequential_test import SequentialTest
from lntx.result import BenchmarkResult, Count, Rules, Surveyed
from lntx.verdict import Verdict

RULES = Rules()


def ruled(surveyed, streams=None, **more):
    streams = streams or {}
    timed = timings(SequentialTest(RULES, decision.timed_names(surveyed)), streams)
    return decision.decide(surveyed, timed, streams, RULES, **more)


def one(base="passed", head="passed", **more):
    return Surveyed("b", base, head, **more)


@pytest.mark.parametrize(
    ("found", "verdict", "means"),
    [
        (one(head="failed", message="assert 1 == 2"), "disagrees", "results"),
        (one(base="failed", head="failed"), "disagrees", "results"),
        (one(base="absent", head="failed"), "disagrees", "results"),
        (one(base="failed", message="no attribute"), "new", "coverage"),
        (one(base="absent"), "new", "coverage"),
        (one(base="skipped"), "new", "coverage"),
        (one(head="absent"), "missing", "coverage"),
        (one(head="skipped", message="needs a GPU"), "missing", "coverage"),
        (one(identical=True), "same", "identity"),
    ],
)
def test_what_needs_no_clock(found, verdict, means):
    suite, (judged,), _ = ruled([found])
    assert (suite, judged.verdict, judged.means) == (verdict, verdict, means)
    assert found.message in judged.reason
    assert judged.reason


def test_a_fix_is_not_blocked_and_says_why_base_has_no_time():
    _, (judged,), _ = ruled([one(base="failed", message="ImportError: no name 'fast'")])
    assert judged.reason == "base can't run head's version of it: ImportError: no name 'fast'"
    assert decision.exit_code(judged.verdict) == 0


@pytest.mark.parametrize(("base", "head"), [("skipped", "skipped"), ("skipped", "absent"), ("absent", "skipped")])
def test_what_neither_arm_runs_is_left_out(base, head):
    assert ruled([one(base=base, head=head), Surveyed("c", "passed", "passed", identical=True)])[1][0].name == "c"


def test_a_failure_while_timing_is_a_disagreement():
    suite, (judged,), _ = ruled(gates.surveyed(["b0"]), gates.suite((0.0,)), failures={"b0": "assert loss < 1"})
    assert (suite, judged.verdict, judged.reason) == ("disagrees", "disagrees", "assert loss < 1")


def test_counters_come_before_time_and_keep_the_ratio():
    found = replace(gates.surveyed(["b0"])[0], counts=(Count("graph breaks", 0, 1), Count("FLOPs", 100, 90)))
    suite, (judged,), _ = ruled([found], gates.suite((0.0,)))
    assert (suite, judged.means, judged.reason) == ("slower", "counters", "graph breaks rose from 0 to 1")
    assert judged.ratio == pytest.approx(1, abs=0.02)
    leave = [Acknowledgement("b*", "graph breaks", 1, "the new loss needs one")]
    assert ruled([found], gates.suite((0.0,)), acknowledged=leave)[0] == "same"


def test_what_is_gone_on_purpose_fails_nothing():
    names = (*gates.surveyed(["b0"]), *gates.surveyed(["old"], head="absent"))
    streams = gates.suite((0.0,))
    assert ruled(names, streams)[0] == "missing"
    leave = [Acknowledgement("old", missing=True, why="it timed what is no more")]
    suite, judged, _ = ruled(names, streams, acknowledged=leave)
    assert suite == "same"
    assert [one.name for one in judged] == ["b0"]


def test_when_the_controls_move_no_time_counts_but_counters_do():
    streams = gates.suite((0.1, 0.0), sentinel=0.05)
    names = gates.surveyed(["b0", "b1"])
    suite, judged, controls = ruled(names, streams)
    assert (suite, decision.exit_code(suite)) == ("contaminated", 13)
    assert {found.verdict for found in (*judged, *controls)} == {"contaminated"}
    worse = replace(names[1], counts=(Count("launches", 1, 2),))
    assert ruled([names[0], worse], streams)[0] == "slower"


def test_first_calls_count_only_where_they_are_slower_or_faster():
    streams = {
        name: gates.stream(name, [0.0] * 24, first=(0.2, 0.2 * by)) for name, by in (("a", 1.0), ("b", 2.0), ("c", 1.0))
    }
    suite, judged, _ = ruled(gates.surveyed("abc"), streams)
    assert suite == "slower"
    assert [found.name for found in judged] == ["a", "b", "c", "b [first call]"]


def test_what_was_not_decided_is_inconclusive_and_says_how_far_it_came():
    suite, judged, _ = ruled(gates.surveyed(["b0"]), gates.suite((0.1,), pairs=3), interrupted=True)
    assert (suite, decision.exit_code(suite), decision.exit_code(suite, allow_inconclusive=True)) == (
        "inconclusive",
        13,
        0,
    )
    assert judged[0].reason.startswith("the gate was interrupted: ")
    assert judged[0].pairs == 3


ORDER = ["disagrees", "missing", "slower", "inconclusive", "faster", "same", "new"]


@pytest.mark.parametrize("i", range(len(ORDER)))
def test_the_gravest_verdict_is_the_suite_s(i):
    judged = [BenchmarkResult(word, Verdict(word), "time") for word in reversed(ORDER[i:])]
    assert decision.verdict(judged) == ORDER[i]


def test_contamination_outweighs_a_slowdown_by_time_and_not_one_by_counters():
    spoilt, slow = BenchmarkResult("a", Verdict.CONTAMINATED, "time"), BenchmarkResult("b", Verdict.SLOWER, "time")
    assert decision.verdict([spoilt, slow]) == "contaminated"
    assert decision.verdict([spoilt, replace(slow, means="counters")]) == "slower"


@pytest.mark.parametrize(
    ("words", "proved"),
    [
        ("faster", True),
        ("faster same new inconclusive", True),
        ("same new", False),
        ("", False),
        ("inconclusive", False),
        *((f"faster {word}", False) for word in ("slower", "missing", "disagrees", "contaminated")),
    ],
)
def test_a_speed_up_is_proved_where_something_is_faster_and_nothing_worse(words, proved):
    judged = [BenchmarkResult(word, Verdict(word), "time") for word in words.split()]
    assert decision.faster_proved(judged) == proved


def test_nothing_at_all_is_no_pass():
    assert decision.exit_code(decision.verdict([])) == 13


def test_exit_codes():
    codes = {"same": 0, "faster": 0, "new": 0, "slower": 10, "missing": 11, "disagrees": 12}
    codes |= {"inconclusive": 13, "contaminated": 13}
    assert codes.items() <= {word: word.exit_code for word in Verdict}.items()
    assert decision.exit_code(Verdict.SLOWER, allow_inconclusive=True) == 10
    assert decision.exit_code(Verdict.CONTAMINATED, allow_inconclusive=True) == 0
