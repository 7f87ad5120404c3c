"""The worktree as a commit: it holds what git would add, and nothing of the user's is touched, to the byte."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.repositories import commit, contents, git, repository

from lntx.duet import edits
from lntx.duet.checkout import check_out, store
from lntx.duet.compared import compared
from lntx.duet.config import GateConfig
from lntx.duet.repository import Repository
from lntx.errors import InputError

NAMES = (
    "a.txt",
    "b c.txt",
    "dir/ü.txt",
    "dir/deep/n[1].txt",
    "dir",
    "-x",
    "made.ign",
    "made/out.txt",
    ".hidden",
    "q?*.py",
)
TEXTS = ("", "one\n", "two\n", "three\r\nlines\r\n", "no end")
START = {
    "a.txt": "one\n",
    "dir/ü.txt": "two\n",
    "dir/deep/n[1].txt": "",
    "run.sh": "#!/bin/sh\n",
    ".gitignore": "*.ign\nmade/\n",
}
names, texts = st.sampled_from(NAMES), st.sampled_from(TEXTS)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), names, texts),
        st.tuples(st.just("remove"), names),
        st.tuples(st.just("chmod"), names),
        st.tuples(st.just("link"), names, st.sampled_from(("a.txt", "nowhere", "dir"))),
        st.tuples(st.just("add"), names),
        st.tuples(st.just("intend"), names),
        st.tuples(st.just("forget"), names),
        st.tuples(st.just("move"), names, names),
    ),
    max_size=8,
)


def taken(repo, folder, beside=()):
    """Take the worktree; the repository with its objects, and the edits."""
    folder.mkdir(parents=True)
    return edits.taken(Repository.around(repo), folder, beside)


def laid_out(repo, folder):
    """Take the worktree, and check it out as the gate does; the folder."""
    both, found = taken(repo, folder)
    check_out(store(both), found.commit, folder / "head")
    return folder / "head"


def do(repo, step):
    """Change something, as a user might; what can't be done isn't."""
    what, name, *more = step
    path = repo / name
    if what == "write":
        for above in reversed(path.relative_to(repo).parents):
            place = repo / above
            if place.is_symlink() or place.is_file():
                place.unlink()
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_bytes(more[0].encode())
    elif what == "remove":
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    elif what == "chmod" and path.is_file():
        path.chmod(path.stat().st_mode ^ 0o111)
    elif what == "link" and path.parent.is_dir() and not os.path.lexists(path):
        path.symlink_to(more[0])
    else:
        words = {
            "add": ["add", "--"],
            "intend": ["add", "-N", "--"],
            "forget": ["rm", "-rq", "--cached", "--"],
            "move": ["mv", "--"],
        }
        git(repo, *words.get(what, ["status", "--"]), name, *more, check=False)


def expected(repo, folder):
    """The tree that `git add --all` makes of a copy."""
    shutil.copytree(repo, folder, symlinks=True)
    git(folder, "add", "--all")
    return git(folder, "write-tree")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_any_edits_are_taken_as_git_would_add_them_and_nothing_is_touched(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("edits")
    repo = repository(folder / "repo", START)
    (repo / "run.sh").chmod(0o755)
    git(repo, "commit", "-qam", "mode")
    for step in found:
        try:
            do(repo, step)
        except OSError:  # a folder where a file should be, or the other way round
            continue
    before, status = contents(repo), git(repo, "status", "--porcelain", env={"GIT_OPTIONAL_LOCKS": "0"})
    both, took = taken(repo, folder / "gate")
    assert contents(repo) == before
    assert git(repo, "status", "--porcelain", env={"GIT_OPTIONAL_LOCKS": "0"}) == status
    tree = expected(repo, folder / "copy")
    assert both.git("rev-parse", f"{took.commit}^{{tree}}").line == tree
    assert bool(took.files) == (took.commit != git(repo, "rev-parse", "HEAD"))
    check_out(store(both), took.commit, folder / "head")
    assert not git(folder / "head", "status", "--porcelain")
    assert git(folder / "head", "rev-parse", "HEAD^{tree}") == tree
    assert contents(repo) == before


@pytest.fixture
def repo(tmp_path):
    return repository(tmp_path / "repo", START)


def test_a_worktree_without_edits_is_its_commit(repo, tmp_path):
    (repo / "made").mkdir()
    (repo / "made" / "out.txt").write_text("ignored")
    _, found = taken(repo, tmp_path / "gate")
    assert found == edits.Edits(git(repo, "rev-parse", "HEAD"), git(repo, "rev-parse", "HEAD"))
    assert not list((tmp_path / "gate").iterdir())


def test_what_running_a_suite_leaves_and_what_the_gate_writes_are_no_edits(repo, tmp_path):
    left = (
        "__pycache__/a.pyc",
        "dir/__pycache__/b.pyc",
        ".pytest_cache/x",
        ".benchmarks/1.json",
        "results/gate/gate.json",
        "junit.xml",
    )
    for name in left:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("left")
    beside = [repo / "results/gate", repo / "junit.xml"]
    assert edits.count(Repository.around(repo), beside) == 0
    (repo / "a.txt").write_text("more\n")
    _, found = taken(repo, tmp_path / "gate", beside)
    assert found.files == ("a.txt",)


def test_environments_and_what_is_compiled_are_no_edits_and_the_latter_is_named(repo, tmp_path):
    for name in (
        ".own/pyvenv.cfg",
        ".own/lib/python3/site-packages/a.py",
        ".nox/tests/pyvenv.cfg",
        ".nox/tests/bin/x",
        "dir/fast.cpython.so",
    ):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("made")
    _, found = taken(repo, tmp_path / "clean")
    assert (found.files, found.compiled) == ((), ("dir/fast.cpython.so",))
    (repo / "own.py").write_text("new")
    _, found = taken(repo, tmp_path / "gate")
    assert (found.files, found.compiled) == (("own.py",), ("dir/fast.cpython.so",))


def test_a_renamed_file_counts_once(repo, tmp_path):
    commit(repo, {"long.txt": "line\n" * 50})
    (repo / "long.txt").rename(repo / "longer.txt")
    _, found = taken(repo, tmp_path / "gate")
    assert found.files == ("longer.txt",)


def test_a_merge_on_its_way_is_refused_by_name(repo, tmp_path):
    git(repo, "checkout", "-qb", "other")
    commit(repo, {"a.txt": "theirs\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"a.txt": "ours\n"})
    git(repo, "merge", "-q", "other", check=False)
    with pytest.raises(InputError, match=r"a\.txt is in the middle of a merge"):
        taken(repo, tmp_path / "gate")


@pytest.mark.skipif(os.geteuid() == 0, reason="a superuser reads everything")
def test_a_file_that_cannot_be_read_is_named(repo, tmp_path):
    (repo / "a.txt").write_text("secret")
    (repo / "a.txt").chmod(0)
    with pytest.raises(InputError, match=r"a\.txt"):
        taken(repo, tmp_path / "gate")


def test_repositories_inside_and_edits_in_submodules_are_named(repo, tmp_path):
    inner = repository(tmp_path / "inner", {"word.txt": "one"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    git(repo, "commit", "-qm", "a submodule")
    repository(repo / "nested", {"own.txt": "own"})
    repository(repo / "unborn")
    _, clean = taken(repo, tmp_path / "clean")
    assert clean.inside == ("the repository nested", "the repository unborn")
    (repo / "sub/word.txt").write_text("two")
    (repo / "a.txt").write_text("two\n")
    _, found = taken(repo, tmp_path / "gate")
    assert (found.files, found.inside[0]) == (("a.txt",), "the submodule sub")


def test_a_submodule_that_was_moved_on_is_measured_as_it_is(repo, tmp_path):
    inner = repository(tmp_path / "inner", {"word.txt": "one"}, {"word.txt": "two"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    git(repo / "sub", "checkout", "-q", "HEAD~1")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "a submodule")
    git(repo / "sub", "checkout", "-q", "main")
    assert (laid_out(repo, tmp_path / "gate") / "sub/word.txt").read_text() == "two"


def test_files_outside_a_sparse_checkout_are_neither_edits_nor_gone(repo, tmp_path):
    commit(repo, {"far/away.txt": "far"})
    git(repo, "sparse-checkout", "set", "dir")
    assert not (repo / "far").exists()
    (repo / "dir/ü.txt").write_text("three")
    both, found = taken(repo, tmp_path / "gate")
    assert found.files == ("dir/ü.txt",)
    assert "far/away.txt" in both.files(found.commit)


def test_settings_that_write_beside_the_index_write_nothing(repo, tmp_path):
    for name, value in (
        ("core.splitIndex", "true"),
        ("core.untrackedCache", "true"),
        ("core.safecrlf", "true"),
        ("core.autocrlf", "input"),
    ):
        git(repo, "config", name, value)
    git(repo, "update-index", "--split-index")
    (repo / "a.txt").write_bytes(b"crlf\r\n")
    before = contents(repo)
    both, found = taken(repo, tmp_path / "gate")
    assert contents(repo) == before
    assert both.content(found.commit, "a.txt") == b"crlf\n"


def test_users_stash_and_hooks_have_no_part_in_it(repo, tmp_path):
    (repo / "a.txt").write_text("stashed\n")
    git(repo, "stash", "-q")
    hooks = repo / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        (hooks / name).chmod(0o755)
    (repo / "new.txt").write_text("new\n")
    before = contents(repo)
    assert (laid_out(repo, tmp_path / "gate") / "new.txt").read_text() == "new\n"
    assert contents(repo) == before
    assert not (tmp_path / "ran").exists()


def test_an_untracked_file_that_is_too_large_is_named_and_not_copied(tmp_path):
    repo = repository(tmp_path / "repo", START)
    with (repo / "big.bin").open("wb") as stream:
        stream.truncate(3 * 10**9)
    _, found = taken(repo, tmp_path / "clean")
    assert (found.files, found.large) == ((), ("big.bin",))
    (repo / "new.py").write_text("")
    both, found = taken(repo, tmp_path / "edited")
    assert (found.files, found.large) == (("new.py",), ("big.bin",))
    assert both.content(found.commit, "big.bin") is None


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
@pytest.mark.parametrize("name", ["a.txt", "dir/ü.txt", "dir/deep/n[1].txt"])
def test_edits_from_which_git_was_told_to_look_away_are_named(tmp_path, flag, name):
    repo = repository(tmp_path / "repo", START)
    git(repo, "update-index", flag, "--", name, "run.sh", env={"GIT_LITERAL_PATHSPECS": "1"})
    config = GateConfig(repo, "HEAD")
    assert taken(repo, tmp_path / "clean")[1].hidden == ()
    (repo / name).write_text("another\n")
    (tmp_path / "edited").mkdir()
    notes = list(compared(config, Repository.around(repo), tmp_path / "edited").notes())
    assert any(note.startswith(f"{name}: edited, but flagged") for note in notes)
    assert "base and head are the same commit" in notes
