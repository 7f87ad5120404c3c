"""Temporary folders go with their owner; what a killed one left is cleared, and nothing else is."""

import errno
import os
import stat
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from lntx.errors import InputError
from lntx.host import temporary

KILLED = """
import os, sys, tempfile
tempfile.tempdir = sys.argv[1]
from lntx.host import temporary
with temporary.folder("gate") as folder:
    (folder / "base").mkdir()
    print(folder, flush=True)
    os._exit(9) if sys.argv[2] == "killed" else input()
"""

HOLDS = """
import os, sys, tempfile
from pathlib import Path
tempfile.tempdir = sys.argv[1]
from lntx.host import temporary
folder = Path(sys.argv[2]) if len(sys.argv) > 2 else temporary.lasting("ranks")
if len(sys.argv) > 2:
    temporary.hold(folder)
print(folder, flush=True)
if input() == "killed":
    os._exit(9)
"""


def holder(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return process, Path(process.stdout.readline().strip())


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def owner(place, how):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(place), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return process, place / process.stdout.readline().strip()


def names(place):
    return sorted(path.name for path in place.iterdir())


def test_a_folder_is_its_owner_s_alone_and_goes_with_it_whatever_lies_in_it(place, tmp_path):
    (tmp_path / "stranger").mkdir()
    (tmp_path / "stranger/file").write_text("")
    with temporary.folder("gate") as folder:
        assert folder.name.startswith("lntx-gate-")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert str(os.getpid()) in (folder / temporary.MARK).read_text()
        (folder / "shut/deep").mkdir(parents=True)
        (folder / "shut/deep/file").write_text("")
        (folder / "link").symlink_to(tmp_path / "stranger")
        (folder / "shut/deep").chmod(0o000)
        (folder / "shut").chmod(0o500)
    assert names(place) == []
    assert (tmp_path / "stranger/file").is_file()


def test_what_a_killed_owner_left_is_cleared_by_the_next_of_its_kind_and_what_is_in_use_is_not(place):
    alive, used = owner(place, "waiting")
    process, left = owner(place, "killed")
    process.wait()
    heard = []
    try:
        assert left.is_dir()
        with temporary.folder("verify"):
            assert left.is_dir()
        with temporary.folder("gate", heard.append):
            assert (left.exists(), used.is_dir()) == (False, True)
        assert heard == [left]
    finally:
        alive.communicate("go on\n")
        process.communicate()
    assert names(place) == []


def test_what_is_not_ours_is_never_cleared(place, tmp_path):
    (place / "lntx-gate-of-a-user").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / temporary.MARK).write_text("")
    (place / "lntx-gate-link").symlink_to(tmp_path / "elsewhere")
    (place / "lntx-gate-file").write_text("")
    for name in ("mark is a link", "mark is a folder", "mark is a FIFO"):
        (place / f"lntx-gate-{name}").mkdir()
    (place / "lntx-gate-mark is a link" / temporary.MARK).symlink_to(tmp_path / "elsewhere" / temporary.MARK)
    (place / "lntx-gate-mark is a folder" / temporary.MARK).mkdir()
    os.mkfifo(place / "lntx-gate-mark is a FIFO" / temporary.MARK)
    before = names(place)
    with temporary.folder("gate"):
        pass
    assert names(place) == before
    assert (tmp_path / "elsewhere" / temporary.MARK).is_file()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no users on this system")
def test_another_user_s_is_never_cleared(place, monkeypatch):
    left = place / "lntx-gate-left"
    left.mkdir()
    (left / temporary.MARK).write_text("")
    monkeypatch.setattr(temporary.os, "getuid", lambda: left.stat().st_uid + 1)
    temporary.clear("gate", place)
    assert left.is_dir()
    monkeypatch.undo()
    temporary.clear("gate", place)
    assert not left.exists()


def test_one_that_lasts_goes_with_the_process(place, monkeypatch):
    kept = []
    monkeypatch.setattr(temporary.atexit, "register", kept.append)
    folder = temporary.lasting("cold", place)
    temporary.clear("cold", place)
    assert folder.is_dir()
    kept.pop()()
    assert not folder.exists()


def test_no_place_for_temporary_folders_is_one_line_and_the_working_directory_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # what Python falls back to
    with pytest.raises(InputError, match="no temporary folder that can be written to; name one in TMPDIR"):
        temporary.place()
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # unless it is wanted
    assert temporary.place() == tmp_path

    def none():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none)
    with pytest.raises(InputError, match="name one in TMPDIR"), temporary.folder("gate"):
        pass


def test_a_folder_that_cannot_be_made_is_one_line_and_leaves_nothing(place, monkeypatch):
    real = os.open

    def full(path, *more, **how):
        if str(path).endswith(".new"):
            raise OSError(28, "No space left on device", str(path))
        return real(path, *more, **how)

    with monkeypatch.context() as patch:
        patch.setattr(temporary.os, "open", full)
        with (
            pytest.raises(InputError, match="No space left on device; name another in TMPDIR"),
            temporary.folder("gate"),
        ):
            pass
    assert names(place) == []
    place.rmdir()
    with pytest.raises(InputError, match="No such file or directory"), temporary.folder("gate"):
        pass


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_refuses_what_was_written_as_it_is_closed_keeps_nothing_there(place, monkeypatch, error):
    closed = os.close

    def close(descriptor):
        written = stat.S_ISREG(os.fstat(descriptor).st_mode)
        closed(descriptor)
        if written:
            raise OSError(error, os.strerror(error))

    with temporary.folder("gate") as made:
        (made / "base").mkdir()
        monkeypatch.setattr(os, "close", close)
    assert not made.exists()
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("how", ["ended", "killed"])
def test_a_folder_that_several_processes_hold_stays_until_the_last_of_them_ends_whoever_made_it(place, order, how):
    maker, folder = holder(place)
    processes = [maker, *(holder(place, folder)[0] for _ in range(2))]
    for number in order[:2]:
        processes[number].communicate(f"{how}\n")
        temporary.clear("ranks", place)
        assert folder.is_dir()
    processes[order[2]].communicate(f"{how}\n")
    assert folder.is_dir() == (how == "killed")
    temporary.clear("ranks", place)
    assert names(place) == []
