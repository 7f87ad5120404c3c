import tempfile

import pytest

from lntx_selftest.store import Store


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    """Give each test a lock of its own, so that a gate on the same machine is no matter."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "out")
