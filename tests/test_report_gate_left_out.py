"""What a gate couldn't judge is named wherever its result is told, and so is what was compared."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from support import gate_results as samples
from support.gate_results import HOSTILE, KINDS

from lntx.report import gate
from lntx.report.gate import left_out, provenance, verdicts
from lntx.report.gate.findings import findings
from lntx.result import GateResult, Surveyed

WHY = "skipped in base: run download.sh; skipped in head: run download.sh"
IDLE = (
    Surveyed("t.py::test_data", "skipped", "skipped", WHY),
    Surveyed("t.py::test_turned", "skipped", "skipped", "failed in head: x; failed in base: x; a.txt is in no commit"),
    Surveyed("t.py::test_idle", "skipped", "skipped"),
    Surveyed("t.py::test_apart", "skipped", "skipped", "skipped in base: one; skipped in head: other"),
    Surveyed("t.py::test_gone", "absent", "skipped", "skipped in head: not here"),
)
ABOUT = {
    "base": {"revision": "main", "commit": "0123456789abcdef", "subject": "One"},
    "head": {"revision": "the worktree on top of ba9876543210", "commit": "ba9876543210fedc", "changed_files": 3},
}


def lacking(kind="same", idle=IDLE):
    found = KINDS[kind]
    notes = tuple(f"{one.name} is left out: {one.message or 'its test never called it'}" for one in idle)
    return replace(found, surveyed=(*found.surveyed, *idle), notes=(*notes, "something else"))


@pytest.mark.parametrize("kind", ["same", "slower", "inconclusive", "everything", "nothing"])
def test_each_is_named_with_its_reason_in_every_output(kind, tmp_path):
    found = lacking(kind)
    reasons = {one.name: one.why for one in left_out.left_out(found)}
    assert reasons == {
        "t.py::test_data": "skipped: run download.sh",
        "t.py::test_turned": "failed: x; a.txt is in no commit",
        "t.py::test_idle": "its test never called it",
        "t.py::test_apart": "skipped in base: one; skipped in head: other",
        "t.py::test_gone": "skipped in head: not here",
    }
    assert gate.document(found)["left_out"] == [{"name": name, "why": why} for name, why in reasons.items()]
    cases = {case.get("name"): case for case in ET.fromstring(gate.junit(found)).iter("testcase")}
    page = gate.render(found, tmp_path)
    for text in (gate.summary(found), page.markdown.read_text(), page.page.read_text()):
        assert all(why.split(";")[0].partition("'")[0] in text for why in reasons.values())
    for name, why in reasons.items():
        assert cases[name.partition("::")[2]].find("skipped").get("message") == f"left out: {why}"
        assert any(name in line and why in line for line in left_out.lines(found))


def test_the_last_words_say_that_something_is_left_out():
    last = "5 benchmarks are left out, and not judged: test_data, test_turned, test_idle and 2 more."
    found = lacking()
    assert left_out.sentence(found) == last
    assert gate.summary(found).rstrip().endswith(last.replace("_", "\\_"))
    assert findings(found)[-1].text == last
    assert left_out.sentence(KINDS["same"]) == ""
    assert left_out.sentence(lacking(idle=IDLE[:1])) == "1 benchmark is left out, and not judged: test_data."


def test_a_note_that_says_the_same_is_not_told_twice():
    assert left_out.notes(lacking()) == ["something else"]
    assert left_out.notes(KINDS["everything"]) == list(KINDS["everything"].notes)


def test_a_gate_that_left_all_out_says_so_and_does_not_look_for_the_fixture():
    found = lacking("nothing")
    assert verdicts.headline(found) == "Nothing was measured: all that was found is left out, so nothing is known."
    assert "fixture" not in " ".join(verdicts.advice(found))
    assert "✅" not in gate.summary(found)


def test_what_is_judged_or_removed_on_purpose_is_not_left_out():
    assert left_out.left_out(KINDS["everything"]) == []
    gone = Surveyed("t.py::test_gone", "passed", "absent")
    assert left_out.left_out(replace(KINDS["same"], surveyed=(gone,))) == []


def test_many_are_counted():
    many = tuple(Surveyed(f"t.py::test_{i}", "skipped", "skipped", "why") for i in range(300))
    found = lacking(idle=many)
    assert len(left_out.lines(found)) == 101
    assert left_out.table(found).left_out == 100
    assert "300 benchmarks are left out" in gate.summary(found)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_and_reasons_are_text(text):
    found = lacking(idle=(Surveyed(text, "skipped", "skipped", text),))
    ET.fromstring(gate.junit(found).encode())
    assert not set("".join(left_out.lines(found))) & {"\x1b", "\x00", "\r", "\u202e", "\n"}
    outside = gate.summary(found)
    assert "<script" not in outside
    assert "\x1b" not in outside


def test_what_was_compared_is_said_where_it_is_known():
    found = replace(samples.same(), about=ABOUT)
    said = "Base is main (0123456789ab), head is the worktree on top of ba9876543210 (3 changed files)."
    assert provenance.compared(found) == said
    assert said in gate.summary(found).replace("\\", "")
    assert gate.document(found)["head"]["changed_files"] == 3
    assert provenance.compared(GateResult("same", ())) == ""
    assert provenance.compared(replace(found, about={"base": {"x": [1]}, "head": "text"})) == ""
    pinned = {"revision": "0123456", "commit": "0123456789abcdef"}
    assert (
        provenance.compared(replace(found, about={"base": pinned, "head": pinned}))
        == "Base is 0123456, head is 0123456."
    )
