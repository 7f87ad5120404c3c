"""Files are written whole or not at all, and through no link."""

import errno
import os
import stat
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.errors import InputError
from lntx.storage import disk, places


@pytest.fixture
def full(monkeypatch):
    """Let a call of the system fail from a number of times on."""

    def failing(name, times=0, error=errno.ENOSPC):
        real, calls = getattr(os, name), []

        def call(*given, **options):
            calls.append(given)
            if len(calls) > times:
                raise OSError(error, os.strerror(error))
            return real(*given, **options)

        monkeypatch.setattr(os, name, call)

    return failing


def listed(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@given(st.text(st.characters()))
def test_any_text_is_written_also_what_no_encoding_has(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "a" / "b.txt"
    disk.write_text(path, text)
    assert path.read_bytes() == text.encode("utf-8", "backslashreplace")
    assert listed(path.parent) == ["b.txt"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o666])
def test_a_file_keeps_its_mode(tmp_path, mode):
    (tmp_path / "f").write_text("old")
    (tmp_path / "f").chmod(mode)
    disk.write_text(tmp_path / "f", "new")
    assert (tmp_path / "f").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == mode


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        disk.write_text(tmp_path / "f", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "mkdir", "chmod", "close"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO])
def test_where_something_fails_all_is_as_it_was(tmp_path, full, call, error, monkeypatch):
    (tmp_path / "old").write_text("old")
    before = listed(tmp_path)
    full(call, error=error)
    with pytest.raises(InputError, match=rf"can't write .*: {os.strerror(error)}; ") as caught:
        disk.write_all({tmp_path / "old": b"new", tmp_path / "a" / "b" / "c": b"new"})
    monkeypatch.undo()
    assert "\n" not in str(caught.value)
    assert (tmp_path / "old").read_text() == "old"
    assert listed(tmp_path) == before


def test_nothing_is_moved_before_there_is_room_for_all(tmp_path, full):
    names = [tmp_path / "a", tmp_path / "b", tmp_path / "new" / "c"]
    for path in names[:2]:
        path.write_text("old")
    full("write", times=2)
    with pytest.raises(InputError, match="No space left on device; free some room"):
        disk.write_all(dict.fromkeys(names, b"new"))
    assert listed(tmp_path) == ["a", "b"]
    assert [path.read_text() for path in names[:2]] == ["old", "old"]


def test_a_write_that_is_cut_short_goes_on(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, content[:3]))
    disk.write_text(tmp_path / "f", "12345678")
    disk.append(tmp_path / "f", "90")
    assert (tmp_path / "f").read_text() == "1234567890"


def test_what_must_last_is_brought_to_the_disk_before_it_is_moved_and_its_folders_after(tmp_path, monkeypatch):
    said = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *given, name=name, real=real: (said.append(name), real(*given))[1])
    disk.write_text(tmp_path / "new" / "f", "text")
    assert said == ["fsync", "replace", "fsync", "fsync"]  # the file; the new folder, and the one that it is in
    said.clear()
    disk.write_all({tmp_path / "g": b"text"}, lasting=False)
    assert said == ["replace"]


def test_a_file_system_that_syncs_nothing_is_no_fault(tmp_path, full):
    full("fsync", error=errno.EINVAL)
    disk.write_text(tmp_path / "f", "text")
    assert (tmp_path / "f").read_text() == "text"


def obstacle(kind, place, strange):
    """Put something in the place of a file."""
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to({"file": strange, "nowhere": strange.with_name("none"), "itself": place}[kind])


@pytest.mark.parametrize("kind", ["file", "nowhere", "itself", "folder", "pipe"])
@pytest.mark.parametrize("write", [disk.write_text, disk.append, lambda path, _: places.check_file(path)])
def test_what_is_no_file_is_refused_in_a_line_and_left_alone(tmp_path, kind, write):
    strange, place = tmp_path / "strange", tmp_path / "out" / "f"
    strange.write_text("a stranger's")
    place.parent.mkdir()
    obstacle(kind, place, strange)
    before = place.lstat()
    with pytest.raises(InputError, match="f: ") as caught:
        write(place, "text")
    assert "\n" not in str(caught.value)
    after = place.lstat()
    assert (after.st_mode, after.st_ino) == (before.st_mode, before.st_ino)
    assert strange.read_text() == "a stranger's"
    assert listed(tmp_path) == ["out", "out/f", "strange"]


