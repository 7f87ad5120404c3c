"""A suite that comes by pytest-benchmark's fixture in every way that public suites do, but by a test's own signature."""

CODE = """
def heavy(n, times=1):
    for _ in range(times):
        found = sum(i * i for i in range(n))
    return found
"""

_DIRECT = """
import pytest
import unittest
from helpers import timed
from work import heavy

def test_in_its_body(request):
    assert request.getfixturevalue("benchmark")(heavy, 100) == 328350

def test_by_a_computed_name(request):
    assert getattr(request, "getfixturevalue")("bench" + "mark")(heavy, 100) == 328350

def test_through_a_helper(request):
    assert timed(request, heavy, 100) == 328350

@pytest.fixture
def stopwatch(request):
    try:
        return request.getfixturevalue("benchmark")
    except pytest.FixtureLookupError:
        pytest.skip("not installed")

def test_through_a_fixture(stopwatch):
    assert stopwatch(heavy, 100) == 328350

@pytest.fixture
def quickly(request):
    def run(function, *args):
        return request.getfixturevalue("stopwatch").pedantic(function, args=args, rounds=5, iterations=2)
    return run

def test_through_a_closure(quickly):
    assert quickly(heavy, 100) == 328350

@pytest.fixture
def runner(request):
    return request.getfixturevalue(request.param)

@pytest.mark.parametrize("runner", ["benchmark"], indirect=True)
def test_through_a_parameter(runner):
    assert runner(heavy, 100) == 328350

@pytest.fixture
def result(stopwatch):
    return stopwatch(heavy, 100)

def test_in_the_set_up_of_a_fixture(result):
    assert result == 328350

@pytest.fixture
def afterwards(request):
    clock = request.getfixturevalue("benchmark")
    yield
    clock(heavy, 100)

def test_in_the_tear_down_of_a_fixture(afterwards):
    assert heavy(2) == 1

class TestOld(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def keep(self, benchmark):
        self.benchmark = benchmark

    def test_in_a_unittest(self):
        self.assertEqual(self.benchmark(heavy, 100), 328350)

class Timing:
    @pytest.fixture(autouse=True)
    def keep(self, request):
        self.request = request

    def timed(self, *args):
        return self.request.getfixturevalue("benchmark")(*args)

class TestMixed(Timing):
    def test_through_a_base_class(self):
        assert self.timed(heavy, 100) == 328350

def test_under_another_name(clock):
    assert clock(heavy, 100) == 328350

def test_woven(benchmark_weave):
    import work
    benchmark_weave("work.heavy")
    assert work.heavy(100) == 328350

def test_of_a_plugin(plugged):
    assert plugged(heavy, 100) == 328350

def test_of_a_subclass(counting):
    assert counting(heavy, 100) == 328350

def test_of_a_factory(make_benchmark):
    first, second = make_benchmark(), make_benchmark()
    assert first(heavy, 100) == second(heavy, 100) == 328350
    assert second.stats.stats.min > 0

def test_added_while_collecting(request):
    assert request.node.funcargs["benchmark"](heavy, 100) == 328350

def test_without_any():
    assert heavy(2) == 1

def test_with_a_request_alone(request):
    assert request.node.name
"""

_CONFTEST = """
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytest_benchmark.plugin import benchmark as clock

def pytest_collection_modifyitems(items):
    for item in items:
        if item.name == "test_added_while_collecting":
            item.fixturenames.append("benchmark")

@pytest.fixture(autouse=True)
def noted(request):
    if "benchmark" in request.fixturenames:
        request.getfixturevalue("benchmark").extra_info["noted"] = True

class Counting(BenchmarkFixture):
    count = 0

    def __call__(self, *args, **kwargs):
        self.count += 1
        return super().__call__(*args, **kwargs)

def built(kind, request):
    session = request.config._benchmarksession
    return kind(
        request.node, add_stats=session.benchmarks.append, logger=session.logger, warner=request.node.warn,
        disabled=session.disabled, **session.options)

@pytest.fixture
def counting(request):
    return built(Counting, request)

@pytest.fixture
def make_benchmark(request):
    return lambda: built(BenchmarkFixture, request)
"""

_RACK = """
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from work import heavy

def pytest_collect_file(file_path, parent):
    return Rack.from_parent(parent, path=file_path) if file_path.suffix == ".rack" else None

class Rack(pytest.File):
    def collect(self):
        yield Case.from_parent(self, name="test_of_its_own_kind")

class Case(pytest.Item):
    def runtest(self):
        session = self.config._benchmarksession
        fixture = BenchmarkFixture(
            self, add_stats=session.benchmarks.append, logger=session.logger, warner=self.warn,
            disabled=session.disabled, **session.options)
        assert fixture(heavy, int(self.path.read_text())) == 328350
"""

