"""What a gate says: sentences, JSON, JUnit, Markdown, frames and pictures, all from a ruling."""

import json
import math
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import gate_results as samples
from support.gate_results import HOSTILE, KINDS
from test_report_frames import golden

from lntx.judge.counts import PEAK, TOLD
from lntx.report import gate, units
from lntx.report.gate import figures, frames, tables, verdicts, wording
from lntx.report.gate.acknowledging import snippet
from lntx.report.gate.figures import forest, pairs
from lntx.report.gate.findings import findings, noise, rates
from lntx.report.gate.step_summary import LIMIT, summary
from lntx.result import BenchmarkResult, Count, GateResult
from lntx.verdict import Verdict

LOTS = range(40)
BAD = ("slower", "missing", "disagrees", "inconclusive", "contaminated")


def said(ruling):
    return " ".join(str(finding) for finding in findings(ruling))


@pytest.mark.parametrize("kind", KINDS)
def test_the_headline_is_one_sentence_of_its_verdict(kind):
    text = verdicts.headline(KINDS[kind])
    assert text[0].isupper()
    assert text.endswith(".")
    assert "\n" not in text


def test_a_pass_says_by_what_means_and_which_slowdown_is_excluded():
    found = samples.same()
    most = max(one.excluded for one in found.benchmarks if one.excluded)
    assert verdicts.headline(found) == (
        "Nothing got slower: 12 benchmarks, 8 the same by identity, 4 the same by time; a slowdown above "
        f"{wording.slowdown(most)} is excluded in each of the 4 that are the same by time."
    )


def test_a_pass_of_one_commit_against_itself_says_so_first():
    found = samples.same()
    alike = replace(found, about={**found.about, "head": found.about["base"]})
    assert verdicts.headline(alike).startswith(
        "Nothing got slower, base and head being the same commit: 12 benchmarks, "
    )
    for unknown in ({}, {"base": None, "head": None}, {"base": {}, "head": {}}, {"base": "x", "head": "x"}):
        assert verdicts.headline(replace(found, about=unknown)).startswith("Nothing got slower: ")


def test_what_is_excluded_is_rounded_up():
    assert [wording.slowdown(ratio) for ratio in (1.019, 1.0191, 1.01999, 1.02, 0.99, 2.5)] == [
        "1.9 %", "2.0 %", "2.0 %", "2.0 %", "0.0 %", "150.0 %",
    ]  # fmt: skip


def test_nothing_is_said_to_be_excluded_where_one_timed_benchmark_excludes_nothing():
    found = samples.same()
    first, *rest = found.benchmarks
    assert "excluded" not in verdicts.headline(replace(found, benchmarks=(replace(first, excluded=None), *rest)))


def test_a_slowdown_is_told_with_its_interval():
    one = BenchmarkResult("t::a", Verdict.SLOWER, "time", "", 1.0621, 1.0511, 1.0729, 8)
    x = units.TIMES
    assert (
        verdicts.headline(GateResult(Verdict.SLOWER, (one,)))
        == f"Slower: a takes 1.062{x} as long (1.051{x} to 1.073{x})."
    )


