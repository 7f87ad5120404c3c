import argparse
import json
import os
import sys

import pytest
from support.duets import Worker, batch, suite

from lntx.duet.worker import options, timing
from lntx.duet.worker.wire import ORPHANED

INI = """[pytest]
addopts = -x --benchmark-disable --benchmark-autosave --benchmark-compare --benchmark-compare-fail=mean:1%
filterwarnings = error
"""

SUITE = """
import pytest

CALLS = []

@pytest.fixture(scope="module")
def shared():
    CALLS.append("set up")
    yield CALLS
    CALLS.append("torn down")

@pytest.fixture
def torn():
    yield
    raise OSError("gone at last")

@pytest.fixture
def broken():
    raise OSError("gone at first")

@pytest.fixture
def through(benchmark):
    return benchmark

def test_call(benchmark):
    assert benchmark(divmod, 7, 4) == (1, 3)
    assert benchmark.stats.stats.mean > 0
    assert len(benchmark.stats.stats.data) == 2

def test_empty(benchmark):
    benchmark(lambda: None)

def test_through(through):
    assert through.pedantic(int, args=("7",), rounds=3, iterations=2) == 7

def test_around(benchmark):
    calls = []
    def setup():
        calls.append("setup")
        return (7,), {}
    def target(number):
        calls.append("call")
        return number
    assert benchmark.pedantic(target, setup=setup, teardown=lambda number: calls.append("teardown"), rounds=9) == 7
    assert calls == ["setup", "call", "teardown"] * 5  # one call goes before a batch of several
    assert all(second > 0 for second in benchmark.stats.stats.data)

def test_once(benchmark):
    calls = []
    assert benchmark.pedantic(lambda: calls.append(1) or len(calls)) == 1

def test_times(benchmark):
    assert benchmark(int) == 0
    assert 0 < benchmark.stats.stats.min < 1

def test_first_shared(benchmark, shared):
    benchmark(len, shared)

def test_second_shared(benchmark, shared):
    benchmark(len, shared)
    assert shared == ["set up"]

def test_anew(benchmark, shared):
    benchmark(len, shared)
    assert shared == ["set up", "torn down", "set up"]

def test_twice(benchmark):
    benchmark(int)
    benchmark(int)

def test_woven(benchmark):
    benchmark.weave("os.getcwd")

def test_raises(benchmark):
    benchmark(lambda: 1 / 0)

def test_expected(benchmark):
    with pytest.raises(ZeroDivisionError):
        benchmark(lambda: 1 / 0)

def test_wrong(benchmark):
    assert benchmark(int) == 7, "no seven\\nnor eight"

def test_told(benchmark):
    pytest.fail("told so\\nand more")

def test_left(benchmark):
    benchmark(int)
    pytest.skip("not here")

@pytest.mark.xfail(reason="known")
def test_known(benchmark):
    assert not benchmark(lambda: 1)

def test_torn(benchmark, torn):
    benchmark(int)

def test_broken(benchmark, broken):
    benchmark(int)

def test_bad_rounds(benchmark):
    benchmark.pedantic(int, rounds=0)

async def test_async(benchmark):
    benchmark(int)

def test_other():
    pass
"""

