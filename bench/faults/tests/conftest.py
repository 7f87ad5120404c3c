import pytest

from lntx_faults.row import Outcome, Part, Row


@pytest.fixture
def part():
    """Make a part that is in no file."""

    def made(name="made_up", count=5, quick=1):
        return Part(name, "Nothing is lost.", "tries", count, quick)

    return made


@pytest.fixture
def outcome():
    """Make what came of a part."""

    def made(name="made_up", *rows, **changes):
        known = {"seconds": 3.0, "day": "2026-01-02", "machine": "a machine", "commit": "0123456789ab"}
        return Outcome(name, rows or (Row("one thing", 5),), **{**known, **changes})

    return made
