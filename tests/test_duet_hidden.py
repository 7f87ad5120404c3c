"""Benchmarks that no signature shows: whatever ends up in pytest-benchmark's stopwatch is served, or named."""

import pytest
from support.duets import Worker, batch, suite
from support.hidden import FILES, UNSERVED, UNSERVED_FILES, WAYS

ARGUMENTS = ("bench", "-p", "no:randomly")


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """What a worker says of each test that it offers, by id."""
    folder = suite(tmp_path_factory.mktemp("hidden") / "base", FILES)
    with Worker(folder, *ARGUMENTS) as worker:
        kinds = {test["id"]: test["kind"] for test in worker.hear()["tests"]}
        said = {name: worker.run(name, batch(1), batch(2)) for name in kinds}
    return kinds, said


@pytest.mark.parametrize("name", WAYS)
def test_whatever_ends_up_in_the_stopwatch_is_served(heard, name):
    kinds, said = heard
    assert name in kinds
    events = [message["event"] for message in said[name]]
    assert events == ["ready", "batch", "batch", "done"]
    done = said[name][-1]
    assert (done["outcome"], done["used"], done["made"], done["refused"]) == ("passed", True, True, ""), done


def test_tests_that_cannot_reach_the_fixture_are_not_run(heard):
    kinds, _ = heard
    assert not {name for name in kinds if name.endswith(("test_without_any", "test_with_a_request_alone"))}
    assert kinds["bench/test_ways.py::TestOld::test_in_a_unittest"] == "given"
    assert kinds["bench/over/test_over.py::test_overridden"] == "suspect"


def test_a_test_with_several_fixtures_is_served_the_first_and_tells_of_the_others(heard):
    _, said = heard
    assert said["bench/test_ways.py::test_of_a_factory"][-1]["more"] == 1


def test_what_cannot_be_served_says_so_and_runs_all_the_same(tmp_path):
    with Worker(suite(tmp_path / "base", UNSERVED_FILES), *ARGUMENTS) as worker:
        kinds = {test["id"].partition("::")[2]: test["kind"] for test in worker.hear()["tests"]}
        assert kinds.keys() == UNSERVED.keys()
        for name, kind in kinds.items():
            if kind != "nested":
                (done,) = worker.run(f"bench/test_unserved.py::{name}")
                assert done["outcome"] == "passed", done
                assert done["refused"] or not done["used"]
                if done["refused"]:
                    assert UNSERVED[name] in done["refused"]


MANY = """
import pytest
from work import heavy

@pytest.fixture
def client(request):
    return request.node.name

@pytest.mark.parametrize("number", range(50))
def test_unit(number, client):
    assert heavy(number) >= 0

def test_word():
    assert "benchmark" in "a benchmark of a word"

def test_timed(benchmark):
    benchmark(heavy, 3)
"""


def test_ordinary_tests_beside_are_no_candidates_though_they_speak_of_benchmarks(tmp_path):
    files = {
        "work.py": "def heavy(n):\n    return n\nMODES = ('benchmark', 'train')\n",
        "conftest.py": """
import pytest
def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true")
def pytest_collection_modifyitems(items):
    for item in items:
        if "benchmark" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
def pytest_runtest_setup(item):
    if item.get_closest_marker("benchmark"):
        item.config.getoption("--slow")
@pytest.fixture(autouse=True)
def calm(request):
    if "benchmark" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("benchmark").group = "calm"
    yield
""",
        "test_many.py": MANY,
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        assert worker.tests() == ["test_many.py::test_timed"]


def test_as_pytest_benchmark_runs_it_a_benchmark_is_timed_without_a_word(tmp_path):
    files = {
        "test_a.py": """
def test_a(benchmark):
    calls = []
    benchmark.pedantic(lambda: calls.append(1), rounds=7, warmup_rounds=2, iterations=3)
    assert len(calls) == 28
"""
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        (test,) = worker.tests()
        done = worker.ask("run", test=test, next=None, plainly=True)
        assert (done["event"], done["outcome"], done["used"]) == ("done", "passed", True), done
        ready = worker.ask("run", test=test, next=None)
        assert ready["calls"] == 28
        worker.ask("batch", iterations=1)
        worker.ask("batch", iterations=4)  # and one before them
        done = worker.ask("release", exact=True)
        assert (done["outcome"], done["calls"]) == ("passed", 6), done


@pytest.mark.parametrize("calls", [1, 2, 9])
def test_released_exactly_a_benchmark_has_made_the_calls_that_it_promised(tmp_path, calls):
    files = {
        "test_a.py": f"""
def test_setup(benchmark):
    left = list(range({calls}))
    benchmark.pedantic(lambda x: x, setup=lambda: ((left.pop(),), {{}}), rounds={calls})
    assert not left

def test_plain(benchmark):
    calls = []
    assert benchmark.pedantic(lambda: calls.append(1) or len(calls), rounds={calls}) == {calls}
"""
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        for test in worker.tests():
            *_, done = worker.run(test, batch(1), *([batch(1)] if calls > 1 else []), {"do": "release", "exact": True})
            assert done["outcome"] == "passed", done


def test_a_suite_that_leaves_pytest_benchmark_out_is_served(tmp_path):
    files = {
        "pytest.ini": "[pytest]\naddopts = -p no:benchmark -p xdist -n 2 --basetemp=scratch\n",
        "test_a.py": "def test_a(benchmark, tmp_path):\n    benchmark(int)\n    assert 'scratch/base/' in str(tmp_path)\n",
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        (test,) = worker.tests()
        assert worker.run(test, batch(1))[-1]["outcome"] == "passed"


def test_a_plugin_that_runs_tests_its_own_way_has_no_say(tmp_path):
    files = {
        "conftest.py": """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    return True
""",
        "test_a.py": "def test_a(benchmark):\n    benchmark(int)\n",
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        (test,) = worker.tests()
        assert worker.run(test, batch(1))[-1]["used"]


def test_a_file_that_is_skipped_as_a_whole_is_told_if_it_speaks_of_benchmarks(tmp_path):
    skip = "import pytest\npytest.skip('no data here', allow_module_level=True)\n"
    files = {
        "test_a.py": "def test_a(benchmark):\n    benchmark(int)\n",
        "test_b.py": f"{skip}def test_b(benchmark):\n    benchmark(int)\n",
        "test_c.py": f"{skip}def test_c():\n    pass\n",
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        (skipped,) = worker.hear()["skipped"]
        assert (skipped["id"], "no data here" in skipped["message"]) == ("test_b.py", True)


def test_a_test_is_found_by_its_place_where_its_id_moves(tmp_path):
    files = {
        "test_a.py": """
import pytest
@pytest.mark.parametrize("thing", [object(), object()], ids=repr)
def test_a(benchmark, thing):
    benchmark(id, thing)
"""
    }
    with Worker(suite(tmp_path / "base", files)) as worker:
        tests = worker.hear()["tests"]
        assert [test["place"] for test in tests] == ["test_a.py::test_a[#1]", "test_a.py::test_a[#2]"]
        assert {test["function"] for test in tests} == {"test_a.py::test_a"}
        assert worker.run("test_a.py::test_a[#2]", batch(1))[-1]["outcome"] == "passed"
        (done,) = worker.run("test_a.py::test_a[#3]")
        assert done["absent"]
