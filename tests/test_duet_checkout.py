"""Arms on disk: commits with all that belongs to them, from the user's own disk, and nothing of the user's is written to."""

import hashlib
import os
import shutil

import pytest
from support.repositories import commit, contents, git, repository

from lntx.duet.checkout import check_out, overlay, store, worktree
from lntx.duet.repository import Repository
from lntx.errors import InputError, LntxError

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


def arm(repo, folder, revision="HEAD", of=None):
    """Check a revision out; the folder, and what was said."""
    found = Repository.around(of or repo)
    said = check_out(store(found), found.commit(revision), folder)
    return folder, said


@pytest.fixture
def repo(tmp_path):
    return repository(
        tmp_path / "a repo, ümlaut", {"code.py": "ONE = 1\n", "a b/ü.txt": "one"}, {"code.py": "ONE = 2\n"}
    )


def with_submodule(outer, inner, path, **environment):
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), path, env=environment)
    git(outer, "commit", "-qm", f"{path} is a submodule")


def pointer(content):
    return LFS.format(hashlib.sha256(content).hexdigest(), len(content))


def kept(repo, content):
    """Put a large file where git-lfs keeps it."""
    oid = hashlib.sha256(content).hexdigest()
    place = repo / ".git/lfs/objects" / oid[:2] / oid[2:4] / oid
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    return place


def test_an_arm_is_a_repository_at_its_commit_and_the_users_is_untouched(repo, tmp_path):
    git(repo, "tag", "-am", "first", "v1.0", "HEAD~1")
    before = contents(repo)
    with worktree(Repository.around(repo), git(repo, "rev-parse", "HEAD~1"), tmp_path / "base") as found:
        assert (found / "code.py").read_text() == "ONE = 1\n"
        assert (found / "a b/ü.txt").read_text() == "one"
        assert git(found, "describe") == "v1.0"
        assert git(found, "log", "-1", "--format=%s", "main") == "commit 1"
        assert not git(found, "status", "--porcelain")
    assert not found.exists()
    assert contents(repo) == before


