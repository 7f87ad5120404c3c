"""Where a process's seconds go: each moment to the innermost phase that is open."""

import pytest

from lntx.host import phases


@pytest.fixture
def clock(monkeypatch):
    """Yield a clock that stands still unless it is told."""
    now = [1000.0]
    monkeypatch.setattr(phases, "time", lambda: now[0])
    monkeypatch.setattr(phases, "_PHASES", phases._Phases(since=now[0]))

    def passes(seconds):
        now[0] += seconds

    return passes


def test_each_moment_counts_once_to_the_innermost_phase(clock):
    clock(1)
    with phases.of(phases.PROVING):
        clock(2)
        with phases.of(phases.REFERENCE):
            clock(4)
        clock(8)
    clock(16)
    assert phases.taken() == {phases.REST: 17, phases.PROVING: 10, phases.REFERENCE: 4}
    assert phases.taken() == {}


def test_what_was_done_before_counts_to_a_phase_that_is_named_afterwards(clock):
    phases.since(990.0)
    clock(1)
    phases.until_now(phases.STARTING)
    clock(2)
    phases.until_now(phases.DATA)
    assert phases.taken() == {phases.STARTING: 11, phases.DATA: 2}


def test_a_clock_that_is_set_back_takes_nothing_away(clock):
    clock(-5)
    assert phases.taken() == {}
    clock(1)
    assert phases.taken() == {phases.REST: 1}


def test_an_error_ends_its_phase(clock):
    clock(3)
    with pytest.raises(ValueError, match="broke"), phases.of(phases.TIMING):
        raise ValueError("it broke")
    clock(1)
    assert phases.taken() == {phases.REST: 4}
    with phases.of(phases.TIMING):
        clock(2)
    assert phases.taken() == {phases.TIMING: 2}
