"""lntx gate with a project's own file, from end to end: budgets, memory, margins and defaults, and what is wrong with it.

Memory is counted as ever, and times are made up: what a limit of time makes of them doesn't depend on a clock.
"""

import json
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.commandline import lntx_says
from support.quick import hurried, made_up
from support.repositories import commit, repository

from lntx.duet.timing import Sweeper

pytestmark = pytest.mark.end_to_end

CODE = """
def table(n):
    return [str(i) for i in range(n)]

def hold(n):
    return len(bytes(n))
"""
SUITE = """
import subject

def test_table(benchmark):
    assert len(benchmark(subject.table, 3000)) == 3000

def test_hold(benchmark):
    assert benchmark(subject.hold, 3 << 20) == 3 << 20
"""
FILE = "lntx-gate.toml"
MORE = CODE.replace("return [str(i) for i in range(n)]", "return [str(i) + str(i) for i in range(n)]")
TWICE = CODE.replace("len(bytes(n))", "len(bytes(n)) + len(bytes(n) + bytes(n)) * 0")


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository with one commit; the gate's temporary folders are the test's own."""
    folder = repository(tmp_path / "repo", {"subject.py": CODE, "speed/test_subject.py": SUITE})
    monkeypatch.chdir(folder)
    hurried(monkeypatch, tmp_path / "tmp")
    made_up(monkeypatch)
    return folder


def gate(*options, base="HEAD~1", paths=("speed",)):
    last = ("--", *paths) if paths else ()
    return lntx_says("gate", base, "--pairs", 4, "--json", "-o", out(), *options, *last)


def out():
    """Where a gate writes, if nothing else is said: outside the repository."""
    return Path(tempfile.gettempdir()).parent / "out"


def found(said):
    return {one["name"].partition("::")[2]: one for one in said.json["benchmarks"]}


def budgets(said):
    return {(one["name"].partition("::")[2], one["measure"]): one for one in said.json["budgets"]}


def test_a_file_that_is_wrong_is_said_before_anything_is_measured(repo, monkeypatch):
    commit(repo, {FILE: "[[margin]]\nbenchmark = '*'\nmargn = 2\n"})
    monkeypatch.setattr(Sweeper, "sweep", None)
    said = gate()
    assert (said.code, said.out) == (2, "")
    (last,) = said.err.splitlines()
    assert f"{FILE} of head, line 3: [[margin]] has an unknown field 'margn'" in last
    assert not out().exists()


def test_it_is_heads_file_that_counts(repo):
    commit(repo, {FILE: "nonsense"})
    commit(repo, {FILE: None})
    assert gate().code == 0


def test_memory_that_rose_fails_unless_it_is_acknowledged_as_advised(repo):
    commit(repo, {"subject.py": TWICE})
    said = gate("--report-timing")
    assert said.code == 10, said.err
    one = found(said)["test_hold"]
    assert (one["verdict"], one["means"]) == ("slower", "counters")
    assert one["reason"] == "peak memory rose from 3 MiB to 12 MiB"
    summary = (out() / "summary.md").read_text()
    advised = summary[summary.index("[[acknowledge]]") :]
    commit(repo, {FILE: advised[: advised.index("```")]})
    said = gate("--report-timing", base="HEAD~2")
    assert said.code == 0, said.out


def test_memory_that_each_process_draws_anew_is_no_alarm(repo):
    """Whatever the first pair of workers draws, either arm may have the more: three in a row decide, and none does here."""
    drawn = "import os\nSIZE = (1 + os.urandom(1)[0]) << 14\n" + CODE.replace("bytes(n)", "bytes(n + SIZE)")
    commit(repo, {"subject.py": drawn, "speed/test_subject.py": SUITE.replace("== 3 << 20", ">= 3 << 20")})
    commit(repo, {"subject.py": drawn.replace("n + SIZE", "SIZE + n")})
    for _ in range(2):
        said = gate("--report-timing", "--allow-inconclusive")
        assert said.code == 0, said.out


def test_a_budget_that_is_exceeded_fails_and_is_told_everywhere(repo, tmp_path):
    limits = "[[budget]]\nbenchmark = '*test_hold'\nmemory = '2 MiB'\nwhy = 'small machines'\n"
    limits += "[[budget]]\nbenchmark = '*test_table'\ntime = '1 ns'\nmemory = '1 GiB'\n"
    commit(repo, {"subject.py": MORE, FILE: limits})
    said = gate("-o", tmp_path / "out", "--junit", tmp_path / "junit.xml")
    assert said.code == 10, said.err
    assert {name: one["verdict"] for name, one in found(said).items() if name == "test_hold"} == {
        "test_hold": "over-budget"
    }
    assert found(said)["test_table"]["verdict"] in {"over-budget", "slower"}
    assert "over its budget of 1 ns" in found(said)["test_table"]["reason"]
    outcomes = {key: one["outcome"] for key, one in budgets(said).items()}
    assert outcomes == {
        ("test_hold", "memory"): "over", ("test_table", "time"): "over", ("test_table", "memory"): "within",
    }  # fmt: skip
    page, summary = (tmp_path / "out" / name for name in ("report/report.md", "summary.md"))
    for text in (page.read_text(), summary.read_text()):
        assert "2 MiB" in text
        assert "small machines" in text
    failures = ET.fromstring((tmp_path / "junit.xml").read_text()).findall(".//failure")
    assert any("over its budget of 2 MiB" in one.get("message") for one in failures)
    stored = json.loads((tmp_path / "out/gate.json").read_text())
    assert len(stored["budgets"]) == 3
    again = lntx_says("report", tmp_path / "out/gate.json", "-o", tmp_path / "again")
    assert again.code == 0
    assert (tmp_path / "again/report.md").read_text() == page.read_text()


def test_only_memory_fails_where_time_is_reported_alone(repo):
    commit(repo, {"subject.py": MORE, FILE: "[[budget]]\nbenchmark = '*test_table'\ntime = '1 ns'\n"})
    said = gate("--report-timing")
    assert said.code == 0, said.out
    commit(repo, {FILE: "[[budget]]\nbenchmark = '*test_table'\nmemory = '1 kB'\n"})
    assert gate("--report-timing", base="HEAD~2").code == 10


def test_a_budget_that_is_kept_passes_and_one_that_is_not_judged_is_named(repo):
    commit(repo, {FILE: "[[budget]]\nbenchmark = '*'\ntime = '1 ns'\nmemory = '100 MiB'\n"})
    said = gate()
    assert said.code == 0, said.out
    assert {one["outcome"] for one in said.json["budgets"]} == {"unknown", "within"}
    (note,) = [note for note in said.json["notes"] if "isn't judged" in note]
    assert "test_table" in note
    assert "test_hold" in note
    assert "the same code" in note
    shown = lntx_says("gate", "HEAD~1", "-o", out(), "--", "speed").out
    assert "isn't judged" in shown


def test_margins_are_kept_and_told(repo):
    slower = CODE.replace("str(i)", "str(i + 0)")
    commit(repo, {"subject.py": slower, FILE: "[[margin]]\nbenchmark = '*test_table'\nmargin = 90\ntolerated = 98\n"})
    said = gate("--no-guard")
    one = found(said)["test_table"]
    assert one["verdict"] == "same", one
    assert "its own limits: margin 90 %, tolerated 98 %" in one["reason"]
    assert "its own limits" not in found(said)["test_hold"]["reason"]
    assert said.json["margins"] == {one["name"]: {"margin": 0.9, "tolerated": 0.98}}
    assert any("limits of their own" in note for note in said.json["notes"])


def test_what_means_no_benchmark_is_a_note_with_its_line(repo):
    commit(repo, {FILE: "\n[[budget]]\nbenchmark = '*test_gone'\ntime = '1 s'\n"})
    said = gate()
    assert said.code == 0
    assert any("'*test_gone' ([[budget]], line 2)" in note for note in said.json["notes"])


def test_what_a_project_always_says_stands_in_its_file(repo, monkeypatch):
    moved = {
        "subject.py": None,
        "python/subject.py": CODE,
        "other/test_other.py": SUITE.replace("def test_", "def test_other_"),
    }
    commit(repo, moved)
    commit(repo, {FILE: "[gate]\nsource = ['python']\nthreads = 2\npaths = ['speed']\n"})
    said = gate(paths=())
    assert said.code == 0, said.err
    assert set(found(said)) == {"test_table", "test_hold"}
    stored = json.loads((out() / "gate.json").read_text())["about"]
    assert (stored["threads"], stored["arguments"]) == (2, ["speed"])
    said = gate("--threads", 1, paths=("other",))
    assert set(found(said)) == {"test_other_table", "test_other_hold"}
    assert json.loads((out() / "gate.json").read_text())["about"]["threads"] == 1
    (repo / "speed").mkdir(exist_ok=True)
    monkeypatch.chdir(repo / "speed")
    assert set(found(gate(paths=()))) == {"test_table", "test_hold"}


def test_the_nearest_file_counts(repo, monkeypatch):
    commit(repo, {FILE: "nonsense", f"speed/{FILE}": "[[budget]]\nbenchmark = '*'\nmemory = '1 B'\n"})
    assert gate().code == 2
    monkeypatch.chdir(repo / "speed")
    assert gate(paths=()).code == 10


def test_a_build_from_the_file_is_used(repo):
    commit(repo, {FILE: "[gate]\nbuild = 'echo sorry; exit 3'\n"})
    said = gate()
    assert said.code == 2
    assert "building base failed (echo sorry; exit 3): sorry" in said.err
    assert gate("--one-environment").code == 0