def test_an_increase_of_a_counter_is_told_and_can_be_acknowledged_with_what_is_shown():
    tomllib = pytest.importorskip("tomllib")
    found = samples.counted()
    assert "dispatcher operations rose from 120 to 132" in verdicts.headline(found)
    (entry,) = tomllib.loads(snippet(found))["acknowledge"]
    assert (entry["benchmark"], entry["counter"], entry["most"]) == (
        samples.name("eager"),
        "dispatcher operations",
        132,
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_acknowledgement_holds_any_name(text):
    tomllib = pytest.importorskip("tomllib")
    if "\ud800" in text:
        pytest.skip("no file holds a lone surrogate")
    found = tomllib.loads(snippet(samples.hostile(text)))
    assert found["acknowledge"][0]["benchmark"] == text + "3"


@pytest.mark.parametrize("kind", ["inconclusive", "contaminated"])
def test_what_is_not_decided_never_reads_as_a_pass(kind):
    found = KINDS[kind]
    for text in (verdicts.title(found), verdicts.headline(found), summary(found), said(found)):
        assert "no pass" in text
        assert "Nothing got slower" not in text
        assert "✅" not in text


@pytest.mark.parametrize("verdict", ["same", "faster", "new", "inconclusive"])
def test_a_gate_that_measured_nothing_is_no_pass(verdict):
    found = GateResult(Verdict(verdict), ())
    assert verdicts.title(found) == "Nothing was measured"
    assert "✅" not in summary(found)
    assert "nothing is known" in verdicts.headline(found)
    assert ET.fromstring(gate.junit(found)).find(".//skipped") is not None


def test_an_inconclusive_benchmark_says_what_deciding_would_take():
    text = said(samples.inconclusive())
    assert "about 56 would decide it" in text
    (told,) = verdicts.advice(samples.inconclusive())
    assert "About 56 pairs would decide" in told
    assert "Don't run it again until it passes" in told


def test_no_more_pairs_are_advised_where_no_number_would_decide():
    stream, judged = samples.timed("noisy", "inconclusive", spread=0.5)
    (told,) = verdicts.advice(samples.result("inconclusive", [(stream, judged)]))
    assert "No number of pairs that is worth waiting for" in told
    (told,) = verdicts.advice(GateResult(Verdict.INCONCLUSIVE, (BenchmarkResult("a", Verdict.INCONCLUSIVE, "time"),)))
    assert "Let it run to its end" in told


def test_a_moved_control_is_named_with_its_ratio():
    text = verdicts.headline(samples.contaminated())
    assert "sentinel: memory 1.02" in text
    assert "sentinel: python" not in text


def test_the_error_rates_are_those_of_the_rules():
    text = rates(replace(samples.same(), rules=replace(samples.RULES, alarms=0.02, margin=0.0125, looks=(3, 7))))
    assert "a false alarm is at most 2 %" in text
    assert "slower by more than 1.25 %" in text
    assert "after 3 or 7 pairs" in text


def test_what_dominated_the_noise_follows_from_the_streams():
    luck = samples.result("same", [samples.timed("a", "same", spread=0.05, within=0.001)])
    batches = samples.result("same", [samples.timed("a", "same", spread=0.0005, within=0.05)])
    assert noise(luck)[0].startswith("The luck of each process")
    assert noise(batches)[0].startswith("What varies inside a process")
    assert noise(KINDS["identical"]) == ()


@pytest.mark.parametrize("seed", LOTS)
def test_any_ruling_can_be_told(seed):
    found = samples.drawn_by_lot(seed)
    document = json.loads(json.dumps(gate.document(found), allow_nan=False))
    assert [one["name"] for one in document["benchmarks"]] == [one.name for one in found.benchmarks]
    assert len(said(found)) > 50
    cases = ET.fromstring(gate.junit(found)).findall(".//testcase")
    assert len(cases) >= len(found.benchmarks)
    assert len(summary(found)) > 50
    if found.verdict in BAD:
        assert "✅" not in summary(found)


def test_the_document_has_the_keys_that_programs_rely_on():
    found = gate.document(samples.everything())
    assert {"verdict", "benchmarks", "false_alarm_rate", "seconds", "notes"} <= set(found)
    keys = {"name", "verdict", "ratio", "low", "high", "pairs", "seconds", "means", "reason", "excluded"}
    assert all(keys <= set(one) for one in found["benchmarks"])
    assert found["false_alarm_rate"] == 0.01
    assert [one["ratio"] for one in found["benchmarks"]] == [one.ratio for one in samples.everything().benchmarks]


@pytest.mark.parametrize("name", ["summary", "junit"])
def test_what_ci_shows_is_that_of_the_golden_file(name):
    text = getattr(gate, name)(samples.everything())
    assert text == golden(f"gate-{name}.{'md' if name == 'summary' else 'xml'}", text)


def test_junit_fails_what_fails_and_skips_what_is_not_decided():
    suite = ET.fromstring(gate.junit(samples.everything())).find("testsuite")
    outcomes = {case.get("name"): next((child.tag for child in case), "passed") for case in suite.findall("testcase")}
    expected = {
        "test_train[eager-1000]": "failure", "test_eager": "failure", "test_gone": "failure", "test_wrong": "failure",
        "test_train[compiled-1000]": "skipped", "test_predict": "passed", "test_load": "passed", "test_fresh": "passed",
    }  # fmt: skip
    assert expected.items() <= outcomes.items()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("11", "4", "1")


def test_junit_skips_the_budgets_that_are_not_judged_and_says_why():
    found = ET.fromstring(gate.junit(samples.over())).findall(".//testcase")
    held = {case.get("name"): case.find("skipped").get("message") for case in found if "(budget" in case.get("name")}
    assert held == {
        "test_near (budget of time)": "takes 200 µs (190 µs to 210 µs), too near to tell from its budget of 200 µs",
        "test_large (budget of time)": "its budget of 1 s isn't judged: both arms execute the same code, so it isn't timed",
    }


def test_junit_parts_a_name_before_its_parameters():
    found = GateResult(Verdict.SAME, (BenchmarkResult("a.py::T::t[x::y]", Verdict.SAME, "time"),))
    case = ET.fromstring(gate.junit(found)).find(".//testcase")
    assert (case.get("classname"), case.get("name")) == ("a.py::T", "t[x::y]")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_junit_of_hostile_names_is_xml(text):
    cases = ET.fromstring(gate.junit(samples.hostile(text)).encode()).findall(".//testcase")
    assert len(cases) == 6
    assert all(units.clean(case.get("name"), 10**6) == case.get("name") for case in cases)


def test_a_summary_holds_its_limit_and_counts_what_it_left_out():
    found = samples.many()
    whole, short = summary(found), summary(found, 12_000)
    assert len(whole.encode()) < LIMIT
    assert "left out" not in whole
    assert len(short.encode()) <= 12_000
    rows = sum(line.startswith(("| suite", "| test\\_suite")) for line in short.splitlines())
    assert f"{200 - rows:,} more benchmarks are left out here" in short
    assert "slower" in short


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_text_in_a_summary(text):
    made = summary(samples.hostile(text))
    outside = made.partition("```")[0] + made.rpartition("```")[2]
    assert "<script" not in outside
    assert "<b>" not in outside
    assert "\x1b" not in made
    made.encode()


def test_names_keep_both_ends():
    assert wording.name("a" * 100 + "[1000]", 20) == "aaaaaaaaaa…aaa[1000]"
    assert len(wording.name("x" * 10_000, 60)) == 60


LONG = st.text("ab/_-=.", min_size=70, max_size=90)


@given(LONG, LONG, st.lists(st.text("xyz", min_size=1, max_size=3), min_size=2, max_size=3, unique=True), st.data())
def test_no_sentence_nor_table_takes_one_benchmark_for_another(before, after, kinds, data):
    verdict = data.draw(st.sampled_from([verdict for verdict in Verdict if verdict is not Verdict.CONTAMINATED]))
    whole = [f"suite.py::test[{before}kind={kind}.{after}]" for kind in kinds]
    found = [BenchmarkResult(name, verdict, "time", ratio=1.1, low=1.05, high=1.2, pairs=4) for name in whole]
    ruling = samples.result(verdict, others=found)
    labels = wording.labels(ruling)
    assert len({labels[name] for name in whole}) == len(whole)
    assert all(kind in labels[name] for kind, name in zip(kinds, whole, strict=True))
    if verdict is not Verdict.SAME:
        assert all(labels[name] in verdicts.headline(ruling) for name in whole)
    for table in (tables.of_benchmarks(found), tables.in_short(found, 20)):
        shown = [row[0] for row in table.rows]
        assert len(set(shown)) == len(whole)
        assert all(any(kind in row for row in shown) for kind in kinds)


def test_names_are_whole_on_a_terminal_that_has_room_for_them():
    found = [
        BenchmarkResult(f"f.py::test_{'n' * 30}[{i}]", Verdict.SLOWER, "time", ratio=1.1, pairs=4) for i in range(3)
    ]
    assert [row[0] for row in tables.in_short(found, 20).rows] == [f"test_{'n' * 30}[{i}]" for i in range(3)]


def test_frames_have_a_row_for_each_benchmark_pair_and_counter():
    found = samples.everything()
    rows = frames.benchmarks(found)
    assert len(rows) == len(found.benchmarks) + len(found.sentinels)
    pairs = frames.pairs(found)
    assert len(pairs) == sum(len(stream.pairs) for stream in found.streams)
    mean = pairs[pairs["name"] == samples.name("predict")]["ratio"].map(math.log).mean()
    (ratio,) = rows[rows["name"] == samples.name("predict")]["ratio"]
    assert mean == pytest.approx(math.log(ratio))
    counters = frames.counters(found)
    assert counters.iloc[0][["base", "head", "verdict"]].tolist() == [120, 132, "slower"]
    assert len(counters) == sum(len(one.counts) for one in found.surveyed)


def test_an_increase_that_was_acknowledged_is_told_so():
    found = samples.result(
        "same",
        [samples.timed("eager", "same")],
        (),
        (samples.survey(samples.name("eager"), counts=samples.ROSE),),
    )
    assert frames.counters(found).iloc[0]["verdict"] == "acknowledged"
    assert snippet(found) == ""


def test_what_is_over_budget_is_told_with_what_it_takes_and_why():
    found = samples.over()
    assert verdicts.title(found) == "A budget is exceeded"
    assert verdicts.headline(found) == (
        "Over budget: test_frame: it takes 3.1 ms (2.9 ms to 3.31 ms), over its budget of 2.5 ms (16 ms a frame); "
        "test_large: it allocates 25 MiB at its peak, over its budget of 20 MiB."
    )
    (told,) = verdicts.advice(found)
    assert "raise it in lntx-gate.toml" in told
    assert "2 over budget" in wording.counted(found)
    assert "test_kept (margin 2 %, tolerated 10 %)" in rates(found)
    assert "Limits of their own" not in rates(samples.same())


def test_budgets_stand_in_a_table_what_is_over_first():
    table = tables.of_budgets(samples.over())
    assert [*table.rows] == [
        ("test_frame", "time", "2.5 ms", "3.1 ms (2.9 ms to 3.31 ms)", "over", "16 ms a frame"),
        ("test_large", "memory", "20 MiB", "25 MiB at its peak", "over", "small machines"),
        ("test_near", "time", "200 µs", "200 µs (190 µs to 210 µs)", "undecided", ""),
        ("test_large", "time", "1 s", "", "not judged", "both arms execute the same code, so it isn't timed"),
        ("test_kept", "time", "1 s", "200 µs (190 µs to 210 µs)", "within", ""),
    ]
    text = summary(samples.over())
    assert "25 MiB at its peak" in text
    assert "Budgets" not in summary(samples.everything())


def test_programs_are_told_of_budgets_and_margins():
    found = gate.document(samples.over())
    assert [one["outcome"] for one in found["budgets"]] == ["over", "within", "undecided", "over", "unknown"]
    assert found["margins"] == {samples.name("kept"): {"margin": 0.02, "tolerated": 0.1}}


@pytest.mark.parametrize(
    ("count", "judged", "verdict"),
    [
        (Count("FLOPs", 1, 2), ("slower", "counters", "FLOPs rose from 1 to 2"), "slower"),
        (Count("FLOPs", 1, 2), ("slower", "counters", "launches rose from 1 to 2"), "acknowledged"),
        (Count("FLOPs", 1, 2), ("faster", "time", f"faster; {TOLD}: FLOPs rose from 1 to 2"), "told"),
        (Count("FLOPs", 1, 2), ("same", "time", "as before"), "acknowledged"),
        (Count("compiled graphs", 0, 2), ("slower", "counters", "FLOPs rose from 1 to 2"), "told"),
        (Count(PEAK, 2**20, 2**20 + 99), ("same", "time", "as before"), "same or less"),
        (Count("FLOPs", 1, 2), ("disagrees", "results", "x"), "not judged"),
    ],
)
def test_what_came_of_a_counter_is_told(count, judged, verdict):
    word, means, reason = judged
    one = BenchmarkResult("a", Verdict(word), means, reason)
    found = samples.result(word, [], (one,), (samples.survey("a", counts=(count,)),))
    assert frames.counters(found).iloc[0]["verdict"] == verdict
    assert bool(snippet(found)) == (verdict == "slower")


def test_memory_is_shown_with_its_unit():
    one = BenchmarkResult("a", Verdict.SLOWER, "counters", "peak memory rose from 1 MiB to 2.5 MiB")
    counts = (Count(PEAK, 2**20, 2.5 * 2**20),)
    found = samples.result("slower", [], (one,), (samples.survey("a", counts=counts),))
    assert tables.of_counters(found).rows[0][2:4] == ("1 MiB", "2.5 MiB")


def test_a_reason_that_says_more_than_which_slowdown_is_excluded_is_shown():
    plain, more = (
        BenchmarkResult(
            "a", Verdict.SAME, "time", f"a slowdown of 3 % or more is excluded{end}", 1.0, 0.9, 1.1, 4, 1.0, 1.03
        )
        for end in ("", f"; {TOLD}: compiled graphs rose from 0 to 1")
    )
    assert "why" not in tables.of_benchmarks([plain]).headings
    assert "compiled graphs" in tables.of_benchmarks([more]).rows[0][-1]


def test_each_verdict_has_a_style_of_its_own():
    styles = {verdict: told.style for verdict, told in verdicts.PRESENTATIONS.items()}
    assert len({(one.color, one.marker) for one in styles.values()}) == len(styles)
    timed = [styles[verdict] for verdict in samples.TIMED]
    assert len({one.marker for one in timed}) == len({one.color for one in timed}) == len(timed)


def test_the_forest_has_a_row_for_each_timed_benchmark_the_worst_first():
    found = forest.frame(samples.everything())
    assert found["verdict"].tolist() == ["slower", "slower", "inconclusive", "faster", "same"]
    many = forest.frame(samples.many())
    assert many.groupby("picture").size().tolist() == [25] * 5
    assert set(many["verdict"][:8]) == {"slower"}
    assert forest.frame(KINDS["identical"]).empty


def test_pairs_are_shown_for_what_is_not_the_same():
    shown = pairs.frame(samples.everything())
    assert shown["verdict"].unique().tolist() == ["slower", "inconclusive", "faster"]
    assert pairs.frame(samples.same()).empty


@pytest.mark.parametrize(
    ("ratio", "spread"), [(1.0, 0.0), (1.0, 1e-7), (50.0, 0.01), (1e-6, 0.01), (1e12, 3.0), (1.0, 2.0)]
)
def test_extreme_ratios_are_drawn(ratio, spread):
    found = samples.result("slower", [samples.timed("a", "slower", ratio, spread=spread), samples.timed("b", "same")])
    names = [picture.name for picture in figures.pictures(found)]
    assert names == ["forest", "pairs"]


def test_a_benchmark_with_one_pair_or_without_bounds_is_drawn():
    stream, judged = samples.timed("a", "inconclusive", pairs=1)
    for one in (judged, replace(judged, low=None, high=None), replace(judged, high=None)):
        assert [picture.alt for picture in figures.pictures(samples.result("inconclusive", [(stream, one)]))]
