"""What a process leaves running is ended, and nothing else is."""

import os
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from lntx.host import descendants

DAEMON = """
import os, sys, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
print(os.getpid(), flush=True)
os.close(1)
{more}
time.sleep(600)
"""
CHILD = "__import__('subprocess').Popen(['sleep', '600'], start_new_session=True)"


def daemon(more="", **variables):
    """Start a daemon that left its parent's session; its number."""
    command = [sys.executable, "-c", DAEMON.format(more=more)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env={**os.environ, **variables})
    return int(done.stdout)


def runs(number):
    with suppress(psutil.Error):
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture
def bystander():
    """A child that was there before."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux alone")
def test_daemons_are_ended_with_the_last_of_what_works_and_bystanders_are_not(tmp_path, bystander):
    with descendants.adopting(tmp_path) as adopted:
        with adopted.working():
            with adopted.working():
                first = daemon()
            assert runs(first)
            second = daemon(CHILD)
        assert not runs(first)
        assert not runs(second)
        third = daemon()
    assert not runs(third)
    assert bystander.poll() is None
    assert psutil.Process(bystander.pid) in psutil.Process().children()
    assert not [one for one in psutil.Process().children() if one.status() == psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux alone")
def test_a_helper_that_this_process_starts_meanwhile_in_its_own_session_is_spared(tmp_path):
    with descendants.adopting(tmp_path) as adopted:
        with adopted.working():
            helper = subprocess.Popen(["sleep", "600"])
        assert helper.poll() is None
        helper.kill()
        helper.wait()


def test_what_was_started_within_a_folder_is_found_by_its_variable(tmp_path, bystander):
    (tmp_path / "one").mkdir()
    within, without = (daemon(**{descendants.VARIABLE: str(tmp_path / name)}) for name in ("one", "other"))
    try:
        descendants.end_within(tmp_path / "one")
        assert (runs(within), runs(without), bystander.poll()) == (False, True, None)
    finally:
        descendants.end_within(tmp_path / "other")
    assert not runs(without)


def test_a_system_that_lets_nobody_adopt_ends_them_by_their_variable(tmp_path, monkeypatch):
    monkeypatch.setattr(descendants.sys, "platform", "darwin")
    with descendants.adopting(tmp_path) as adopted, adopted.working():
        left = daemon(**{descendants.VARIABLE: str(tmp_path)})
        assert runs(left)
    until = time.monotonic() + 10
    while runs(left) and time.monotonic() < until:
        time.sleep(0.01)
    assert not runs(left)
