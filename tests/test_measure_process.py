"""What a process prints is kept to its last words, however much it is and whoever goes on printing."""

import os
import signal
import sys
import time
import tracemalloc
from contextlib import contextmanager

import psutil
import pytest

from lntx.measure import output_tail, process


@contextmanager
def running(code, tmp_path, **more):
    """Start Python on some lines, and leave nothing behind."""
    started = process.start(["-c", code], tmp_path / "events.jsonl", env=os.environ, **more)
    try:
        yield started
    finally:
        started.kill()


def ended(started, seconds=30):
    """Wait until a process has ended by itself."""
    until = time.monotonic() + seconds
    while started.running and time.monotonic() < until:
        time.sleep(0.01)
    return started


def test_of_a_flood_the_last_is_kept_and_it_fills_neither_disk_nor_memory(tmp_path):
    code = "import os\nfor _ in range(300): os.write(1, b'x' * 2**20)\nos.write(1, b'\\nthe end\\n')"
    tracemalloc.start()
    try:
        with running(code, tmp_path) as started:
            ended(started)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert started.process.returncode == 0
    assert started.out.words == "the end"
    assert len(started.out.bytes) == output_tail.KEPT
    assert most < 2**21
    assert list(tmp_path.iterdir()) == []


def test_a_flood_that_never_ends_is_stopped_at_once(tmp_path):
    with running("while True: print('x' * 2**16)", tmp_path) as started:
        time.sleep(1)
        before = time.monotonic()
        started.kill()
        assert time.monotonic() - before < 1
    assert len(started.out.bytes) == output_tail.KEPT


def alive(pid):
    """Whether a process is there, and not merely waiting for somebody to ask how it ended."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


GRANDCHILD = """
import pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {code!r}], start_new_session=True)
pathlib.Path({pid!r}).write_text(str(child.pid))
"""


@pytest.mark.parametrize("code", ["import time; time.sleep(600)", "while True: print('x' * 2**16)"])
def test_a_grandchild_that_holds_the_pipe_keeps_nobody_waiting(code, tmp_path):
    pid = tmp_path / "pid"
    with running(GRANDCHILD.format(code=code, pid=str(pid)), tmp_path) as started:
        ended(started)
        before = time.monotonic()
        started.kill()
        assert time.monotonic() - before < 4
    if "print" in code:
        until = time.monotonic() + 10
        while alive(int(pid.read_text())) and time.monotonic() < until:
            time.sleep(0.05)  # nobody reads any more: it can't go on
        assert not alive(int(pid.read_text()))
    else:
        os.kill(int(pid.read_text()), signal.SIGKILL)


def test_a_fatal_error_is_the_last_word_whatever_follows_it(tmp_path):
    with running("import faulthandler, os; faulthandler.enable(); os.abort()", tmp_path) as started:
        ended(started)
    assert started.exit_message() == "its process ended by SIGABRT: Fatal Python error: Aborted"


def test_a_process_waits_for_its_turn_and_ends_where_nobody_gives_it_one(tmp_path):
    code = "import sys; sys.exit(0 if sys.stdin.readline() else 3)"
    with running(code, tmp_path, waits=True) as started:
        time.sleep(0.3)
        assert started.running
        started.go()
        assert ended(started).process.returncode == 0
    with running(code, tmp_path, waits=True) as started:
        started.process.stdin.close()
        assert ended(started).process.returncode == 3


def test_a_process_finds_this_lntx(tmp_path):
    code = "import sys, lntx; sys.stdout.write(lntx.__file__)"
    started = process.start(["-c", code], tmp_path / "events.jsonl", env=process.environment(), folder=tmp_path)
    ended(started).kill()
    assert started.out.words == sys.modules["lntx"].__file__


def test_who_writes_anything_but_events_has_not_spoken(tmp_path):
    with running("print('x\\n' * 9, file=open('events.jsonl', 'w'))", tmp_path, folder=tmp_path) as started:
        before = started.spoke
        told = list(ended(started).news())
        assert {event["event"] for event in told} == {"torn"}
        assert (started.seen, started.spoke) == (0, before)
