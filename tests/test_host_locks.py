"""One process measures on a machine, and one writes to a folder; nothing else is harmed by how that is told."""

import errno
import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from lntx.errors import InputError
from lntx.host import lock_files, locks

HOLDER = """
import sys
from pathlib import Path
from lntx.host import locks
kind, folder = sys.argv[1:]
held = locks.machine("lntx bench", Path(folder)) if kind == "machine" else locks.output(Path(folder), "lntx bench")
with held:
    print("in", flush=True)
    input()
"""
TAKER = """
import sys
from pathlib import Path
from lntx.host import locks
with locks.machine("lntx gate", Path(sys.argv[1])):
    print("in")
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Where the machine's lock lies."""
    folder = tmp_path / "locks"
    folder.mkdir()
    monkeypatch.setenv(locks.VARIABLE, str(folder))
    return folder


@contextmanager
def another(kind, folder):
    """Another process that holds a lock."""
    process = started(HOLDER, kind, folder)
    try:
        assert process.stdout.readline() == "in\n", process.stderr.read()
        yield process
    finally:
        process.kill()
        process.communicate()


def started(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_who_comes_second_on_a_machine_is_told_who_runs_and_the_system_frees_what_is_left(tmp_path):
    with another("machine", tmp_path / "out") as other:
        with pytest.raises(InputError) as caught, locks.machine("lntx gate", tmp_path):
            pass
        said = str(caught.value)
        assert said.startswith(f"lntx bench (process {other.pid}, in {tmp_path / 'out'}, since 2")
        assert said.endswith("measures on this machine already; two would measure each other: wait until it is done")
        assert "\n" not in said
    with locks.machine("lntx gate", tmp_path):
        pass


def test_who_comes_second_in_a_folder_is_told_who_writes_there(tmp_path):
    with another("output", tmp_path / "out") as other:
        with (
            pytest.raises(InputError, match=rf"lntx bench \(process {other.pid}, .* writes to .* already"),
            locks.output(tmp_path / "out", "lntx gate"),
        ):
            pass
        with locks.output(tmp_path / "another", "lntx gate"), locks.machine("lntx gate", tmp_path):
            pass
    with locks.output(tmp_path / "out", "lntx gate"):
        assert (tmp_path / "out" / locks.NAME).is_file()


def test_what_a_holder_starts_may_measure_too(tmp_path):
    with locks.machine("lntx gate", tmp_path):
        out, said = started(TAKER, tmp_path).communicate()
        assert out == "in\n", said
        with pytest.raises(InputError, match=f"process {os.getpid()},"), locks.machine("lntx gate", tmp_path):
            pass


def test_a_folder_that_was_made_for_the_lock_goes_with_it_and_one_that_is_used_stays(tmp_path):
    with locks.output(tmp_path / "new/deep", "lntx gate"):
        assert (tmp_path / "new/deep").is_dir()
    assert not (tmp_path / "new").exists()
    with locks.output(tmp_path / "new/deep", "lntx gate"):
        (tmp_path / "new/deep/gate.json").write_text("{}")
    assert [path.name for path in (tmp_path / "new/deep").iterdir()] == ["gate.json"]
    with pytest.raises(RuntimeError), locks.output(tmp_path / "new/deep", "lntx gate"):
        raise RuntimeError
    assert [path.name for path in (tmp_path / "new/deep").iterdir()] == ["gate.json"]


def strange(path, kind):
    """Put something in the place of a lock's file; the file that might be harmed."""
    victim = path.parent / "victim"
    victim.write_text("a stranger's")
    if kind == "link":
        path.symlink_to(victim)
    elif kind == "dangling link":
        path.symlink_to(path.parent / "to be made")
    elif kind == "hard link":
        path.hardlink_to(victim)
    elif kind == "FIFO":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    else:
        path.write_text("a stranger's own lock: 123")
    return victim


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "FIFO", "folder", "socket", "file"])
@pytest.mark.parametrize("which", ["machine", "output"])
def test_what_is_no_lock_of_ours_is_left_alone_and_said_in_a_line(tmp_path, place, monkeypatch, kind, which):
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    out = Path("out")
    out.mkdir()
    path = place / locks.MACHINE if which == "machine" else out / locks.NAME
    victim = strange(Path(os.path.relpath(path)), kind)
    before = sorted(path.parent.iterdir()), victim.read_text(), path.lstat().st_mode, path.lstat().st_size
    held = locks.machine("lntx gate", out) if which == "machine" else locks.output(out, "lntx gate")
    with pytest.raises(InputError, match="no file of lntx's; move it away") as caught, held:
        pass
    assert "\n" not in str(caught.value)
    assert (sorted(path.parent.iterdir()), victim.read_text(), path.lstat().st_mode, path.lstat().st_size) == before


