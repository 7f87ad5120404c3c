"""Processes of one study at once: while one is timed the others stand still, and nobody else does."""

import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest
import torch

from lntx.host import phases, quiet
from lntx.training import device as devices

pytestmark = pytest.mark.skipif(not quiet.possible(), reason="two processes at once are for Linux, and two cores")

BUSY = "import time\nwhile True: time.sleep(0.001)"


@pytest.fixture
def company(tmp_path, monkeypatch):
    monkeypatch.setattr(quiet, "_OURS", [])
    return quiet.Company(tmp_path / "company")


@pytest.fixture
def other(company):
    """Yield a process of the same study, in a session of its own."""
    process = subprocess.Popen([sys.executable, "-S", "-c", BUSY], start_new_session=True)
    company.enter(process.pid)
    yield process.pid
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def goes_on(pid):
    until = monotonic() + 5
    while quiet.stopped(pid) and monotonic() < until:
        sleep(0.001)
    return not quiet.stopped(pid)


def test_a_process_by_itself_stops_nobody(other):
    with quiet.alone(), quiet.aside():
        assert not quiet.stopped(other)


def test_the_other_stands_still_from_the_first_moment_to_the_last(company, other):
    quiet.join(company.folder)
    with quiet.alone():
        assert quiet.stopped(other)
        with quiet.alone():
            assert quiet.stopped(other)
        assert quiet.stopped(other)
    assert goes_on(other)


@pytest.mark.parametrize("strict", [True, False])
def test_what_takes_no_time_lets_the_other_go_on_unless_all_of_it_is_recorded(company, other, strict):
    quiet.join(company.folder)
    with quiet.alone(strict=strict):
        with quiet.aside():
            assert quiet.stopped(other) if strict else goes_on(other)
        assert quiet.stopped(other)
        with quiet.alone(), quiet.aside():  # a part of it that is recorded
            assert quiet.stopped(other)
        with quiet.aside():
            assert quiet.stopped(other) if strict else goes_on(other)
    assert goes_on(other)


def test_an_error_lets_the_other_go_on(company, other):
    quiet.join(company.folder)
    with pytest.raises(ValueError, match="broke"), quiet.alone():
        raise ValueError("it broke")
    assert goes_on(other)


def test_one_at_a_time_is_alone_and_nothing_is_started_meanwhile(company):
    driver = quiet.Company(company.folder)
    assert driver.free()
    driver.release()
    with company.alone(strict=True):
        assert not driver.free()
    assert driver.free()
    driver.release()


def test_a_process_that_ends_as_it_is_alone_keeps_nobody_from_it(company, other):
    holder = (
        "import os, sys\nfrom pathlib import Path\nfrom lntx.host import quiet\n"
        "with quiet.Company(Path(sys.argv[1])).alone(strict=True): os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", holder, str(company.folder)], check=True)
    assert quiet.stopped(other)
    company.resume()
    assert goes_on(other)
    assert company.free()
    company.release()


def test_one_that_is_gone_is_passed_over(company):
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""], start_new_session=True)
    company.enter(gone.pid)
    gone.wait()
    with company.alone(strict=True):
        pass
    company.leave(gone.pid)
    company.leave(gone.pid)
    assert [path.name for path in company.folder.iterdir()] == ["lock"]


def test_waiting_for_ones_turn_is_no_part_of_what_is_timed(company):
    driver = quiet.Company(company.folder)
    phases.taken()
    with phases.of(phases.TIMING):
        assert driver.free()
        if os.fork() == 0:
            sleep(0.1)
            os._exit(0)  # a fork has the lock's file open, and keeps nobody waiting
        driver.release()
        with company.alone(strict=True):
            pass
    os.wait()
    assert phases.taken().get(phases.WAITING, 0.0) < 0.1


def test_where_others_are_at_work_torch_has_its_share_of_the_threads_and_all_of_them_again(company, other):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(4)
        with devices.sharing():
            assert torch.get_num_threads() == 4  # this process is in no study
        quiet.join(company.folder)
        company.enter(os.getpid())
        with devices.sharing():
            assert (quiet.at_work(), torch.get_num_threads()) == (2, 2)
        assert torch.get_num_threads() == 4
        company.leave(other)
        with devices.sharing():
            assert (quiet.at_work(), torch.get_num_threads()) == (1, 4)
    finally:
        torch.set_num_threads(before)
