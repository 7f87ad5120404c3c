"""The double of the file system: it sees all that Python's own file handling does, and fails where it is told to."""

import errno
import io
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from lntx.storage.disk import write_text
from lntx_faults.double import NONE, Double


def written(folder):
    """Write in every way that Python has."""
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "text").write_text("text")
    (folder / "bytes").write_bytes(b"bytes")
    with (folder / "more").open("a", encoding="utf-8") as stream:
        stream.write("more\n")
    with (folder / "both").open("w+b") as stream:
        stream.write(b"12345")
        stream.seek(0)
        assert stream.read() == b"12345"
        stream.truncate(2)
    with (folder / "text").open("r+") as stream:
        stream.write("T")
    shutil.copyfile(folder / "text", folder / "copy")
    (folder / "copy").replace(folder / "moved")
    (folder / "link").symlink_to("moved")
    (folder / "moved").chmod(0o600)
    (folder / "link").unlink()
    with tempfile.NamedTemporaryFile(dir=folder) as stream:
        stream.write(b"temporary")
    shutil.rmtree(folder / "a")


def test_whatever_is_written_is_counted_and_written_as_ever(tmp_path):
    plain, seen = tmp_path / "plain", tmp_path / "seen"
    for folder in (plain, seen):
        folder.mkdir()
    written(plain)
    double = Double([seen])
    with double.installed():
        written(seen)
    files = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in (plain, seen)]
    assert files[0] == files[1]
    kinds = {what for what, _ in double.seen}
    assert kinds == {"open", "write", "close", "mkdir", "rmdir", "unlink", "rename", "symlink", "chmod", "cut"}


def test_each_operation_fails_once_when_it_is_its_turn(tmp_path):
    double = Double([tmp_path])
    (tmp_path / "first").mkdir()
    with double.installed():
        written(tmp_path / "first")
    for number in range(len(double.seen)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        failing = Double([tmp_path], number, errno.EDQUOT)
        with failing.installed():
            try:
                written(folder)
            except OSError as error:
                assert error.errno == errno.EDQUOT  # noqa: PT017  (some tidy up after themselves, and go on)
        assert len(failing.failed) == 1
        assert failing.failed[0][0] == double.seen[number][0]


def test_a_disk_that_is_full_stays_full_but_lets_files_be_removed_and_cut(tmp_path):
    (tmp_path / "there").write_text("there")
    double = Double([tmp_path], 0, errno.ENOSPC, lasting=True)
    with double.installed():
        for write in (
            (tmp_path / "a").touch,
            (tmp_path / "b").mkdir,
            lambda: (tmp_path / "c").write_text("c"),
        ):
            with pytest.raises(OSError, match="No space left"):
                write()
        os.truncate(tmp_path / "there", 2)
        assert (tmp_path / "there").read_text() == "th"
        (tmp_path / "there").unlink()
    assert list(tmp_path.iterdir()) == []


def test_half_of_what_did_not_fit_is_on_the_disk(tmp_path):
    double = Double([tmp_path], 1, errno.ENOSPC)
    with double.installed(), pytest.raises(OSError, match="No space left"):
        (tmp_path / "file").write_bytes(b"123456")
    assert (tmp_path / "file").read_bytes() == b"123"


def test_what_lies_elsewhere_is_left_alone_and_all_is_put_back(tmp_path):
    before = os.open, os.write, os.replace, io.open, open
    inside = tmp_path / "inside"
    inside.mkdir()
    with Double([inside], 0).installed():
        (tmp_path / "outside").write_text("x")
        Path(os.devnull).write_text("x")
    assert (os.open, os.write, os.replace, io.open, open) == before


def test_it_names_the_place_in_lntx_that_writes(tmp_path):
    double = Double([tmp_path], NONE)
    with double.installed():
        write_text(tmp_path / "a", "a")
    assert all(site.startswith("storage/disk.py:") for _, site in double.seen)