def test_a_repository_that_may_only_be_read_is_enough(repo, tmp_path):
    for path in (repo, *repo.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        found, _ = arm(repo, tmp_path / "head")
        assert (found / "code.py").read_text() == "ONE = 2\n"
    finally:
        for path in (repo, *repo.rglob("*")):
            path.chmod(0o755)


def test_what_is_laid_over_replaces_files_folders_and_links(repo, tmp_path):
    files = {"bench/test_a.py": "new\n", "bench/data": "now a file", "code.py": "ONE = 3\n"}
    commit(repo, {"bench/data/x.txt": "old", "bench/gone.py": "gone"})
    shutil.rmtree(repo / "bench/data")
    commit(repo, {**files, "bench/gone.py": None})
    found, _ = arm(repo, tmp_path / "base", "HEAD~1")
    overlay(
        found, git(repo, "rev-parse", "HEAD"), ["bench/data", "bench/data/x.txt", "bench/gone.py", "bench/test_a.py"]
    )
    assert {path.name: path.read_text() for path in (found / "bench").iterdir()} == {
        "data": "now a file",
        "test_a.py": "new\n",
    }
    assert (found / "code.py").read_text() == "ONE = 2\n"


@pytest.mark.parametrize("kind", ["shallow", "linked", "sparse", "sha256", "alternates", "partial"])
def test_repositories_of_other_kinds_are_borrowed_from(repo, tmp_path, kind):
    url, place = f"file://{repo}", tmp_path / kind
    git(repo, "config", "uploadpack.allowFilter", "true")
    if kind == "shallow":
        git(tmp_path, "clone", "-q", "--depth", "1", url, str(place))
    elif kind == "partial":
        git(tmp_path, "clone", "-q", "--filter=blob:none", url, str(place))
    elif kind == "alternates":
        git(tmp_path, "clone", "-q", "--shared", str(repo), str(place))
    elif kind == "linked":
        git(repo, "worktree", "add", "-q", "--detach", str(tmp_path / "between"))
        git(tmp_path / "between", "worktree", "add", "-q", "--detach", str(place))
    elif kind == "sparse":
        git(tmp_path, "clone", "-q", url, str(place))
        git(place, "sparse-checkout", "set", "nowhere")
    else:
        place.mkdir()
        git(place, "init", "-q", "--object-format=sha256")
        commit(place, {"code.py": "ONE = 2\n", "a b/ü.txt": "one"})
    before = contents(place)
    found, _ = arm(place, tmp_path / "head")
    assert (found / "code.py").read_text() == "ONE = 2\n"
    assert (found / "a b").exists() == (kind != "sparse")
    assert contents(place) == before
    if kind == "partial":  # a file that the clone hasn't got comes from where it was cloned from
        older, _ = arm(place, tmp_path / "base", "HEAD~1")
        assert (older / "code.py").read_text() == "ONE = 1\n"


def test_a_file_that_a_partial_clone_cannot_get_is_one_line(repo, tmp_path):
    git(repo, "config", "uploadpack.allowFilter", "true")
    place = tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{repo}", str(place))
    repo.rename(tmp_path / "away")
    with pytest.raises(LntxError, match=r"git can't check .* out to .*: (fatal|error): ") as caught:
        arm(place, tmp_path / "base", "HEAD~1")
    assert "\n" not in str(caught.value)


def test_submodules_come_from_the_users_disk_at_each_commits_own_pin(repo, tmp_path):
    leaf = repository(tmp_path / "leaf", {"leaf.txt": "leaf"})
    inner = repository(tmp_path / "inner", {"word.txt": "one"})
    with_submodule(inner, leaf, "deep/leaf")
    with_submodule(repo, inner, "lib dir/inner")
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive")
    commit(inner, {"word.txt": "two"})
    git(repo / "lib dir/inner", "pull", "-q", "origin", "main")
    git(repo, "commit", "-qam", "a newer pin")
    shutil.rmtree(inner)
    shutil.rmtree(leaf)
    before = contents(repo)
    for number, (revision, word) in enumerate((("HEAD~1", "one"), ("HEAD", "two"))):
        found, said = arm(repo, tmp_path / f"arm{number}", revision)
        assert (found / "lib dir/inner/word.txt").read_text() == word
        assert (found / "lib dir/inner/deep/leaf/leaf.txt").read_text() == "leaf"
        assert not said
    assert contents(repo) == before


def test_a_pin_that_is_laid_over_brings_its_submodule(repo, tmp_path):
    inner = repository(tmp_path / "inner", {"word.txt": "one"}, {"word.txt": "two"})
    with_submodule(repo, inner, "bench/corpus")
    git(repo / "bench/corpus", "checkout", "-q", "HEAD~1")
    git(repo, "commit", "-qam", "an older pin")
    found, _ = arm(repo, tmp_path / "base", "HEAD~1")
    assert (found / "bench/corpus/word.txt").read_text() == "two"
    overlay(found, git(repo, "rev-parse", "HEAD"), ["bench/corpus"])
    assert (found / "bench/corpus/word.txt").read_text() == "one"


def test_in_a_linked_worktree_submodules_come_from_the_main_one(repo, tmp_path):
    with_submodule(repo, repository(tmp_path / "inner", {"word.txt": "one"}), "sub")
    git(repo, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    found, said = arm(tmp_path / "linked", tmp_path / "head")
    assert (found / "sub/word.txt").read_text() == "one"
    assert not said


def test_a_submodule_that_nobody_has_is_said_and_one_whose_pin_is_elsewhere_is_refused(repo, tmp_path):
    inner = repository(tmp_path / "inner", {"word.txt": "one"})
    with_submodule(repo, inner, "sub")
    git(tmp_path, "clone", "-q", str(repo), str(tmp_path / "clone"))
    found, said = arm(tmp_path / "clone", tmp_path / "head")
    assert not list((found / "sub").iterdir())
    assert said == [
        "the submodule sub isn't checked out here, and so not in the arms: git submodule update --init --recursive sub brings it"
    ]
    git(repo, "update-index", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(repo, "commit", "-qm", "a pin from elsewhere")
    with pytest.raises(
        InputError, match=r"the submodule sub hasn't got the commit 111111111111.*git -C sub fetch origin 1{40}"
    ):
        arm(repo, tmp_path / "other")


@pytest.mark.parametrize("place", ["store", "checkout", "lfs.storage"])
def test_large_files_come_from_their_store_or_the_users_checkout(repo, tmp_path, place):
    content = bytes(range(256)) * 9
    files = {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "data/x.bin": pointer(content)}
    commit(repo, {**files, "data/run.bin": pointer(content), "code.bin.txt": pointer(content)})
    if place == "store":
        kept(repo, content)
    elif place == "lfs.storage":
        elsewhere = kept(repo, content).parents[3]
        elsewhere.rename(tmp_path / "elsewhere")
        git(repo, "config", "lfs.storage", str(tmp_path / "elsewhere"))
    else:
        for name in ("x.bin", "run.bin"):
            (repo / "data" / name).write_bytes(content)
    found, said = arm(repo, tmp_path / "head")
    assert (found / "data/x.bin").read_bytes() == (found / "data/run.bin").read_bytes() == content
    assert (found / "code.bin.txt").read_text() == pointer(content)
    assert not said


def test_large_files_that_nobody_has_are_said_and_those_that_one_commit_lacks_are_refused(repo, tmp_path):
    old, new = b"old" * 500, b"new" * 500
    commit(repo, {".gitattributes": "*.bin filter=lfs\n", "x.bin": pointer(old), "y.bin": pointer(old)})
    commit(repo, {"x.bin": pointer(new)})
    _, said = arm(repo, tmp_path / "head")
    assert said == ["x.bin and 1 more: pointers of Git LFS here, and so in the arms; git lfs pull brings the files"]
    (repo / "x.bin").write_bytes(new)
    with pytest.raises(InputError, match=r"x\.bin is a large file of Git LFS.*git lfs fetch --all"):
        arm(repo, tmp_path / "base", "HEAD~1")


def test_an_unchanged_large_file_is_no_edit_and_a_changed_one_is(repo, tmp_path):
    from lntx.duet import edits  # noqa: PLC0415

    content = b"large" * 500
    commit(repo, {".gitattributes": "*.bin filter=lfs\n", "x.bin": pointer(content), "y.bin": pointer(content)})
    (repo / "x.bin").write_bytes(content)
    (repo / "y.bin").write_bytes(content + b"!")
    (tmp_path / "gate").mkdir()
    both, found = edits.taken(Repository.around(repo), tmp_path / "gate")
    assert found.files == ("y.bin",)
    check_out(store(both), found.commit, tmp_path / "head")
    assert (tmp_path / "head/x.bin").read_bytes() == content
    assert (tmp_path / "head/y.bin").read_bytes() == content + b"!"


def test_settings_for_a_hook_of_git_mislead_nobody(repo, tmp_path, monkeypatch):
    other = repository(tmp_path / "other", {"code.py": "OTHER = 1\n"})
    for name, value in (
        ("GIT_DIR", other / ".git"),
        ("GIT_WORK_TREE", other),
        ("GIT_INDEX_FILE", other / ".git/index"),
    ):
        monkeypatch.setenv(name, str(value))
    found = Repository.around(repo)
    check_out(store(found), found.commit("HEAD"), tmp_path / "head")
    assert (tmp_path / "head/code.py").read_text() == "ONE = 2\n"
    assert set(os.environ) >= {"GIT_DIR"}
