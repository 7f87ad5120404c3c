"""lntx gate on suites that aren't written for pytest-benchmark, from end to end; verdicts here rest on no times."""

import pytest
from support.commandline import lntx_says
from support.repositories import commit, repository

pytestmark = pytest.mark.end_to_end

CODE = """
def total(n):
    return sum(range(n))

def unused():
    return 1
"""
MARKED = """
import pytest
import subject

@pytest.mark.benchmark
def test_total():
    assert subject.total(50) == 1225
"""
TIMED = """
import subject

def time_total(n):
    assert subject.total(n)

time_total.params = [5, 50]

def track_total():
    return 7
"""


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository with both kinds of suites, whose second commit changes nothing that they execute."""
    files = {
        "subject.py": CODE,
        "bench/test_marked.py": MARKED,
        "asv_bench/benchmarks/__init__.py": "",
        "asv_bench/benchmarks/totals.py": TIMED,
    }
    folder = repository(tmp_path / "repo", files)
    commit(folder, {"subject.py": CODE.replace("return 1", "return 2")})
    monkeypatch.chdir(folder)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return folder


def gate(*arguments):
    return lntx_says("gate", "HEAD~1", "--pairs", 4, "--json", *arguments, "-p", "no:randomly")


def verdicts(said):
    return {found["name"]: (found["verdict"], found["means"]) for found in said.json["benchmarks"]}


@pytest.mark.usefixtures("repo")
def test_a_test_that_is_marked_for_pytest_codspeed_is_judged():
    said = gate("--", "bench")
    assert said.code == 0, said.err
    assert verdicts(said) == {"bench/test_marked.py::test_total": ("same", "identity")}


@pytest.mark.usefixtures("repo")
def test_an_asv_suite_is_judged_where_it_is_named_and_what_has_no_time_is_left_out_by_name():
    said = gate("--asv", "asv_bench/benchmarks", "--")
    assert said.code == 0, said.err
    name = "asv_bench/benchmarks/totals.py::time_total"
    assert verdicts(said) == {f"{name}[5]": ("same", "identity"), f"{name}[50]": ("same", "identity")}
    assert any("track_total" in note and "no time to compare" in note for note in said.json["notes"])


@pytest.mark.usefixtures("repo")
def test_files_of_an_asv_suite_can_be_named_alone(repo):
    (repo / "asv_bench/benchmarks/other.py").write_text("def time_other():\n    pass\n")
    commit(repo, {})
    said = gate("--asv", "asv_bench/benchmarks", "--", "asv_bench/benchmarks/totals.py", "-k", "50")
    assert [found.partition("::")[2] for found in verdicts(said)] == ["time_total[50]"]


def test_a_wrong_total_in_head_is_an_asv_benchmark_that_fails(repo):
    commit(repo, {"subject.py": CODE.replace("sum(range(n))", "0")})
    said = gate("--asv", "asv_bench/benchmarks", "--")
    assert said.code == 12
    assert {verdict for verdict, _ in verdicts(said).values()} == {"disagrees"}


@pytest.mark.usefixtures("repo")
def test_a_folder_that_there_is_not_is_said_in_a_line():
    said = gate("--asv", "benchmarks", "--")
    assert said.code == 2
    assert said.err.strip().splitlines() == [
        "lntx: --asv benchmarks: there is no such folder here; give asv's benchmark_dir (asv.conf.json names it)"
    ]


def test_an_asv_suite_that_was_passed_over_is_hinted_at_and_the_projects_file_names_it_for_good(repo):
    commit(
        repo, {"asv_bench/asv.conf.json": '{"version": 1, "benchmark_dir": "benchmarks"}', "bench/test_marked.py": None}
    )
    commit(repo, {"README.md": "Two."})
    said = gate("--")
    assert said.code == 2
    assert said.err.strip().splitlines()[-1].endswith("its asv suite is gated by --asv asv_bench/benchmarks")
    commit(repo, {"lntx-gate.toml": '[gate]\nasv = "asv_bench/benchmarks"\n'})
    said = gate("--")
    assert said.code == 0, said.err
    assert {name.rpartition("::")[2] for name in verdicts(said)} == {"time_total[5]", "time_total[50]"}


def test_benchmarks_that_the_suites_settings_deselect_are_hinted_at(repo):
    slow = MARKED.replace("mark.benchmark", "mark.slow").replace("()", "(benchmark)", 1)
    slow = slow.replace("subject.total(50)", "benchmark(subject.total, 50)")
    commit(repo, {"pytest.ini": "[pytest]\naddopts = -m 'not slow'\nmarkers = slow\n", "bench/test_marked.py": slow})
    commit(repo, {"README.md": "Two."})
    said = gate("--", "bench")
    assert said.code == 2
    assert "1 that do are deselected, by -m" in said.err
    assert gate("--list", "--", "bench", "-m", "slow").code == 0
