"""What a list of a gate's benchmarks says of each, and how its seconds follow from what the survey took."""

import pytest

from lntx.duet import listing
from lntx.duet.config import Pace
from lntx.duet.listing import PAIRS, Listed, Listing, listed, pair_s
from lntx.result import Surveyed


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by ten seconds with each look at it."""
    times = iter(range(0, 1000, 10))
    monkeypatch.setattr(listing, "monotonic", lambda: next(times))
    return listing._Clock(lambda _: None)


@pytest.mark.parametrize(
    ("base", "head", "identical", "timed", "judged", "why"),
    [
        ("passed", "passed", False, True, True, "both arms run it"),
        ("passed", "passed", True, False, True, "the same by identity"),
        ("passed", "absent", False, False, True, "missing: "),
        ("passed", "failed", False, False, True, "wrong in head: "),
        ("failed", "passed", False, False, True, "new: "),
        ("absent", "passed", False, False, True, "new: "),
        ("skipped", "skipped", False, False, False, "left out: "),
        ("absent", "skipped", False, False, False, "left out: "),
    ],
)
def test_what_would_come_of_a_benchmark(clock, base, head, identical, timed, judged, why):
    found = listed(Surveyed("a", base, head, "", identical), clock, Pace())
    assert (found.timed, found.judged) == (timed, judged)
    assert found.why.startswith(why)
    assert (found.seconds > 0) == timed


def test_what_was_removed_on_purpose_is_not_judged(clock):
    assert not listed(Surveyed("a", "passed", "absent"), clock, Pace(), gone=True).judged


def test_seconds_follow_from_what_the_survey_took(clock):
    clock.begin()  # 0
    for name in ("a", "b", "a"):  # 10 and 20, 30 and 40: each look at the clock is one
        clock.hear(name)
    clock.end()
    assert clock.start == 10
    assert clock.whole == 40
    assert clock.call_s("a") == pytest.approx(10 / 6)
    assert clock.call_s("nobody") == 0


def test_a_pair_takes_as_long_as_its_pace_says():
    pace = Pace()
    quick, slow = pair_s(1e-6, pace), pair_s(1.0, pace)
    assert quick == pytest.approx((3 + pace.quads) * 4 * pace.batch_s, rel=1e-3)
    assert slow == pytest.approx(4 + 2 * 4)  # one quad of four calls, one window before it, and the first calls


def test_the_whole_is_the_survey_the_starts_and_what_is_timed():
    found = Listing(
        (Listed("a", timed=True, why="", seconds=7.0), Listed("b", timed=False, why="", judged=False)), 5.0, 2.0
    )
    assert found.seconds == 14.0
    assert found.judges
    assert not Listing(found.benchmarks[1:]).judges
    assert PAIRS > 4