def test_any_user_may_take_the_machine_s_lock_next_also_by_a_file_that_can_only_be_read(place, tmp_path, monkeypatch):
    mask = os.umask(0o077)
    try:
        with locks.machine("lntx gate", tmp_path):
            assert (place / locks.MACHINE).stat().st_mode & 0o777 == 0o666
    finally:
        os.umask(mask)
    real = os.open

    def refusing(path, flags, *mode):
        if flags & (os.O_RDWR | os.O_CREAT):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, flags, *mode)

    monkeypatch.setattr(lock_files.os, "open", refusing)
    with (
        locks.machine("lntx gate", tmp_path),
        pytest.raises(InputError, match="another process measures"),
        locks.machine("lntx gate", tmp_path),
    ):
        pass
    assert not (place / locks.MACHINE).read_text()


def test_a_full_disk_keeps_nobody_from_holding_a_lock(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(lock_files.os, "write", full)
    with (
        locks.machine("lntx gate", tmp_path),
        pytest.raises(InputError, match="another process measures on this machine"),
        locks.machine("lntx gate", tmp_path),
    ):
        pass


@pytest.fixture(params=[errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF], ids=errno.errorcode.get)
def lockless(request, monkeypatch):
    """A file system without locks, as a disk on the network may be."""

    def unknown(*_, **__):
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(lock_files, "lock_descriptor", unknown)


@pytest.mark.usefixtures("lockless")
def test_on_a_file_system_without_locks_it_is_said_that_there_are_none(tmp_path):
    with (
        pytest.warns(UserWarning, match=r"the file system of .*lock has no locks"),
        locks.output(tmp_path, "lntx gate"),
    ):
        pass


@pytest.mark.usefixtures("lockless")
@pytest.mark.filterwarnings("ignore:the file system of")
def test_on_a_file_system_without_locks_who_works_there_is_known_by_what_it_wrote(tmp_path):
    out = tmp_path / "out"
    with (
        locks.output(out, "lntx gate"),
        pytest.raises(InputError, match=rf"lntx gate \(process {os.getpid()}, .* writes to .* already"),
        locks.output(out, "lntx bench"),
    ):
        pass
    with another("output", out) as other:
        own = json.loads((out / locks.NAME).read_bytes())["lntx"]
        assert own["pid"] == other.pid
    out.mkdir(exist_ok=True)
    for left in (own, {**own, "pid": os.getpid(), "since": "2020-01-01T00:00:00+00:00"}, {**own, "since": "never"}):
        (out / locks.NAME).write_text(
            json.dumps({"lntx": left})
        )  # its writer was killed, and another has its number by now
        with locks.output(out, "lntx gate"):
            pass


def test_a_lock_that_cannot_be_had_is_one_line_with_what_helps(tmp_path, monkeypatch):
    monkeypatch.setenv(locks.VARIABLE, str(tmp_path / "missing"))
    with (
        pytest.raises(InputError, match=f"No such file or directory; {locks.VARIABLE} names another folder"),
        locks.machine("lntx gate", tmp_path),
    ):
        pass
    with pytest.raises(InputError, match="File name too long"), locks.output(tmp_path / ("n" * 300), "lntx gate"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't write to"), locks.output(tmp_path / "file/out", "lntx gate"):
        pass


def test_the_machine_s_lock_lies_where_all_users_find_it_whatever_tmpdir_is(tmp_path, monkeypatch):
    monkeypatch.delenv(locks.VARIABLE)
    for name in ("one", "two", "shared"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(locks, "_SHARED", tmp_path / "shared")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "one"))
    with locks.machine("lntx gate", tmp_path):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "two"))
        with pytest.raises(InputError, match="measures on this machine"), locks.machine("lntx gate", tmp_path):
            pass
    monkeypatch.setattr(locks, "_SHARED", tmp_path / "none")
    with locks.machine("lntx gate", tmp_path):
        assert [path.name for path in (tmp_path / "two").iterdir()] == [locks.MACHINE]
