"""A few of the kills that `nox -s faults` makes by the hundred: small studies, with times that are made up."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.end_to_end
FAULTS = Path(__file__).parents[1] / "bench" / "faults"


def test_a_study_goes_on_after_any_of_its_processes_was_killed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(FAULTS)
    from lntx_faults.parts import kills  # noqa: PLC0415

    rows = [step(tmp_path) for step in kills.steps(12).values()]
    assert [row.failures for row in rows] == [()] * 12
    assert sum(row.tried for row in rows) == 12
