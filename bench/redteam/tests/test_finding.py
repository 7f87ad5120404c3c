"""What findings make of a member: a planted finding, a planted miss, and everything between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx_redteam.finding import FAILURES, Finding, Row
from lntx_redteam.members import Member

WRONG = Member("planted", "Planted: wrong on purpose")
HONEST = Member("control", "Honest: a control", honest=True)
PATCH = Member("patch", "Patches something", out_of_reach="it lives in the same process")
LATE = Member("late", "Changes it later", healed="it is copied")
OUTCOMES = st.sampled_from(["found", "passed", "right", "believed", "broke", "none"])
FINDINGS = st.fixed_dictionaries({stage: OUTCOMES.map(Finding) for stage in ("verify", "train", "bench")})


@pytest.mark.parametrize(
    ("member", "outcomes", "verdict"),
    [
        (WRONG, {"verify": "passed", "train": "right", "bench": "passed"}, "missed"),
        (WRONG, {"verify": "passed", "train": "believed", "bench": "none"}, "missed"),
        (WRONG, {"verify": "passed", "train": "right", "bench": "found"}, "found"),
        (WRONG, {"verify": "found", "train": "broke", "bench": "found"}, "found"),
        (WRONG, {"verify": "broke", "train": "broke", "bench": "found"}, "broke lntx"),
        (HONEST, {"verify": "passed", "train": "right", "bench": "passed"}, "left alone"),
        (HONEST, {"verify": "passed", "train": "right", "bench": "found"}, "rejected"),
        (HONEST, {"verify": "passed", "train": "believed"}, "rejected"),
        (PATCH, {"verify": "passed", "train": "believed", "bench": "broke"}, "out of reach"),
        (PATCH, {"verify": "passed", "train": "found"}, "in reach after all"),
        (LATE, {"verify": "passed", "train": "right", "bench": "passed"}, "made right"),
        (LATE, {"verify": "passed", "train": "believed", "bench": "passed"}, "missed"),
    ],
)
def test_findings_make_a_verdict(row, member, outcomes, verdict):
    assert row(member, **outcomes).verdict == verdict


@given(FINDINGS)
def test_a_wrong_member_is_a_failure_unless_some_stage_found_it(findings):
    if Row(WRONG, findings).verdict not in FAILURES:
        assert any(finding.outcome == "found" for finding in findings.values())


@given(FINDINGS)
def test_a_control_is_left_alone_only_where_no_stage_objects(findings):
    objects = any(finding.outcome in {"found", "broke", "believed"} for finding in findings.values())
    assert (Row(HONEST, findings).verdict == "rejected") == objects
