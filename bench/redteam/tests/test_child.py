import os
import sys
import time

import psutil
import pytest

from lntx.host import locks
from lntx_redteam import child


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Run a text as a module, and give how it ended."""

    def run(text, limit_s=20.0):
        (tmp_path / "planted.py").write_text(text)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
        return child.ended(["planted"], tmp_path, limit_s)

    return run


def test_code_and_both_streams_come_back(program):
    done = program("import sys; print('out'); print('lntx: said', file=sys.stderr); sys.exit(7)")
    assert (done.code, done.out, done.last) == (7, "out\n", "said")


def test_a_signal_is_a_negative_code(program):
    assert program("import os; os.abort()").code == -6


def test_a_process_that_goes_on_is_stopped_with_all_that_it_started(program, tmp_path):
    started = time.monotonic()
    done = program(
        "import subprocess, sys, pathlib, time\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(other.pid))\n"
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "time.sleep(600)",
        limit_s=3.0,
    )
    assert done.code is None
    assert time.monotonic() - started < 60
    pid = int((tmp_path / "pid").read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_of_a_flood_the_end_is_kept(program):
    done = program(
        "import sys\nfor i in range(40):\n  sys.stderr.write('x' * 100_000 + '\\n')\nprint('last', file=sys.stderr)"
    )
    assert done.last == "last"
    assert len(done.said) <= child._KEPT


def test_temporary_files_lie_in_the_folder(program, tmp_path):
    assert program("import tempfile; print(tempfile.gettempdir())").out.strip() == str(tmp_path)


def test_no_other_study_keeps_it_from_measuring(program, monkeypatch, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv(locks.VARIABLE, str(elsewhere))
    done = program(
        "import pathlib\nfrom lntx.host import locks\n"
        "with locks.machine('planted', pathlib.Path('.')):\n    print(locks.os.environ[locks.VARIABLE])"
    )
    assert done.out.strip() == str(tmp_path)


def test_it_is_this_python(program):
    assert program("import sys; print(sys.executable)").out.strip() == sys.executable
