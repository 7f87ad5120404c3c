"""Suites whose fixtures put something else in the place of clocks, files and Python's own functions: the worker has its own."""

import pytest
from support.duets import Worker, batch, suite

TWICE = """
import pytest

class Twin(pytest.Module):
    def collect(self):
        yield from super().collect()
        yield from super().collect()

def pytest_pycollect_makemodule(module_path, parent):
    return Twin.from_parent(parent, path=module_path)
"""
SUITE = """
import builtins
import json
import os
import sys
import time

import pytest


def work():
    return sum(range(20_000))


def stand_in(*_, **__):
    raise RuntimeError("a stand-in was called")


@pytest.fixture
def frozen(monkeypatch):
    names = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")
    real = {id(getattr(time, name)) for name in names}
    for module in list(sys.modules.values()):  # as freezegun does
        for name, value in list(vars(module).items()):
            if id(value) in real:
                monkeypatch.setattr(module, name, lambda: 0)


class FakeOs:
    def __getattr__(self, name):
        return stand_in if name in ("read", "write", "open", "listdir", "_exit") else getattr(os, name)


@pytest.fixture
def faked(monkeypatch):
    for module in list(sys.modules.values()):  # as pyfakefs does
        if module is not None and module.__name__.startswith("lntx_duet_worker"):
            for name, value in list(vars(module).items()):
                if value is os:
                    monkeypatch.setattr(module, name, FakeOs())
    monkeypatch.setattr(builtins, "open", stand_in)


@pytest.fixture
def patched(monkeypatch):
    for module, name in ((os, "read"), (os, "write"), (json, "dumps"), (json, "loads"), (time, "perf_counter_ns")):
        monkeypatch.setattr(module, name, stand_in)


@pytest.mark.parametrize("way", ["frozen", "faked", "patched"])
def test_work(benchmark, request, way):
    request.getfixturevalue(way)
    assert benchmark(work) == 199990000


@pytest.mark.parametrize("way", ["frozen", "patched"])
def test_pedantic(benchmark, request, way):
    request.getfixturevalue(way)
    assert benchmark.pedantic(work, setup=lambda: None, rounds=3) == 199990000
"""


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    with Worker(suite(tmp_path_factory.mktemp("patched") / "suite", {"test_patched.py": SUITE})) as worker:
        found = {test.partition("::")[2]: worker.run(test, batch(1), batch(4)) for test in worker.tests()}
        assert worker.end() == 0
    return found


@pytest.mark.parametrize(
    "name",
    ["test_work[frozen]", "test_work[faked]", "test_work[patched]", "test_pedantic[frozen]", "test_pedantic[patched]"],
)
def test_times_are_true_whatever_a_fixture_puts_in_their_place(heard, name):
    *said, done = heard[name]
    assert (done["outcome"], done["used"], done["message"]) == ("passed", True, "")
    seconds = [one["seconds"] / one["iterations"] for one in said if one["event"] == "batch"]
    assert len(seconds) == 2
    assert all(each > 1e-6 for each in seconds)  # 20,000 additions; a clock that stands gives a nanosecond


def test_tests_of_one_id_are_all_there(tmp_path):
    text = "def test_a(benchmark):\n    benchmark(int)\n\n\ndef test_b(benchmark):\n    benchmark(int)\n"
    with Worker(suite(tmp_path / "suite", {"conftest.py": TWICE, "test_twins.py": text})) as worker:
        names = worker.tests()
        ends = [worker.run(name, batch(1))[-1] for name in names]
    first, second = ("test_twins.py::test_a", "test_twins.py::test_b")
    assert names == [first, second, f"{first} (2)", f"{second} (2)"]
    assert [(one["test"], one["outcome"], one["used"]) for one in ends] == [(name, "passed", True) for name in names]
