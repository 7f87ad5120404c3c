import os
import signal
import subprocess
import sys
import time
from typing import NamedTuple

import pytest

from lntx.host import neighbours
from lntx.host.neighbours import SHARE, Neighbours


def work(seconds):
    ending = time.perf_counter() + seconds
    while time.perf_counter() < ending:
        pass


class Times(NamedTuple):
    """What psutil says of a machine."""

    user: float = 0
    idle: float = 0
    iowait: float = 0
    steal: float = 0
    guest: float = 0


def test_another_process_at_work_is_noticed():
    endless = f"{sys.executable} -c 'while True: pass' >/dev/null 2>&1 & echo $!"  # the shell ends: nobody's child here
    other = int(subprocess.run(["sh", "-c", endless], capture_output=True, text=True, check=True).stdout)
    try:
        time.sleep(0.5)  # it starts
        with Neighbours() as beside:
            work(0.5)
    finally:
        os.kill(other, signal.SIGKILL)
    assert beside.counted()[SHARE] > 0.1 / neighbours.psutil.cpu_count()


def test_what_a_process_started_itself_is_no_neighbour():
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as own:
        time.sleep(0.5)  # it starts
        before, alone = neighbours._own(), time.process_time()
        time.sleep(0.5)
        spent, alone = neighbours._own() - before, time.process_time() - alone
        own.kill()
    assert spent > alone
    assert neighbours._own() >= before + spent, "it counts after its end, too"


def test_nothing_is_said_of_a_time_that_ticks_cannot_tell():
    with Neighbours() as short:
        work(0.001)
    assert short.counted() == {}


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ({"user": 1, "idle": 5}, {"user": 2, "idle": 5}, 0.5),
        ({"user": 1, "steal": 0}, {"user": 1, "steal": 1}, 0.5),  # taken by the hypervisor
        ({"idle": 0, "iowait": 0, "guest": 0}, {"idle": 1, "iowait": 1, "guest": 1}, 0.0),
        ({"user": 1}, {"user": 99}, 1.0),
        ({"user": 1}, {"user": 1}, 0.0),
    ],
)
def test_the_share_is_what_was_busy_and_not_our_own(monkeypatch, before, after, share):
    machine, clock, own = iter((Times(**before), Times(**after))), iter((10.0, 11.0)), iter((3.0, 3.0))
    monkeypatch.setattr(neighbours.psutil, "cpu_times", lambda: next(machine))
    monkeypatch.setattr(neighbours.psutil, "cpu_count", lambda: 2)
    monkeypatch.setattr(neighbours.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(neighbours.time, "process_time", lambda: next(own))
    with Neighbours() as beside:
        pass
    assert beside.counted() == {SHARE: share}
