import pytest

from lntx_redteam.finding import Finding, Row
from lntx_redteam.members import Member


@pytest.fixture
def row():
    """Make a row of a member whose findings are given by stage."""

    def made(member=None, **outcomes):
        return Row(member or Member("made-up", "Made up: for a test"), {k: Finding(v, k) for k, v in outcomes.items()})

    return made
