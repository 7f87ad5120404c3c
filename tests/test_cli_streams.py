"""stdout and stderr as they may be: full, closed, of few letters. It costs one line, and nothing that was computed."""

import errno
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from support.commandline import lntx_says

import lntx.cli
from lntx.cli import terminal
from lntx.errors import LntxError


class Full(io.StringIO):
    """A stream that takes nothing."""

    def write(self, _):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("show", [lambda: terminal.show("text", {"a": 1}), lambda: terminal.show_json({"a": 1})])
def test_a_stdout_that_is_full_is_said(show, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(LntxError, match="can't print what was found: stdout: No space left on device"):
        show()


def test_where_stderr_is_full_nobody_can_be_told(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Full())
    terminal.say("nobody hears this")


@pytest.mark.parametrize("where", ["stdout", "the model"])
def test_a_model_is_saved_though_it_cant_be_printed_and_the_other_way_round(where, tmp_path, monkeypatch):
    path = tmp_path / "m.safetensors"
    quick = ("train", "--backend", "numpy", "--epochs", "2", "--save", path)
    usual = lntx_says(*quick)
    path.unlink()
    if where == "stdout":
        with redirect_stdout(Full()), redirect_stderr(io.StringIO()):
            assert lntx.cli.run([str(word) for word in quick]) == 2
        assert lntx.load(path).in_features == 3
    else:
        monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error")))
        said = lntx_says(*quick)
        assert (said.code, said.out.splitlines()[1:5]) == (
            2,
            usual.out.splitlines()[1:5],
        )  # the first has the time in it
        assert said.err == f"lntx: can't write {path}: Input/output error; choose another folder\n"
        assert list(tmp_path.iterdir()) == []


def started(command, **streams):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **streams.pop("variables", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run([sys.executable, "-m", "lntx", *command], check=False, env=environment, **streams)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_full_stdout_is_one_line_and_exit_code_2_as_a_shell_sees_it():
    with Path("/dev/full").open("wb") as full:
        done = started(["--version"], stdout=full)
    assert done.stderr.decode() == "lntx: can't print what was found: stdout: No space left on device\n"
    assert done.returncode == 2


def test_what_an_encoding_has_no_letter_for_is_spelled_out(tmp_path):
    done = started(["report", str(tmp_path / "für\u2764elise.json")], variables={"PYTHONIOENCODING": "latin-1:strict"})
    assert done.returncode == 2
    assert b"f\xfcr\\u2764elise" in done.stderr
    assert done.stderr.count(b"\n") == 1


CLOSED = """
import subprocess, sys
from lntx.cli import terminal
terminal.take_streams()
with open(sys.argv[1], "w") as stream:
    stream.write("%d" % stream.fileno())
    stream.flush()
    told = "import os; [os.write(number, b'a library complains') for number in (1, 2)]"
    exec(told)
    subprocess.run([sys.executable, "-c", told], check=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="closed by a shell")
def test_no_file_gets_the_number_of_a_stream_that_was_closed(tmp_path):
    path = tmp_path / "file"
    closing = ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", CLOSED, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(closing, check=False, env=environment).returncode == 0
    assert int(path.read_text()) > 2
