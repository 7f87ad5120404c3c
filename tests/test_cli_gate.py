"""lntx gate from end to end: small repositories, real workers, and the exit codes that follow.

Batches are made so short that the times mean little; verdicts that rest on them are those of tests on made-up streams.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.commandline import lntx_says
from support.quick import hurried, made_up
from support.repositories import commit, git, repository

from lntx.duet import survey
from lntx.duet.process import WorkerLost
from lntx.duet.timing import Sweeper

pytestmark = pytest.mark.end_to_end

CODE = """
def total(n):
    found = 0
    for i in range(n):
        found += i
    return found

def unused():
    return 1
"""
SUITE = """
import subject

def test_total(benchmark):
    assert benchmark(subject.total, 500) == 124750
"""
SECOND = """
def test_sorted(benchmark):
    assert benchmark.pedantic(sorted, args=([3, 1, 2],), rounds=5, iterations=10) == [1, 2, 3]
"""


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository with one commit, to be worked in; the gate's temporary folders are the test's own."""
    folder = repository(
        tmp_path / "repo", {"subject.py": CODE, "bench/test_subject.py": SUITE + SECOND, "README.md": "One."}
    )
    monkeypatch.chdir(folder)
    hurried(monkeypatch, tmp_path / "tmp")
    return folder


def gate(*options, base="HEAD~1", suite="bench"):
    return lntx_says("gate", base, "--pairs", 4, "--json", *options, "--", suite, "-p", "no:randomly")


def verdicts(said):
    return {found["name"].partition("::")[2]: found["verdict"] for found in said.json["benchmarks"]}


def nothing_left(repo):
    assert not list((repo.parent / "tmp").glob("lntx-gate-*"))
    assert git(repo, "worktree", "list").count("\n") == 0
    assert not git(repo, "status", "--porcelain", "--untracked-files=no")


def test_a_commit_of_docs_alone_passes_without_being_timed(repo):
    commit(repo, {"README.md": "Two.", "subject.py": CODE.replace("return 1", "return 2")})
    said = gate()
    assert said.code == 0, said.err
    assert said.json["verdict"] == "same"
    assert verdicts(said) == {"test_total": "same", "test_sorted": "same"}
    assert {found["means"] for found in said.json["benchmarks"]} == {"identity"}
    nothing_left(repo)


def test_changed_code_is_timed_and_all_is_written(repo, monkeypatch, tmp_path):
    commit(repo, {"subject.py": CODE.replace("found += i", "found += i + 0")})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    said = gate("--junit", tmp_path / "junit.xml", "--allow-inconclusive", "--report-timing", "-o", tmp_path / "out")
    assert said.code == 0, said.err
    found = {one["name"]: one for one in said.json["benchmarks"]}
    total = found["bench/test_subject.py::test_total"]
    assert (total["pairs"], total["means"]) == (4, "time")
    assert total["low"] < total["ratio"] < total["high"]
    assert found["bench/test_subject.py::test_sorted"]["means"] == "identity"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"gate.json", "report", "summary.md"}
    assert (tmp_path / "summary.md").read_text() == (tmp_path / "out/summary.md").read_text()
    assert "<testsuite" in (tmp_path / "junit.xml").read_text()
    again = lntx_says("report", tmp_path / "out/gate.json", "-o", tmp_path / "again")
    assert again.code == 0
    assert (tmp_path / "again/report.html").read_bytes() == (tmp_path / "out/report/report.html").read_bytes()
    nothing_left(repo)


def test_wrong_results_exit_with_12_and_are_never_timed(repo):
    commit(repo, {"subject.py": CODE.replace("return found", "return found + 1")})
    said = gate()
    assert (said.code, said.json["verdict"]) == (12, "disagrees")
    assert verdicts(said) == {"test_total": "disagrees", "test_sorted": "same"}
    assert "AssertionError" in said.json["benchmarks"][0]["reason"]
    assert said.json["benchmarks"][0]["ratio"] is None


