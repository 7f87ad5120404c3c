import pytest

from lntx_selftest.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "out")
