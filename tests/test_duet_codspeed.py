"""Suites that are written for pytest-codspeed: marked tests, and its own fixture, with or without that package."""

import json

import pytest
from support.duets import Worker, batch, suite

SUITE = """
import asyncio
import unittest
import pytest

SLOT, BOUND, BUILT_IN = object.__setattr__, [].append, len  # functions that are in no module, or in none of Python's

CALLS = {"whole": 0, "asking": 0, "wrong": 0}

@pytest.fixture
def numbers():
    return list(range(50))

@pytest.mark.benchmark
def test_whole(numbers):
    CALLS["whole"] += 1
    assert sum(numbers) == 1225

@pytest.mark.codspeed_benchmark(group="sums")
@pytest.mark.parametrize("n", [3, 30])
def test_each(n):
    assert sum(range(n)) >= 3

@pytest.mark.benchmark(max_rounds=7, warmup_time=0.1, group="sums")
def test_both(benchmark):
    assert benchmark(sum, [1, 2]) == 3

def test_own_fixture(codspeed_benchmark):
    assert codspeed_benchmark(sum, [1, 2]) == 3

def test_own_pedantic(codspeed_benchmark):
    assert codspeed_benchmark.pedantic(sum, args=([1, 2],), rounds=4, iterations=2) == 3

@pytest.mark.benchmark
def test_asking(request):
    CALLS["asking"] += 1
    assert CALLS["asking"] == 1
    assert request.getfixturevalue("benchmark")(int) == 0

@pytest.fixture
def asked(request):
    return request.getfixturevalue("benchmark")

@pytest.fixture
def asking(request):
    return lambda function: request.getfixturevalue("benchmark")(function)

@pytest.mark.benchmark
def test_asked_by_its_fixture(asked):
    CALLS["asked"] = CALLS.get("asked", 0) + 1
    assert CALLS["asked"] == 1
    assert asked(int) == 0

@pytest.mark.benchmark
def test_asking_through_its_fixture(asking):
    assert asking(int) == 0

@pytest.fixture
def timed(request):
    return request.getfixturevalue("benchmark")(int)

@pytest.mark.benchmark
def test_timed_by_its_fixture(timed):
    assert timed == 0

@pytest.mark.benchmark
def test_not_asking(request):
    assert request.node.name == "test_not_asking"

@pytest.mark.benchmark
def test_wrong(numbers):
    CALLS["wrong"] += 1
    assert CALLS["wrong"] < 3, "worn out"

@pytest.mark.benchmark
def test_skips():
    pytest.skip("not here")

@pytest.mark.benchmark
class TestMany:
    def test_method(self, numbers):
        assert max(numbers) == 49

class TestUnit(unittest.TestCase):
    @pytest.mark.benchmark
    def test_unit(self):
        self.assertEqual(len("abc"), 3)

def test_plain():
    pass
"""
FILES = {
    "pytest.ini": "[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n",
    "test_sped.py": SUITE,
    "whole/conftest.py": "import pytest\ndef pytest_collection_modifyitems(items):\n"
    "    for item in items:\n        if 'whole/' in item.nodeid:\n            item.add_marker(pytest.mark.benchmark)\n",
    "whole/test_all.py": "def test_marked_late():\n    assert sorted('ba') == ['a', 'b']\n",
    "own/conftest.py": "import pytest\n@pytest.fixture\ndef benchmark():\n    return print\n",
    "own/test_own.py": "import pytest\n@pytest.mark.benchmark\ndef test_of_another_fixture():\n    pass\n",
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """What a worker says of each test, asked for two batches; and what it has collected."""
    with Worker(suite(tmp_path_factory.mktemp("sped") / "suite", FILES), CODSPEED_ENV="1") as worker:
        told = {test["id"].rpartition("::")[2]: test["id"] for test in worker.hear()["tests"]}
        found = {name: worker.run(test, batch(1), batch(5)) for name, test in told.items()}
        assert worker.end() == 0
    return found


def ended(heard, name):
    return heard[name][-1]["outcome"], heard[name][-1]["used"]


def batches(heard, name):
    return [said["iterations"] for said in heard[name] if said["event"] == "batch"]


@pytest.mark.parametrize(
    "name",
    [
        "test_whole",
        "test_each[3]",
        "test_each[30]",
        "test_both",
        "test_own_fixture",
        "test_own_pedantic",
        "test_not_asking",
        "test_method",
        "test_unit",
        "test_marked_late",
    ],
)
def test_a_marked_test_and_one_with_the_packages_own_fixture_are_served_batches(heard, name):
    assert ended(heard, name) == ("passed", True)
    assert batches(heard, name) == [1, 5]
    assert all(said["seconds"] > 0 for said in heard[name] if said["event"] == "batch")


def test_a_marked_test_that_asks_for_the_fixture_by_name_is_timed_in_what_it_gives_it_and_runs_once(heard):
    assert ended(heard, "test_asking") == ("passed", True)
    assert batches(heard, "test_asking") == [1, 5]


@pytest.mark.parametrize(
    "name", ["test_asked_by_its_fixture", "test_asking_through_its_fixture", "test_timed_by_its_fixture"]
)
def test_a_marked_test_whose_fixture_asks_for_the_benchmark_uses_it_once(heard, name):
    assert ended(heard, name) == ("passed", True)
    assert batches(heard, name) == [1, 5]
    assert heard[name][-1]["more"] == 0


def test_a_marked_test_that_bears_few_calls_fails_in_its_own_words(heard):
    assert ended(heard, "test_wrong") == ("failed", True)
    assert "worn out" in json.dumps(heard["test_wrong"][-1])


def test_a_marked_test_that_skips_is_skipped(heard):
    assert heard["test_skips"][-1]["outcome"] == "skipped"
    assert heard["test_skips"][-1]["message"] == "not here"


def test_neither_a_plain_test_nor_one_beside_a_fixture_of_the_suites_own_is_taken_for_a_benchmark(heard):
    assert heard.keys().isdisjoint({"test_plain", "test_of_another_fixture"})