FILES = {
    "pytest.ini": INI,
    "test_a.py": SUITE,
    "test_broken.py": "import nowhere_at_all\n",
    "test_absent.py": "import pytest\npytest.importorskip('nowhere_at_all')\ndef test_a(benchmark): 0\n",
    "own/conftest.py": "import pytest\n@pytest.fixture\ndef benchmark():\n    return print\n",
    "own/test_own.py": "def test_own(benchmark):\n    pass\n",
    "wrap/conftest.py": "import pytest\n@pytest.fixture\ndef benchmark(benchmark):\n    return benchmark\n",
    "wrap/test_wrap.py": "def test_wrap(benchmark):\n    benchmark(int)\n",
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """All that a worker says of a suite: what it collected, and of each test by its name."""
    folder = suite(tmp_path_factory.mktemp("worker") / "base", FILES)
    with Worker(folder) as worker:
        said = {"collected": worker.hear()}
        tests = [test["id"] for test in said["collected"]["tests"]]
        for test in tests:
            name = test.partition("::")[2]
            following = "test_a.py::test_second_shared" if name == "test_first_shared" else None
            asked = [batch(1), batch(3)] if name not in {"test_once", "test_times", "test_wrap"} else []
            said[name] = worker.run(test, *asked, following=following)
        said["cores"] = worker.ask("pin", cores=[0])
        said["controls"] = [worker.ask("control", which=which, iterations=20) for which in (0, 1)]
        said["code"] = worker.end()
        said["left"] = [path.name for path in (folder / ".benchmarks").rglob("*.json")]
    return said


def test_only_tests_with_pytest_benchmarks_fixture_are_offered(heard):
    names = {test["id"] for test in heard["collected"]["tests"]}
    assert {"test_a.py::test_call", "test_a.py::test_through", "wrap/test_wrap.py::test_wrap"} <= names
    assert not {"test_a.py::test_other", "own/test_own.py::test_own"} & names
    assert {test["file"] for test in heard["collected"]["tests"]} == {"test_a.py", "wrap/test_wrap.py"}


def test_what_cannot_be_collected_is_told(heard):
    (error,) = heard["collected"]["errors"]
    (skipped,) = heard["collected"]["skipped"]
    assert error == {"id": "test_broken.py", "message": "ModuleNotFoundError: No module named 'nowhere_at_all'"}
    assert skipped["id"] == "test_absent.py"


def test_a_suite_that_disables_its_benchmarks_is_served_and_nothing_is_written(heard):
    ready, first, timed, done = heard["test_call"]
    assert ready == {"event": "ready", "test": "test_a.py::test_call", "mode": "call", "setup": False}
    assert (first["iterations"], timed["iterations"]) == (1, 3)
    assert timed["stolen"] >= 0
    assert timed["switches"] >= 0
    assert done["outcome"] == "passed", done
    assert not heard["left"]


def test_no_batch_takes_no_time(heard):
    assert all(message["seconds"] > 0 for message in heard["test_empty"][1:3])


@pytest.mark.parametrize(
    "name",
    ["test_through", "test_around", "test_once", "test_times", "test_second_shared", "test_anew", "test_wrap"],
)
def test_fixtures_results_and_statistics_are_what_the_suite_expects(heard, name):
    assert heard[name][-1]["outcome"] == "passed", heard[name][-1]


def test_pedantic_mode_tells_its_settings(heard):
    ready = heard["test_around"][0]
    assert (ready["mode"], ready["setup"], ready["rounds"], ready["iterations"]) == ("pedantic", True, 9, 1)


@pytest.mark.parametrize(
    ("name", "outcome", "message", "released"),
    [
        ("test_twice", "failed", "FixtureAlreadyUsed: Fixture can only be used once.", True),
        ("test_raises", "failed", "ZeroDivisionError: division by zero", False),
        ("test_expected", "passed", "", False),
        ("test_wrong", "failed", "AssertionError: no seven", True),
        ("test_told", "failed", "told so", False),
        ("test_left", "skipped", "not here", True),
        ("test_known", "skipped", "expected to fail: known", True),
        ("test_torn", "failed", "OSError: gone at last", True),
        ("test_broken", "failed", "OSError: gone at first", False),
        ("test_bad_rounds", "failed", "ValueError: Must have positive int for `rounds`.", False),
        ("test_woven", "failed", "ImportError: ", False),
        ("test_async", "failed", "async def functions are not natively supported.", False),
    ],
)
def test_every_end_is_told_in_one_line(heard, name, outcome, message, released):
    done = heard[name][-1]
    assert (done["event"], done["outcome"], done["released"]) == ("done", outcome, released)
    assert done["message"].startswith(message)
    assert "\n" not in done["message"]


def test_a_worker_pins_itself_times_the_controls_and_ends_well_whatever_failed(heard):
    assert heard["cores"] == {"event": "pinned"}
    assert all(message["seconds"] > 0 and message["iterations"] == 20 for message in heard["controls"])
    assert heard["code"] == 0


AT_EXIT = """
import atexit, os, threading, time
from pathlib import Path

class Late:
    def __del__(self):
        os.write(1, b"taken apart")  # as modules are, when the interpreter has all its time

LATE = Late()
LATE.itself = LATE

def slow():
    time.sleep(0.3)
    Path("thread").touch()

def test_a(benchmark):
    atexit.register(Path("exit").touch)
    threading.Thread(target=slow).start()
    if os.fork() == 0:
        os._exit(7)
    assert os.wait()[1] == 7 << 8
    print("printed")
    benchmark(int)
"""


def test_what_waits_for_the_exit_still_happens_and_nothing_is_taken_apart(tmp_path):
    with Worker(suite(tmp_path / "base", {"test_a.py": AT_EXIT}), "-s") as worker:
        worker.hear()
        assert worker.ask("run", test="test_a.py::test_a", next=None)["event"] == "ready"
        assert worker.ask("release")["outcome"] == "passed"
        worker.say("end")
        assert worker.process.wait(60) == 0
    assert (tmp_path / "base" / "exit").exists()
    assert (tmp_path / "base" / "thread").exists()
    assert "printed" in worker.log.read_text()
    assert "taken apart" not in worker.log.read_text()


def test_all_is_collected_where_much_is_new(monkeypatch):
    collected, blocks = [], iter([100, 100, 104, 106, 90, 93, 95, 95])
    monkeypatch.setattr(timing.gc, "collect", lambda generation=2: collected.append(generation))
    monkeypatch.setattr(timing, "allocated", lambda: next(blocks))
    stopwatch = timing.Stopwatch()
    for _ in range(5):  # 104 is little more than 100, 106 much; 90 is left of it, of which 93 is little more, 95 much
        stopwatch.settle()
    assert collected == [2, 1, 2, 1, 2]


def test_all_is_collected_where_nobody_counts_what_is_allocated(monkeypatch):
    collected = []
    monkeypatch.setattr(timing.gc, "collect", lambda generation=2: collected.append(generation))
    monkeypatch.delattr(timing.sys, "getallocatedblocks")
    stopwatch = timing.Stopwatch()
    for _ in range(3):
        stopwatch.settle()
    assert collected == [2, 2, 2]


def test_fewer_files_give_the_same_ids(tmp_path):
    files = json.dumps(["wrap/test_wrap.py"])
    with Worker(suite(tmp_path / "base", FILES), LNTX_DUET_FILES=files) as worker:
        collected = worker.hear()
        assert [test["id"] for test in collected["tests"]] == ["wrap/test_wrap.py::test_wrap"]
        assert not collected["errors"]
        assert worker.orphan() == ORPHANED


def test_code_from_the_users_own_checkout_is_told(tmp_path):
    repository = suite(tmp_path / "repo", {"pkg/__init__.py": ""})
    folder = suite(tmp_path / "base", {"test_a.py": "import pkg\ndef test_a(benchmark): 0\n"})
    paths = os.pathsep.join(map(str, (tmp_path / "base-plugin", repository)))
    with Worker(folder, LNTX_DUET_REPO=str(repository), PYTHONPATH=paths) as worker:
        assert worker.hear()["outside"] == [str(repository / "pkg" / "__init__.py")]


def test_a_usage_error_is_fatal(tmp_path):
    with Worker(suite(tmp_path / "base", {"test_a.py": SUITE}), "nowhere.py") as worker:
        said = worker.hear()
        assert said["event"] == "fatal"
        assert "nowhere.py" in said["message"]


def test_an_exit_is_fatal(tmp_path):
    files = {"conftest.py": "import pytest\ndef pytest_sessionstart():\n    pytest.exit('enough')\n"}
    with Worker(suite(tmp_path / "base", files)) as worker:
        assert worker.hear() == {"event": "fatal", "message": "enough"}


def test_options_of_other_plugins_are_neutralised_where_they_are():
    parsed = argparse.Namespace(numprocesses="auto", dist="load", cov_source=["pkg"], maxfail=1, verbose=3)
    options.neutralise(parsed)
    assert vars(parsed) == {"numprocesses": None, "dist": "no", "cov_source": [], "maxfail": 0, "verbose": 3}


def test_imported_by_its_own_name_the_worker_is_no_part_of_a_session(request):
    assert "lntx.duet.worker" in sys.modules
    assert not request.config.pluginmanager.has_plugin("lntx_duet_plugin")
