import pytest

from lntx_faults.row import Done, Part, Row
from lntx_faults.store import Store


@pytest.fixture
def part():
    """Make a part that is in no file, of one step unless others are given."""

    def made(name="made_up", count=5, quick=1, **steps):
        steps = steps or {"a step": lambda _: Row("one thing", count)}
        return Part(name, "Nothing is lost.", "tries", count, quick, lambda _: steps)

    return made


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kept")


@pytest.fixture
def keep(store):
    """Keep what came of a step."""

    def kept(*rows, part="made_up", step="a step", **changes):
        known = {"seconds": 3.0, "day": "2026-01-02", "machine": "a machine", "commit": "0123456789ab"}
        store.keep(Done(part, step, rows or (Row("one thing", 5),), **{**known, **changes}))

    return kept