def test_a_gate_may_run_from_a_folder_that_base_has_not_yet(repo, monkeypatch):
    commit(repo, {"pytest.ini": "[pytest]\n"})
    commit(repo, {"fresh/test_fresh.py": SUITE})
    monkeypatch.chdir(repo / "fresh")
    said = lntx_says("gate", "HEAD~1", "--pairs", 4, "--json", "--", "-p", "no:randomly")
    assert said.code == 0, said.err
    assert verdicts(said) == {"test_total": "same"}
    nothing_left(repo)


def test_a_benchmark_that_went_missing_exits_with_11_and_a_new_one_passes(repo):
    """Head's benchmarks drive both arms: one of another name runs in base as well, unless it needs code that base hasn't."""
    fresh = (
        "def test_fresh(benchmark):\n    assert benchmark(subject.fresh)\n    assert benchmark.stats.stats.min > 0\n"
    )
    renamed = SECOND.replace("test_sorted", "test_renamed")
    commit(
        repo, {"subject.py": CODE + "def fresh():\n    return 1\n", "bench/test_subject.py": SUITE + renamed + fresh}
    )
    said = gate()
    assert (said.code, said.json["verdict"]) == (11, "missing")
    assert verdicts(said) == {
        "test_total": "same",
        "test_sorted": "missing",
        "test_renamed": "same",
        "test_fresh": "new",
    }


def test_a_new_import_in_a_benchmark_file_does_not_silence_its_others(repo):
    """Base can't import head's version of the file, so it runs its own: the old benchmark is still compared."""
    fresh = "from subject import fresh\ndef test_fresh(benchmark):\n    assert benchmark(fresh)\n"
    code = CODE.replace("return found", "return found + 1") + "def fresh():\n    return 1\n"
    commit(repo, {"subject.py": code, "bench/test_subject.py": SUITE + fresh})
    said = gate()
    assert said.code == 12, said.err
    assert verdicts(said) == {"test_total": "disagrees", "test_fresh": "new", "test_sorted": "missing"}


def test_what_was_put_back_into_base_stays_so_while_timing(repo):
    """One file can't be imported in base, another was silenced: neither may spoil the pairs that follow."""
    quiet = "def test_quiet(benchmark):\n    benchmark(int)\n"
    commit(repo, {"bench/test_quiet.py": quiet})
    fresh = "from subject import fresh\ndef test_fresh(benchmark):\n    assert benchmark(fresh)\n"
    code = CODE.replace("found += i", "found += i + 0") + "def fresh():\n    return 1\n"
    silenced = quiet.replace("benchmark(int)", "pass")
    commit(repo, {"subject.py": code, "bench/test_subject.py": SUITE + fresh, "bench/test_quiet.py": silenced})
    said = gate()
    assert said.code == 11, said.err
    found = {one["name"].partition("::")[2]: one for one in said.json["benchmarks"]}
    assert (found["test_quiet"]["verdict"], found["test_fresh"]["verdict"]) == ("missing", "new")
    assert found["test_total"]["pairs"] == 4


def test_a_benchmark_that_no_longer_calls_its_fixture_is_missing(repo):
    commit(repo, {"bench/test_subject.py": SUITE + "def test_sorted(benchmark):\n    pass\n"})
    said = gate()
    assert said.code == 11, said.out
    assert verdicts(said)["test_sorted"] == "missing"


def test_a_benchmark_that_can_be_called_only_once_is_left_out_with_a_note(repo, tmp_path):
    once = "LEFT = [1]\ndef take():\n    return LEFT.pop()\n"
    suite = (
        "import once\n"
        "def test_take(benchmark):\n    once.LEFT[:] = [1]\n    assert benchmark.pedantic(once.take) == 1\n"
    )
    commit(repo, {"once.py": once, "bench/test_once.py": suite})
    commit(repo, {"README.md": "Two."})
    said = gate("-o", tmp_path / "out")
    assert verdicts(said)["test_take"] == "same"  # its code is: no turns are needed to see that
    commit(repo, {"once.py": once.replace("pop()", "pop(0)")})
    said = gate()
    assert said.code == 0, said.out
    assert "test_take" not in verdicts(said)
    assert any("it can be called only once" in note for note in said.json["notes"])


