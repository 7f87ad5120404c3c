import hashlib
import io
import subprocess
import tarfile

import pytest

from lntx.errors import LntxError
from lntx_foreign import releases
from lntx_foreign.projects import Release


def packed(path, files):
    """Write a source distribution: all files in one folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"made_up-1.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def git(root, *words):
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture
def archives(tmp_path):
    first = packed(
        tmp_path / "1.tar.gz", {"a.py": "A = 1\n", "gone/b.py": "B = 1\n", ".gitignore": "*.so\n", "x.so": "1"}
    )
    second = packed(tmp_path / "2.tar.gz", {"a.py": "A = 2\n", "c.py": "C = 2\n"})
    return [first, second]


def test_each_release_is_a_commit_with_a_tag_and_holds_what_was_shipped_and_nothing_else(project, archives, tmp_path):
    root = tmp_path / "repository"
    releases.commit(project(), archives, root)
    assert git(root, "ls-tree", "-r", "--name-only", "1.0") == [".gitignore", "a.py", "gone/b.py", "x.so"]
    assert git(root, "ls-tree", "-r", "--name-only", "1.1") == ["a.py", "c.py"]
    assert git(root, "status", "--porcelain") == []
    assert git(root, "rev-parse", "1.1") == git(root, "rev-parse", "HEAD")


def test_a_folder_of_a_monorepo_is_where_its_own_repository_keeps_it(project, archives, tmp_path):
    root = tmp_path / "repository"
    releases.commit(project(folder="libs/core"), archives, root)
    assert git(root, "ls-tree", "-r", "--name-only", "1.1") == ["libs/core/a.py", "libs/core/c.py"]


def test_an_archive_that_lies_there_is_taken_and_one_with_another_digest_is_not(tmp_path):
    place = packed(tmp_path / "archives" / "made-up-1.0" / "made_up-1.0.tar.gz", {"a.py": ""})
    right = Release("1.0", hashlib.sha256(place.read_bytes()).hexdigest())
    assert releases.archive("made-up", right, tmp_path / "archives") == place
    with pytest.raises(LntxError, match=r"doesn't hold the source distribution of made-up 1\.0; delete it"):
        releases.archive("made-up", Release("1.0", "f" * 64), tmp_path / "archives")


def test_half_a_repository_is_not_left(project, archives, tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "archive", lambda *_: archives[0])
    archives[0].write_bytes(b"no archive")
    with pytest.raises(tarfile.ReadError):
        releases.repository(project(), tmp_path / "work")
    assert not (tmp_path / "work" / "made-up" / "repository").exists()


def test_a_repository_that_is_there_is_not_made_again(project, archives, tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "archive", lambda _name, release, _: archives[release.version == "1.1"])
    made = releases.repository(project(), tmp_path / "work")
    monkeypatch.setattr(releases, "archive", lambda *_: pytest.fail("it was made again"))
    assert releases.repository(project(), tmp_path / "work") == made