FILES = {
    "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
    "work.py": CODE,
    "helpers.py": "def timed(request, *args):\n    return request.getfixturevalue('benchmark')(*args)\n",
    "aspectlib.py": """
import importlib

class Woven:
    def __init__(self, target, aspect):
        module, _, self.name = target.rpartition(".")
        self.owner = importlib.import_module(module)
        self.plain = getattr(self.owner, self.name)
        setattr(self.owner, self.name, aspect(self.plain))

    def rollback(self):
        setattr(self.owner, self.name, self.plain)

def weave(target, aspect):
    return Woven(target, aspect)
""",
    "plugged_in.py": "import pytest\n@pytest.fixture\ndef plugged(benchmark):\n    return benchmark\n",
    "conftest.py": "pytest_plugins = ['plugged_in']\n",
    "bench/conftest.py": _CONFTEST,
    "bench/test_ways.py": _DIRECT,
    "bench/over/conftest.py": """
import pytest
@pytest.fixture
def benchmark(request):
    try:
        import pytest_benchmark.plugin
    except ImportError:
        return lambda function, *args: function(*args)
    return request.getfixturevalue("benchmark")
""",
    "bench/over/test_over.py": """
from work import heavy
def test_overridden(benchmark):
    assert benchmark(heavy, 100) == 328350
""",
    "bench/hook/conftest.py": """
def pytest_pyfunc_call(pyfuncitem):
    pyfuncitem._request.getfixturevalue("benchmark")(pyfuncitem.obj)
    return True
""",
    "bench/hook/test_hook.py": """
from work import heavy
def test_called_by_a_hook():
    assert heavy(100) == 328350
""",
    "bench/doc/test_doc.py": '''
def documented():
    """
    >>> from work import heavy
    >>> getfixture("benchmark")(heavy, 100)
    328350
    """
''',
    "bench/rack/conftest.py": _RACK,
    "bench/rack/one.rack": "100\n",
}

WAYS = (
    "bench/test_ways.py::test_in_its_body",
    "bench/test_ways.py::test_by_a_computed_name",
    "bench/test_ways.py::test_through_a_helper",
    "bench/test_ways.py::test_through_a_fixture",
    "bench/test_ways.py::test_through_a_closure",
    "bench/test_ways.py::test_through_a_parameter[benchmark]",
    "bench/test_ways.py::test_in_the_set_up_of_a_fixture",
    "bench/test_ways.py::test_in_the_tear_down_of_a_fixture",
    "bench/test_ways.py::TestOld::test_in_a_unittest",
    "bench/test_ways.py::TestMixed::test_through_a_base_class",
    "bench/test_ways.py::test_under_another_name",
    "bench/test_ways.py::test_woven",
    "bench/test_ways.py::test_of_a_plugin",
    "bench/test_ways.py::test_of_a_subclass",
    "bench/test_ways.py::test_of_a_factory",
    "bench/test_ways.py::test_added_while_collecting",
    "bench/over/test_over.py::test_overridden",
    "bench/hook/test_hook.py::test_called_by_a_hook",
    "bench/doc/test_doc.py::test_doc.documented",
    "bench/rack/one.rack::test_of_its_own_kind",
)
"""The tests that time something, by their ids."""

_UNSERVED = """
import os
import pytest
import subprocess
import sys
import threading
from pytest_benchmark.fixture import BenchmarkFixture
from work import heavy

def test_in_a_thread(benchmark):
    thread = threading.Thread(target=benchmark, args=(heavy, 100))
    thread.start()
    thread.join()

@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_in_a_fork(benchmark):
    child = os.fork()
    if not child:
        benchmark(heavy, 100)
        os._exit(0)
    os.waitpid(child, 0)

def test_disabled(benchmark):
    benchmark.disabled = True
    assert benchmark(heavy, 100) == 328350

class Own(BenchmarkFixture):
    def _make_runner(self, function, args, kwargs):
        def runner(loops):
            found = [function(*args, **kwargs) for _ in loops or range(1)]
            return 1e-3 if loops else (1e-3, found[-1])
        return runner

def test_with_a_clock_of_its_own(benchmark):
    benchmark.__class__ = Own
    assert benchmark(heavy, 100) == 328350

def test_in_a_process():
    command = [sys.executable, "-m", "pytest", "--version", "-k", "a benchmark"]
    subprocess.run(command, check=True)

def test_in_a_pytest_of_its_own(pytester):
    pytester.makepyfile("def test_inner(benchmark): benchmark(int)")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)

def test_given_and_not_called(benchmark):
    assert heavy(2) == 1
"""

UNSERVED = {
    "test_in_a_thread": "thread",
    "test_in_a_fork": "forked",
    "test_disabled": "disables",
    "test_with_a_clock_of_its_own": "Own times in its own way (_make_runner)",
    "test_in_a_process": "pytest of its own",
    "test_in_a_pytest_of_its_own": "pytest of its own",
    "test_given_and_not_called": "never called it",
}
"""Tests that can't be judged, and a word of the reason for each."""

UNSERVED_FILES = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": "pytest_plugins = ['pytester']\n",
    "work.py": CODE,
    "bench/test_unserved.py": _UNSERVED,
}
