import pytest
import work

NAMES = [name for name, value in vars(work).items() if getattr(value, "__module__", "") == "work"]


@pytest.mark.parametrize("name", NAMES)
def test_unit(benchmark, name):
    benchmark(getattr(work, name))
