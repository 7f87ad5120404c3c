"""The folders of a gate: both arms side by side, one gate at a time, and nothing left behind."""

import os
import subprocess
import sys

import pytest
from support.repositories import git, repository

from lntx.duet import workspace as spaces
from lntx.duet.checkout import overlay
from lntx.duet.repository import Repository
from lntx.duet.workspace import LOCK, exclusive
from lntx.errors import InputError


@pytest.fixture
def repo(tmp_path):
    return repository(
        tmp_path / "repo",
        {"code.py": "ONE = 1\n", "bench/test_it.py": "old\n", "pyproject.toml": "[project]\ndependencies = ['a']\n"},
        {"code.py": "ONE = 2\n", "bench/test_it.py": "new\n", "bench/test_more.py": "more\n"},
    )


def test_a_workspace_holds_both_arms_at_paths_of_one_length_and_leaves_nothing(repo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = Repository.around(repo)
    commits = {"base": found.commit("HEAD~1"), "head": found.commit("HEAD")}
    with spaces.workspace(found, commits) as space:
        assert [(space.trees[arm] / "code.py").read_text() for arm in commits] == ["ONE = 1\n", "ONE = 2\n"]
        assert len({len(str(tree)) for tree in space.trees.values()}) == 1
        assert (space.plugin / spaces.PLUGIN / "__init__.py").is_file()
        assert space.lacking == ()
        overlay(space.trees["base"], commits["head"], ["bench/test_it.py", "bench/test_more.py"])
        assert (space.trees["base"] / "bench/test_it.py").read_text() == "new\n"
        assert (space.trees["base"] / "code.py").read_text() == "ONE = 1\n"
    assert not list(tmp_path.glob("lntx-gate-*"))
    assert git(repo, "worktree", "list").count("\n") == 0


def test_what_a_killed_gate_left_is_cleared_by_the_next_and_the_users_worktrees_are_not(repo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "lntx-gate-left"
    left.mkdir()
    (left / spaces.MARK).touch()
    own = tmp_path / "lntx-gate-of-the-user"
    own.mkdir()
    git(repo, "worktree", "add", "-q", "--detach", str(tmp_path / "unplugged"), "HEAD")
    (tmp_path / "unplugged").rename(tmp_path / "elsewhere")
    with spaces.scratch() as folder:
        assert not left.exists()
        assert own.exists()
        assert folder.parent == tmp_path
    assert not folder.exists()
    assert git(repo, "worktree", "list").count("\n") == 1


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