def test_head_that_mends_what_fails_in_base_is_not_blocked(repo):
    commit(repo, {"subject.py": CODE.replace("return found", "return found + 1")})
    commit(repo, {"subject.py": CODE})
    said = gate()
    assert said.code == 0
    assert verdicts(said)["test_total"] == "new"


def test_one_more_dispatched_operation_fails_unless_it_is_acknowledged(repo, monkeypatch):
    made_up(monkeypatch)  # time has no part in this
    torchy = "import torch\ndef total(n):\n    return torch.ones(n).sum().item()\n"
    suite = "import subject\ndef test_total(benchmark):\n    assert benchmark(subject.total, 10) == 10\n"
    commit(repo, {"subject.py": torchy, "bench/test_subject.py": suite})
    commit(repo, {"subject.py": torchy.replace(".sum()", ".clone().sum()")})
    said = gate()
    assert (said.code, said.json["verdict"]) == (10, "slower"), said.err
    (found,) = said.json["benchmarks"]
    assert found["means"] == "counters"
    assert "dispatcher operations" in found["reason"]
    most = 'counter = "{}"\nmost = 100\nwhy = "for the test"\n'
    meant = "".join(
        f'[[acknowledge]]\nbenchmark = "*::test_total"\n{most.format(name)}'
        for name in ("dispatcher operations", "allocations")
    )
    commit(repo, {"lntx-gate.toml": meant})
    said = gate("--report-timing", base="HEAD~2")
    assert said.code == 0, said.out


def test_controls_that_move_contaminate_the_gate(repo, monkeypatch):
    commit(repo, {"subject.py": CODE.replace("found += i", "found += i + 0")})
    made_up(monkeypatch, control=1.2)
    said = gate()
    assert (said.code, said.json["verdict"]) == (13, "contaminated"), said.out
    assert gate("--allow-inconclusive").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "no revision 'nowhere'"),
        (["HEAD", "nowhere"], "no revision 'nowhere'"),
        (["HEAD", "--pairs", 3], "--pairs must be 4 or more"),
        (["HEAD", "--margin", 5], "0 <= margin < tolerated"),
        (["HEAD", "--", "subject.py"], "finds no test that uses the benchmark fixture"),
        (["HEAD", "--", "missing.py"], "missing.py"),
        (["HEAD", "--", "bench", "--no-such-option"], "--no-such-option"),
        (["HEAD", "--python", "/no/python"], "/no/python can't be run"),
        (["HEAD", "--build", "echo sorry; exit 3"], "building base failed (echo sorry; exit 3): sorry"),
        (["HEAD", "--threads", 0], "--threads"),
        (["HEAD", "--limit", 0], "--limit"),
        (["HEAD", "--history", "bench"], "can't write bench: it is a folder"),
        (["HEAD", "--junit", "README.md/junit.xml"], "README.md"),
    ],
)
def test_what_cannot_be_gated_is_one_line(repo, arguments, words):
    said = lntx_says("gate", *arguments)
    assert (said.code, said.out) == (2, "")
    last = said.err.splitlines()[-1]
    assert words in last
    assert "Traceback" not in said.err
    nothing_left(repo)


def test_outside_a_repository_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = lntx_says("gate", "HEAD")
    assert said.code == 2
    assert "is in no git worktree" in said.err


@pytest.mark.parametrize("arm", ["base", "head"])
def test_a_suite_that_cannot_be_imported_names_the_arm_and_the_error(repo, arm):
    broken = CODE + "import nothing_of_this_name\n"
    commit(repo, {"subject.py": broken if arm == "base" else CODE + "A = 1\n"})
    commit(repo, {"subject.py": broken if arm == "head" else CODE})
    said = gate()
    assert said.code == 2
    assert f"can't be collected in {arm}" in said.err
    assert "nothing_of_this_name" in said.err


def test_dependencies_that_differ_want_an_environment_each(repo):
    commit(repo, {"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\ndependencies = ['numpy']\n"})
    said = gate()
    assert said.code == 2
    assert "project.dependencies in pyproject.toml" in said.err
    assert gate("--one-environment").code == 0


