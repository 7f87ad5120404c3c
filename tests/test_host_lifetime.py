"""Whatever lntx starts ends when its parent is gone, whatever it is at, and however the parent ended."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lntx.host import keeper, lifetime

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of other processes' variables")

PARENT = """
import json, os, signal, subprocess, sys, threading, time
from lntx.host import lifetime
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
PYTHON = [sys.executable, "-S", "-c"]
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
family = "import os, time; pid = os.fork(); pid and print(pid, flush=True); time.sleep(600)"
daemon = "import os, time; pid = os.fork(); print(pid, flush=True) if pid else os.setsid(); time.sleep(600)"
out = dict(stdout=subprocess.PIPE)
children = [lifetime.start([*PYTHON, deaf], **out), lifetime.start([*PYTHON, family], **out)]
children.append(lifetime.start([*PYTHON, daemon], env={**os.environ, "LNTX_WITHIN": f"/made/up/{os.getpid()}"}, **out))
told = [child.stdout.readline() for child in children]
threading.Thread(target=lifetime.run, args=(["sleep", "600"],), daemon=True).start()
while len(lifetime._OWNER.known) < 4:
    time.sleep(0.01)
grand = [int(told[1]), int(told[2])]
keeper = lifetime._OWNER.keeper.pid
print(json.dumps({"keeper": keeper, "pids": [*lifetime._OWNER.known, *grand]}), flush=True)
sys.stdin.readline()
"""


def alive(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def all_gone(pids, seconds=10):
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.02)
    return left


@pytest.fixture
def parent():
    """A process that has started a deaf child, one with a child of its own, one whose daemon fled, and a command."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    told = json.loads(process.stdout.readline())
    yield process, told["keeper"], told["pids"]
    for pid in (process.pid, told["keeper"], *told["pids"]):
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()


@linux
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, None])
def test_what_a_process_started_ends_with_it_however_that_ends(parent, by):
    process, keeper_pid, pids = parent
    assert len(pids) == 6
    assert all(map(alive, [keeper_pid, *pids]))
    if by:
        os.killpg(process.pid, by)  # as a terminal does: all of its group
    else:
        process.stdin.close()
        process.wait()
    assert all_gone([*pids, keeper_pid]) == []


FOLLOWER = """
import os, subprocess, sys, time
from lntx.host import lifetime
code = "import time; from lntx.host import lifetime; lifetime.follow(%d); print(flush=True); time.sleep(600)" % os.getpid()
child = lifetime.start([sys.executable, "-c", code], stdout=subprocess.PIPE)
child.stdout.readline()
print(lifetime._OWNER.keeper.pid, child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_of_lntxs_own_ends_also_where_the_keeper_is_killed_first():
    process = subprocess.Popen([sys.executable, "-c", FOLLOWER], stdout=subprocess.PIPE)
    try:
        keeper_pid, child = map(int, process.stdout.readline().split())
        for pid in (keeper_pid, process.pid):
            os.kill(pid, signal.SIGKILL)
        assert all_gone([child]) == []
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_keeper_that_was_killed_is_replaced_and_knows_all_again():
    first = lifetime.start(["sleep", "600"])
    try:
        before = lifetime._OWNER.keeper
        before.kill()
        before.wait()
        second = lifetime.start(["sleep", "600"])
        lifetime.end(second)
        assert lifetime._OWNER.keeper.pid != before.pid
        assert first.pid in lifetime._OWNER.known
        assert second.pid not in lifetime._OWNER.known
    finally:
        lifetime.end(first)
    assert first.returncode == -signal.SIGKILL
    lifetime.end(first)  # which is over


def test_what_is_over_is_not_ended_again():
    kept, marks = {}, set()
    keeper.hear({"pid": 11, "group": True, "mark": "A=b"}, kept, marks)
    keeper.hear({"pid": 12, "group": False, "mark": ""}, kept, marks)
    keeper.hear({"pid": 11, "over": True}, kept, marks)
    keeper.hear({"pid": 13, "over": True}, kept, marks)
    assert (kept, marks) == ({12: False}, {b"A=b"})


@linux
def test_marks_are_found_whole_and_nowhere_else():
    env = {**os.environ, "MARK": "a value"}
    with subprocess.Popen(["sleep", "600"], env=env) as process:
        try:
            assert list(keeper.marked([b"MARK=a value"])) == [process.pid]
            assert list(keeper.marked([b"MARK=a"])) == []
            assert list(keeper.marked([])) == []
        finally:
            process.kill()


def test_a_command_is_heard_and_its_limit_is_kept():
    done = lifetime.run(["cat"], data="words", text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "words", "")
    with pytest.raises(subprocess.TimeoutExpired):
        lifetime.run(["sleep", "600"], limit_s=0.05)
    with pytest.raises(FileNotFoundError):
        lifetime.run(["no-such-command"])
    assert lifetime._OWNER.known == {}


def test_a_fork_is_not_waited_for():
    process = lifetime.start(["sleep", "600"])
    child = os.fork()
    if child == 0:
        os._exit(0 if lifetime._OWNER.keeper is None and not lifetime._OWNER.known else 1)
    try:
        assert os.waitpid(child, 0)[1] == 0
        assert lifetime._OWNER.keeper.poll() is None
    finally:
        lifetime.end(process)


def test_every_process_is_started_in_one_place():
    """A process that is started elsewhere would outlive a killed parent."""
    root = Path(lifetime.__file__).parents[1]
    calls = re.compile(
        r"subprocess\.(Popen|run|call|check_\w+|getoutput)\(|os\.(system|fork|forkpty|popen|(posix_)?spawn\w*)\("
    )
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if calls.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"host/lifetime.py"}
