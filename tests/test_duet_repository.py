"""What the gate asks of git: which repository it is, its revisions, and what differs."""

import pytest
from support.repositories import git, repository

from lntx.duet import repository as module
from lntx.duet.git import Answer
from lntx.duet.repository import Repository
from lntx.errors import InputError


@pytest.fixture
def repo(tmp_path):
    return repository(
        tmp_path / "a repo, ümlaut ",
        {"code.py": "ONE = 1\n", "bench/test_it.py": "old\n", "pyproject.toml": "[project]\ndependencies = ['a']\n"},
        {"code.py": "ONE = 2\n", "bench/test_it.py": "new\n", "bench/test_more.py": "more\n"},
    )


def test_revisions_are_resolved_and_unknown_ones_refused(repo):
    found = Repository.around(repo / "bench")
    assert found.root == repo
    assert found.commit("HEAD") == git(repo, "rev-parse", "HEAD")
    for revision in ("nowhere", "--help", ""):
        with pytest.raises(InputError, match=f"no revision '{revision}'"):
            found.commit(revision)


def test_an_unknown_revision_gets_what_helps(repo, tmp_path, monkeypatch):
    monkeypatch.chdir(repo)
    with pytest.raises(InputError, match="what is meant for pytest stands behind --: lntx gate BASE -- bench"):
        Repository.around(repo).commit("bench")
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo}", "shallow")
    with pytest.raises(InputError, match="the clone is shallow: fetch more history"):
        Repository.around(tmp_path / "shallow").commit("HEAD~1")
    git(repo, "branch", "feature")
    git(tmp_path, "clone", "-q", f"file://{repo}", "clone")
    with pytest.raises(InputError, match="there is origin/feature"):
        Repository.around(tmp_path / "clone").commit("feature")


def test_outside_a_repository_is_refused(tmp_path):
    with pytest.raises(InputError, match="is in no git worktree"):
        Repository.around(tmp_path)


def test_a_bare_repository_and_gits_own_folder_say_what_they_are(repo, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare")
    for folder in (tmp_path / "bare", repo / ".git"):
        with pytest.raises(InputError, match="bare repository, or git's own folder"):
            Repository.around(folder)


def test_a_repository_that_git_does_not_trust_says_what_helps(repo, monkeypatch):
    said = f"fatal: detected dubious ownership in repository at '{repo}'\nTo add an exception ...\n"
    monkeypatch.setattr(module, "git", lambda *_, **__: Answer(128, "", said))
    with pytest.raises(InputError, match=r"git config --global --add safe\.directory"):
        Repository.around(repo)


def test_without_git_it_is_said(repo, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="needs git"):
        Repository.around(repo)


def test_what_differs_is_listed(repo):
    found = Repository.around(repo)
    assert found.changed("HEAD~1", "HEAD") == ["bench/test_it.py", "bench/test_more.py", "code.py"]
    assert found.files("HEAD~1") == ["bench/test_it.py", "code.py", "pyproject.toml"]
    assert found.content("HEAD", "code.py") == b"ONE = 2\n"
    assert found.content("HEAD", "nowhere.py") is None


@pytest.mark.parametrize("name", ["ends in a space ", " begins with one", "a\nb\n", "tab\t", "a'b\"c", "é", "\udcff"])
def test_a_repository_is_found_whatever_its_path_is(tmp_path, name):
    root = repository(tmp_path / name, {"a.txt": "a"})
    found = Repository.around(root)
    assert found.root == root
    assert found.folder == root / ".git"
    assert found.content("HEAD", "a.txt") == b"a"


@pytest.mark.parametrize("place", ["plain", "with space", "a:b", 'say "so"', "back\\slash"])
def test_folders_of_objects_are_found_whatever_they_are_called(tmp_path, place):
    found = repository(tmp_path / place / "objects of", {"a.txt": "a"})
    both = Repository(repository(tmp_path / "outer", {"b.txt": "b"}), found / ".git/objects")
    assert both.files(git(found, "rev-parse", "HEAD")) == ["a.txt"]
