"""The folders of a gate: both arms side by side, and nothing left behind, of the gate's or of the user's."""

import errno
import os

import pytest
from support.repositories import contents, git, repository

from lntx.duet import workspace as spaces
from lntx.duet.checkout import overlay
from lntx.duet.repository import Repository
from lntx.duet.workspace import disk_errors
from lntx.errors import InputError, LntxError


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


def test_the_users_worktrees_are_never_pruned_though_their_disk_is_unplugged(repo, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    git(repo, "worktree", "add", "-q", "--detach", str(tmp_path / "unplugged"), "HEAD")
    (tmp_path / "unplugged/code.py").write_text("STAGED = 1\n")
    git(tmp_path / "unplugged", "add", "-A")
    (tmp_path / "unplugged").rename(tmp_path / "elsewhere")
    before = contents(repo)
    found = Repository.around(repo)
    with spaces.workspace(found, {"base": found.commit("HEAD~1"), "head": found.commit("HEAD")}):
        pass
    assert contents(repo) == before
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("where", ["shutil.copyfile", "pathlib.Path.write_text"])
def test_a_full_disk_while_copying_is_one_line_and_leaves_nothing(repo, tmp_path, monkeypatch, number, where):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    found = Repository.around(repo)
    commits = {"base": found.commit("HEAD~1"), "head": found.commit("HEAD")}

    def full(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(where, full)
    with (
        pytest.raises(LntxError, match=r"no room on disk for the gate's worktrees in .*; free some, or set TMPDIR"),
        disk_errors(),
        spaces.workspace(found, commits),
    ):
        pass
    assert not list((tmp_path / "tmp").iterdir())


def test_a_temporary_folder_that_python_cannot_import_from_is_refused_in_a_line(tmp_path, monkeypatch):
    (tmp_path / "a:b").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "a:b"))
    with pytest.raises(InputError, match=r"has a : in its path; name another in TMPDIR"), spaces.scratch():
        pass
    assert not list((tmp_path / "a:b").iterdir())
