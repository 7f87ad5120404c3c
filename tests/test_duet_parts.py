"""The gate's parts on their own: revisions and worktrees, the lock, what is laid over base, and the clock."""

import os
import subprocess
import sys
from random import Random

import pytest
from repositories import git, repository

from lntx.duet import workspace as spaces
from lntx.duet.config import Pace
from lntx.duet.pair import cores
from lntx.duet.repository import Repository, overlay
from lntx.duet.sharing import identical, laid_over
from lntx.duet.timing import Clock
from lntx.duet.workspace import LOCK, exclusive
from lntx.errors import InputError
from lntx.result import Batch


@pytest.fixture
def repo(tmp_path):
    return repository(
        tmp_path / "repo",
        {"code.py": "ONE = 1\n", "bench/test_it.py": "old\n", "pyproject.toml": "[project]\ndependencies = ['a']\n"},
        {"code.py": "ONE = 2\n", "bench/test_it.py": "new\n", "bench/test_more.py": "more\n"},
    )


def test_revisions_are_resolved_and_unknown_ones_refused(repo):
    found = Repository.around(repo / "bench")
    assert found.root == repo
    assert found.commit("HEAD") == git(repo, "rev-parse", "HEAD")
    with pytest.raises(InputError, match="no revision 'nowhere'"):
        found.commit("nowhere")
    with pytest.raises(InputError, match="no revision '--help'"):
        found.commit("--help")


def test_outside_a_repository_is_refused(tmp_path):
    with pytest.raises(InputError, match="is in no git worktree"):
        Repository.around(tmp_path)


def test_what_differs_is_listed_and_uncommitted_changes_are_counted(repo):
    found = Repository.around(repo)
    assert found.changed("HEAD~1", "HEAD") == ["bench/test_it.py", "bench/test_more.py", "code.py"]
    assert found.dirty() == 0
    (repo / "code.py").write_text("ONE = 3\n")
    (repo / "untracked.py").write_text("")
    assert found.dirty() == 1


def test_dependencies_that_are_declared_anew_are_named(repo):
    found = Repository.around(repo)
    assert found.redeclared("HEAD~1", "HEAD") == []
    (repo / "pyproject.toml").write_text("[project]\ndependencies = ['a', 'b']\n")
    git(repo, "commit", "-qam", "more")
    assert found.redeclared("HEAD~1", "HEAD") == ["project.dependencies in pyproject.toml"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("uv.lock", "a = 1", ["uv.lock"]),
        ("ci/requirements-dev.txt", "a==1", ["ci/requirements-dev.txt"]),
        ("pyproject.toml", "[dependency-groups]\ntests = ['b']\n", ["dependency-groups in pyproject.toml"]),
        ("pyproject.toml", "[tool.poetry.dependencies]\na = '1'\n", ["tool.poetry in pyproject.toml"]),
        ("pyproject.toml", "project = 3\ntool = 4\n", []),
        ("notes.txt", "a==1", []),
    ],
)
def test_other_pins_are_named_though_they_declare_nothing(repo, name, text, said):
    found = Repository.around(repo)
    assert found.pinned("HEAD~1", "HEAD") == []
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text(text)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "more")
    assert found.pinned("HEAD~1", "HEAD") == said