def test_no_folder_between_the_users_own_and_a_file_may_be_a_link(tmp_path):
    strange, out = tmp_path / "strange", tmp_path / "out"
    strange.mkdir()
    out.mkdir()
    (out / "inner").symlink_to(strange)
    for path in (out / "inner" / "f", out / "inner" / "deeper" / "f"):
        with pytest.raises(InputError, match="inner: it is a symbolic link"):
            disk.write_all({out / "first": b"", path: b""}, within=out)
    with pytest.raises(InputError, match="inner: it is a symbolic link"):
        places.check_folder(out, "other", "inner")
    (strange / "f").write_text("a stranger's")
    disk.remove(out / "inner" / "f", out)
    assert listed(tmp_path) == ["out", "out/inner", "strange", "strange/f"]
    (tmp_path / "named").symlink_to(out)  # the user's own name for it
    disk.write_all({tmp_path / "named" / "f": b"text"}, within=tmp_path / "named")
    assert (out / "f").read_bytes() == b"text"


def test_a_file_that_its_owner_protects_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "f").write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # for a superuser every file is writable
    with pytest.raises(InputError, match="Permission denied"):
        disk.write_text(tmp_path / "f", "new")
    assert (tmp_path / "f").read_text() == "old"


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_what_cant_be_added_whole_isnt_added(tmp_path, full, call, monkeypatch):
    disk.append(tmp_path / "log", "first\n")
    full(call)
    with pytest.raises(InputError, match="No space left"):
        disk.append(tmp_path / "log", "second\n")
    monkeypatch.undo()
    assert (tmp_path / "log").read_text() == "first\n"


def test_half_of_what_didnt_fit_is_cut_off_again(tmp_path, monkeypatch):
    disk.append(tmp_path / "log", "first\n")
    real, calls = os.write, []

    def short(descriptor, content):
        calls.append(content)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content[:3])

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(InputError):
        disk.append(tmp_path / "log", "second\n")
    assert (tmp_path / "log").read_text() == "first\n"


NAMES = {
    "a long name": ("x" * 300, "File name too long; choose a shorter name"),
    "a long path": ("/".join(["x" * 200] * 30), "File name too long"),
    "a folder that is a file": ("file/inner", "file is a file, not a folder|Not a directory"),
}


@pytest.mark.parametrize("case", NAMES)
def test_what_cant_be_a_folder_or_a_file_is_refused_before_anything_is_computed(tmp_path, case):
    name, says = NAMES[case]
    (tmp_path / "file").touch()
    for check in (lambda: places.check_folder(tmp_path / name), lambda: places.check_file(tmp_path / name / "f")):
        with pytest.raises(InputError, match=says):
            check()
    assert listed(tmp_path) == ["file"]


def test_a_full_disk_is_found_before_anything_is_computed(tmp_path, monkeypatch):
    class Full:
        def __init__(self, **_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(places, "TemporaryFile", Full)
    with pytest.raises(InputError, match="No space left on device; free some room"):
        places.check_folder(tmp_path / "new")


def test_drafts_of_killed_processes_are_cleared_when_they_are_old(tmp_path):
    old, fresh, link = (tmp_path / f"{disk.DRAFT}{name}" for name in ("old", "fresh", "link"))
    old.write_text("half")
    fresh.write_text("half")
    (tmp_path / "mine").write_text("mine")
    link.symlink_to(tmp_path / "mine")
    for path in (old, link):
        os.utime(path, (time.time() - 3600,) * 2, follow_symlinks=False)
    disk.write_text(tmp_path / "f", "text")
    assert listed(tmp_path) == sorted([fresh.name, "f", "mine"])
