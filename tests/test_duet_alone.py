"""What a second look makes of a benchmark, from what each arm does alone; and how promised calls are shared out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.duet.alone import Allowance, Trial, Tried, settled
from lntx.duet.config import Pace
from lntx.duet.endings import Doubt, alike

PASSED = {"outcome": "passed", "used": True, "made": True}
CODE = {"modules": {}, "functions": {}, "files": {}, "untraceable": [], "unseen": []}


def failing(message="AssertionError: no"):
    return {"outcome": "failed", "message": message, "used": True, "made": True}


def decided(base, head, changed=("a.py",), guard=True):
    tried = {arm: one for arm, one in (("base", base), ("head", head)) if one}
    return settled("t", tried, Doubt("failed in head: OSError: in use"), changed, Pace(), guard=guard)


def ends(found):
    return found.surveyed.base, found.surveyed.head


def test_what_fails_alone_as_well_is_wrong():
    found = decided(Tried(PASSED, Trial(PASSED)), Tried(failing()))
    assert ends(found) == ("passed", "failed")
    assert "AssertionError" in found.surveyed.message


def test_what_base_alone_gets_wrong_is_told_as_that():
    assert ends(decided(Tried(failing()), Tried(PASSED, Trial(PASSED)))) == ("failed", "passed")


def test_what_fails_alike_in_both_is_common_and_what_fails_unlike_is_not():
    path = "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/lntx-gate-1/{}/a.txt'"
    assert decided(Tried(failing(path.format("base"))), Tried(failing(path.format("head")))).common
    found = decided(Tried(failing("ImportError: no a")), Tried(failing("AssertionError: 1 == 2")))
    assert (found.common, ends(found)) == (False, ("failed", "failed"))


@pytest.mark.parametrize(("code", "ends_as"), [(CODE, "passed"), (None, "skipped")])
def test_what_passes_alone_and_not_beside_the_other_is_hindered_unless_its_code_is_the_same(code, ends_as):
    found = decided(*(Tried(PASSED, Trial(PASSED, code=code)) for _ in range(2)))
    assert ends(found) == (ends_as, ends_as)
    assert found.surveyed.identical == (ends_as == "passed")
    if ends_as == "skipped":
        assert "in each other's way" in found.surveyed.message
        assert "in use" in found.surveyed.message


def test_without_the_guard_nothing_is_the_same():
    found = decided(*(Tried(PASSED, Trial(PASSED, code=CODE)) for _ in range(2)), guard=False)
    assert ends(found) == ("skipped", "skipped")


def test_what_bears_only_its_promised_calls_is_timed_within_them():
    bounded = Tried(PASSED, Trial(failing(), 40), Trial(PASSED, 40, 0.01))
    found = decided(bounded, bounded)
    assert (ends(found), found.allowance) == (("passed", "passed"), Allowance(40, 0.01))


@pytest.mark.parametrize(
    ("calls", "seconds", "word"), [(1, 1.0, "only once"), (2, 1.0, "too few"), (50, 1e-6, "too few")]
)
def test_what_promises_too_little_is_left_out_with_a_reason(calls, seconds, word):
    bounded = Tried(PASSED, Trial(failing(), calls), Trial(PASSED, calls, seconds))
    found = decided(bounded, bounded)
    assert (ends(found), found.allowance) == (("skipped", "skipped"), None)
    assert word in found.surveyed.message


def test_what_bears_no_other_number_of_calls_is_left_out():
    counted = Tried(PASSED, Trial(failing("AssertionError: assert 5 > 9")), None)
    found = decided(counted, counted)
    assert ends(found) == ("skipped", "skipped")
    assert "assert 5 > 9" in found.surveyed.message


def test_what_one_arm_has_not_is_absent_there():
    assert ends(decided(None, Tried(failing()))) == ("absent", "failed")


def test_one_failure_is_not_alike():
    assert not alike({"head": failing()})


@given(st.integers(2, 10**6), st.floats(1e-9, 10))
def test_promised_calls_are_never_exceeded(calls, seconds):
    shares = Allowance(calls, seconds).shares(Pace())
    if shares:
        batch, warm, quads = shares
        several = batch > 1
        assert quads >= 1
        assert 1 + 2 * (warm + quads) * (batch + several) + several <= calls
        assert batch * seconds >= 1e-3 * 0.999