def test_a_workspace_holds_both_arms_at_paths_of_one_length_and_leaves_nothing(repo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = Repository.around(repo)
    commits = {"base": found.commit("HEAD~1"), "head": found.commit("HEAD")}
    with spaces.workspace(found, commits) as space:
        assert [(space.trees[arm] / "code.py").read_text() for arm in commits] == ["ONE = 1\n", "ONE = 2\n"]
        assert len({len(str(tree)) for tree in space.trees.values()}) == 1
        assert (space.plugin / spaces.PLUGIN / "__init__.py").is_file()
        overlay(space.trees["base"], commits["head"], ["bench/test_it.py", "bench/test_more.py"])
        assert (space.trees["base"] / "bench/test_it.py").read_text() == "new\n"
        assert (space.trees["base"] / "code.py").read_text() == "ONE = 1\n"
    assert not list(tmp_path.glob("lntx-gate-*"))
    assert git(repo, "worktree", "list").count("\n") == 0


def test_what_a_killed_gate_left_is_cleared_by_the_next(repo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "lntx-gate-left"
    left.mkdir()
    (left / spaces.MARK).touch()
    own = tmp_path / "lntx-gate-of-the-user"
    own.mkdir()
    git(repo, "worktree", "add", "--detach", str(left / "base"), "HEAD")
    spaces.clear(Repository.around(repo))
    assert not left.exists()
    assert own.exists()
    assert git(repo, "worktree", "list").count("\n") == 0
    assert git(repo, "status", "--porcelain") == ""


def test_a_second_gate_on_the_machine_says_so(tmp_path):
    program = """
import pathlib, sys
from lntx.duet.workspace import exclusive
from lntx.duet.config import Pace
with exclusive(pathlib.Path(sys.argv[1])):
    print("in", flush=True)
    input()
"""
    other = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert other.stdout.readline() == "in\n"
    with (
        pytest.raises(InputError, match=f"another gate runs on this machine .process {other.pid}."),
        exclusive(tmp_path),
    ):
        pass
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    with exclusive(tmp_path):  # the system frees what its holder can't
        pass


def test_another_users_lock_can_be_taken(tmp_path, monkeypatch):
    """It can't be written, nor opened for creating in a sticky folder, so nobody is named in it; root may do both."""
    (tmp_path / LOCK).write_text("")
    real = os.open

    def refusing(path, flags, *mode):
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, flags, *mode)

    monkeypatch.setattr("lntx.duet.workspace.os.open", refusing)
    with exclusive(tmp_path):
        with (
            pytest.raises(InputError, match=r"another gate runs on this machine .process unknown."),
            exclusive(tmp_path),
        ):
            pass
        assert not (tmp_path / LOCK).read_text()


@pytest.mark.parametrize(
    ("changed", "laid"),
    [
        (["src/code.py"], []),
        (["bench/test_it.py", "src/code.py"], ["bench/test_it.py"]),
        (["bench/helper.py", "bench/data/a.csv"], ["bench/helper.py", "bench/data/a.csv"]),
        (["conftest.py", "bench/conftest.py", "other/conftest.py"], ["conftest.py", "bench/conftest.py"]),
        (["bench/peers/code.py"], ["bench/peers/code.py"]),
        (["package/core.py", "package/test_core.py"], ["package/test_core.py"]),
    ],
)
def test_only_files_of_the_benchmarks_are_laid_over_base(changed, laid):
    assert laid_over(changed, ["bench/test_it.py", "package/test_core.py"]) == laid


def traced(**parts):
    return {"modules": {"a.py": "1"}, "functions": {"a.py:f": "2"}, "files": {}, "untraceable": [], **parts}


@pytest.mark.parametrize(
    ("head", "same"),
    [
        (traced(), True),
        (traced(functions={"a.py:f": "3"}), False),
        (traced(modules={"a.py": "1", "b.py": "1"}), False),
        (traced(files={"data.csv": "1"}), False),
        (traced(untraceable=["started a process"]), False),
    ],
)
def test_arms_are_identical_only_if_all_they_executed_is(head, same):
    assert identical({"base": traced(), "head": head}, ["docs.md"]) is same


def test_a_changed_file_that_compiled_code_may_read_counts():
    assert not identical({"base": traced(), "head": traced()}, ["data/weights.safetensors"])


def test_of_one_commit_all_is_identical():
    assert identical(dict.fromkeys(("base", "head"), traced(untraceable=["x"])), [])


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity on this system")
def test_pairs_take_turns_on_the_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 7})
    assert [cores(number, 1) for number in range(4)] == [[2], [5], [7], [2]]
    assert cores(1, 2) == [2, 7]
    assert cores(0, 8) == [2, 5, 7]


class Arms:
    """A pair of workers whose calls take so many seconds each, after the first few."""

    def __init__(self, base=1e-3, head=1e-3, slow_calls=0, noise=0.0):
        self.each, self.left, self.rng, self.noise = {"base": base, "head": head}, slow_calls, Random(0), noise
        self.asked = []

    def batch(self, arm, _what, iterations):
        self.asked.append((arm, iterations))
        slow, self.left = min(self.left, iterations), max(0, self.left - iterations)
        seconds = (iterations + 50 * slow) * self.each[arm] * (1 + self.noise * self.rng.random())
        return Batch(seconds, iterations), self.left


def clock(arms, **pace):
    return Clock(arms, {"do": "batch"}, Pace(**pace), Random(1))


@pytest.mark.parametrize("each", [1e-8, 1e-5, 1e-3, 0.02, 3.0])
def test_a_batch_is_calibrated_to_its_length_whatever_a_call_takes(each):
    iterations = clock(Arms(each, each)).calibrated()
    assert iterations == max(1, round(0.025 / each))


def test_both_arms_make_the_same_number_of_calls():
    arms = Arms(1e-4, 3e-4)
    timing = clock(arms)
    iterations = timing.calibrated()
    timing.warm(iterations)
    quads = timing.quads(iterations)
    assert len(quads) == 8
    assert {batch.iterations for quad in quads for batch in quad.batches} == {iterations}
    assert all(quad.score == pytest.approx(1.0986, abs=1e-3) for quad in quads)
    counts = [sum(n for name, n in arms.asked if name == arm) for arm in ("base", "head")]
    assert counts[0] == counts[1]


def test_warming_up_ends_when_nothing_gets_faster_any_more():
    arms = Arms(1e-4, 1e-4, slow_calls=60)
    assert clock(arms).warm(10)
    assert arms.left == 0
    assert len(arms.asked) >= 4 * 3


def test_what_never_comes_to_rest_is_said():
    assert not clock(Arms(noise=5.0), warm_s=0.5).warm(10)


def test_a_slow_call_is_warm_after_one_window_and_measured_in_fewer_quads():
    arms = Arms(base=2.0, head=2.0)
    timing = clock(arms)
    assert timing.warm(1)
    assert len(timing.quads(1)) == 1


def test_the_first_call_is_given_for_both_arms_in_their_order():
    assert clock(Arms(1.0, 2.0)).first() == (1.0, 2.0)