def test_a_worker_that_hangs_is_killed_at_its_limit_and_named(repo):
    commit(repo, {"subject.py": CODE.replace("found = 0", "found = 0\n    import time; time.sleep(60)")})
    said = gate("--limit", 8)  # a start must fit in, on a busy machine
    assert said.code == 2
    assert "the worker of head hung at bench/test_subject.py::test_total: killed after 8 s" in said.err
    nothing_left(repo)


def test_a_worker_that_dies_is_named_and_never_read_as_fast(repo):
    commit(repo, {"subject.py": CODE.replace("found = 0", "found = 0\n    import os; os.kill(os.getpid(), 9)")})
    said = gate()
    assert said.code == 2
    assert "the worker of head died by SIGKILL at bench/test_subject.py::test_total" in said.err
    nothing_left(repo)


def test_a_worker_that_cannot_start_again_after_another_died_is_said_in_a_line(repo, monkeypatch):
    started = survey.worker_pair
    pairs = []

    @contextmanager
    def once(*arguments, **options):
        pairs.append(1)
        if len(pairs) > 1:
            raise WorkerLost("the worker of head hung at starting")
        with started(*arguments, **options) as found:
            yield found

    monkeypatch.setattr(survey, "worker_pair", once)
    commit(repo, {"subject.py": CODE.replace("found = 0", "found = 0\n    import os; os.kill(os.getpid(), 9)")})
    said = gate()
    assert said.code == 2
    assert "Traceback" not in said.err
    assert "the worker of head died by SIGKILL at bench/test_subject.py::test_total" in said.err.splitlines()[-1]
    nothing_left(repo)


def test_what_was_measured_before_a_worker_died_is_kept(repo, monkeypatch, tmp_path):
    commit(repo, {"subject.py": CODE.replace("found += i", "found += i + 0")})
    sweep = Sweeper.sweep

    def dying(self, number, names, watch):
        if number < 3:
            return sweep(self, number, names, watch)
        raise WorkerLost("the worker of head died by SIGKILL at test_total")

    monkeypatch.setattr(Sweeper, "sweep", dying)
    said = gate("-o", tmp_path / "out")
    assert said.code == 2
    assert "the worker of head died by SIGKILL at test_total" in said.err.splitlines()[-1]
    assert said.json["verdict"] == "inconclusive"
    assert said.json["benchmarks"][0]["pairs"] == 2
    assert (tmp_path / "out/gate.json").is_file()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_gate_reports_what_it_has_and_leaves_nothing(repo, tmp_path, by):
    commit(repo, {"subject.py": CODE.replace("found += i", "found += i + 0")})
    process = started(repo, tmp_path)
    process.send_signal(by)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2, said
    stored = json.loads((tmp_path / "out/gate.json").read_text())
    assert stored["verdict"] == "inconclusive"
    assert "interrupted" in said or any("interrupted" in note for note in stored["notes"])
    assert (tmp_path / "out/report/report.html").is_file()
    assert not workers(tmp_path)
    nothing_left(repo)


def test_what_a_killed_gate_leaves_ends_by_itself_or_is_cleared_by_the_next(repo, tmp_path):
    commit(repo, {"subject.py": CODE.replace("found += i", "found += i + 0")})
    process = started(repo, tmp_path)
    assert workers(tmp_path)
    process.kill()
    process.communicate()
    until = time.monotonic() + 20
    while workers(tmp_path) and time.monotonic() < until:
        time.sleep(0.1)
    assert not workers(tmp_path)
    assert not (tmp_path / "out/gate.json").exists()
    assert gate("--allow-inconclusive", "--report-timing").code == 0
    nothing_left(repo)


def started(repo, tmp_path):
    """A gate in a process of its own that has come to its first pair."""
    command = [sys.executable, "-m", "lntx", "gate", "HEAD~1", "-o", str(tmp_path / "out"), "--", "bench"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        command, cwd=repo, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # a shell that put the tests into the background has them, and what they start, ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  (there are no threads)
    )  # fmt: skip
    seen = ""
    while "pair 1" not in seen:
        line = process.stderr.readline()
        assert line, seen
        seen += line
    return process


def workers(tmp_path):
    """The processes that work in the gate's folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(tmp_path / "tmp" / "lntx-gate-") in (process / "environ").read_text(errors="replace"):
                found.append(process.name)
        except OSError:
            continue
    return found
