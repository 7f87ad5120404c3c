"""What is made ready for a gate, and cleared away again, leaves a user's repository as it was, to the byte."""

import shutil

import pytest
from support.repositories import commit, contents, git, repository

from lntx.duet import environment
from lntx.duet.config import GateConfig
from lntx.duet.preparation import prepared
from lntx.errors import InputError

FILES = {"code.py": "ONE = 1\n", "bench/test_it.py": "def test_it(benchmark):\n    benchmark(int)\n"}


def unplugged(repo):
    for name in ("here", "unplugged"):
        git(repo, "worktree", "add", "-q", "-b", name, f"../{name}")
        (repo.parent / name / "code.py").write_text("STAGED = 1\n")
        git(repo.parent / name, "add", "-A")
    shutil.move(repo.parent / "unplugged", repo.parent / "elsewhere")


def hooks(repo):
    log = repo.parent / "hooks.log"
    log.write_text("")
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman", "post-commit"):
        hook = repo / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f'#!/bin/sh\necho "$0" >> {log}\n')
        hook.chmod(0o755)
    git(repo, "config", "core.fsmonitor", ".git/hooks/fsmonitor-watchman")
    log.write_text("")


def locked(repo):
    for name in ("index", "HEAD", "config", "packed-refs", "refs/heads/main", "refs/stash"):
        (repo / f".git/{name}.lock").write_text("held")


def split_index(repo):
    git(repo, "config", "core.untrackedCache", "true")
    git(repo, "update-index", "--index-version", "4", "--untracked-cache", "--split-index")
    git(repo, "update-index", "--assume-unchanged", "bench/test_it.py")
    git(repo, "status")


def stashed(repo):
    (repo / "code.py").write_text("STASHED = 1\n")
    git(repo, "stash")
    git(repo, "notes", "add", "-m", "a note")
    git(repo, "bisect", "start")


def filtered(repo):
    git(repo, "config", "filter.turn.clean", "tr a-z b-za")
    git(repo, "config", "filter.turn.smudge", "tr b-za a-z")
    git(repo, "config", "diff.loud.command", f"sh -c 'echo diff >> {repo.parent}/diff.log'")
    commit(repo, {".gitattributes": "*.turned filter=turn\n*.py diff=loud\n", "x.turned": "abc\n"})


def hooked(repo):
    del repo


@pytest.mark.parametrize("kind", [unplugged, hooks, locked, split_index, stashed, filtered, hooked])
def test_a_gate_s_preparation_leaves_no_trace(tmp_path, monkeypatch, kind):
    repo = repository(tmp_path / "users/repo ", FILES, {"README.md": "Two.\n"})
    kind(repo)
    (repo / "code.py").write_text("EDITED = 1\n")
    (repo / "new.turned").write_text("new\n")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(environment, "_check", lambda *_: None)
    if kind is hooked:
        for name, value in (("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index"), ("GIT_PREFIX", "")):
            monkeypatch.setenv(name, str(repo / value) if value else "")
    before = contents(repo.parent)
    with prepared(GateConfig(repo, "HEAD~1")) as ready:
        head = ready.space.trees["head"]
        assert (head / "code.py").read_text() == "EDITED = 1\n"
        assert (head / "new.turned").read_text() == "new\n"
        assert not (head / ".git/hooks").exists()
    assert contents(repo.parent) == before
    assert not list((tmp_path / "tmp").iterdir())


def test_temporary_folders_inside_the_repository_are_no_edits_and_go(tmp_path, monkeypatch):
    repo = repository(tmp_path / "repo", FILES)
    (repo / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(repo / "tmp"))
    monkeypatch.setattr(environment, "_check", lambda *_: None)
    before = contents(repo)
    with prepared(GateConfig(repo, "HEAD")) as ready:
        assert not ready.compared.edited
    assert contents(repo) == before


def test_a_bare_repository_and_a_merge_are_refused_and_left_as_they_are(tmp_path, monkeypatch):
    repo = repository(tmp_path / "users/repo", FILES, {"README.md": "Two.\n"})
    git(repo.parent, "clone", "-q", "--bare", "repo", "bare.git")
    git(repo, "checkout", "-q", "-b", "other", "HEAD~1")
    commit(repo, {"README.md": "Other.\n"})
    git(repo, "merge", "-q", "main", check=False)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    before = contents(tmp_path / "users")
    for folder, words in (("bare.git", "bare repository"), ("repo", "in the middle of a merge")):
        with pytest.raises(InputError, match=words), prepared(GateConfig(tmp_path / "users" / folder, "main")):
            pass
    assert contents(tmp_path / "users") == before
    assert not list((tmp_path / "tmp").iterdir())
