"""asv's suites: their time_ functions are served as benchmarks are, without asv."""

import pytest
from support.duets import Worker, batch, suite

PLAIN = """
from . import parameterized
import sorting

def time_plain():
    sorting.sort([3, 1, 2])

def track_length():
    return 7

def timeraw_import():
    return "import json"

def _time_private():
    raise ValueError

def time_absent():
    pass

def refuse():
    raise NotImplementedError("needs a GPU")

time_absent.setup = refuse

class _Base:
    def time_hidden(self):
        raise ValueError

class Suite:
    params = ([1, 2], ["a", "b/c"])
    param_names = ["n", "text"]

    def setup(self, n, text):
        self.made = (n, text)

    def time_made(self, n, text):
        assert self.made == (n, text)

    def peakmem_made(self, n, text):
        return self.made

class Single:
    params = [object(), len, 5]

    def time_one(self, value):
        assert value is not None

class Cached:
    number = 1

    def setup_cache(self):
        with open("made.txt", "a") as file:
            file.write("x")
        return [0]

    def setup(self, box):
        self.left = [1]

    def time_once(self, box):
        assert self.left.pop() == 1
        box.append(1)

    def teardown(self, box):
        assert self.left == []

    def time_again(self, box):
        assert box == [0]
        self.left.clear()

class Strict:
    def __init__(self):
        self.number = 0

    def Setup(self):
        self.ready = True

    def time_ready(self):
        assert self.ready

    def time_wrong(self):
        assert not self.ready, "it was ready"

@parameterized(["n"], ([4],))
class Decorated:
    def time_n(self, n):
        assert n == 4

    def mem_n(self, n):
        return n

def time_marked():
    pass

time_marked.skip_benchmark = True

def time_params(n):
    assert n != 2

time_params.params = [1, 2]
time_params.skip_params = [(2,)]
"""
STAGED = """
STATE = []

def setup():
    STATE.append("module")

def teardown():
    STATE.clear()

def time_set_up():
    assert STATE == ["module"]

class Both:
    def setup(self):
        STATE.append("class")

    def time_both(self):
        assert STATE == ["module", "class"]
"""
INIT = """
def parameterized(names, params):
    def decorate(found):
        found.param_names, found.params = names, params
        return found
    return decorate

def time_in_the_package():
    pass
"""
FILES = {
    "pytest.ini": "[pytest]\nfilterwarnings = error\n",
    "sorting.py": "def sort(values):\n    return sorted(values)\n",
    "perf/benchmarks/__init__.py": INIT,
    "perf/benchmarks/plain.py": PLAIN,
    "perf/benchmarks/staged.py": STAGED,
    "perf/benchmarks/deeper/__init__.py": "",
    "perf/benchmarks/deeper/more.py": "from ..plain import Strict\n\ndef time_deeper():\n    pass\n",
    "perf/benchmarks/not-a-module.py": "raise ValueError\n",
    "test_beside.py": "def test_beside(benchmark):\n    benchmark(int)\n",
}


def run(folder, *arguments):
    """Collect and run all; what was collected, and what is said of each."""
    with Worker(folder, *arguments, LNTX_DUET_ASV="perf/benchmarks") as worker:
        collected = worker.hear()
        names = [test["id"] for test in collected["tests"]]
        found = {name.partition("benchmarks/")[2]: worker.run(name, batch(1), batch(4)) for name in names}
        assert worker.end() == 0
    return collected, found


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = suite(tmp_path_factory.mktemp("asv") / "suite", FILES)
    return folder, *run(folder, "perf/benchmarks")


@pytest.fixture
def heard(played):
    return played[2]


SERVED = [
    "__init__.py::time_in_the_package",
    "deeper/more.py::time_deeper",
    "deeper/more.py::Strict::time_ready",
    "plain.py::time_plain",
    "staged.py::time_set_up",
    "staged.py::Both::time_both",
    "plain.py::Suite::time_made[1-a]",
    "plain.py::Suite::time_made[1-b/c]",
    "plain.py::Suite::time_made[2-a]",
    "plain.py::Suite::time_made[2-b/c]",
    "plain.py::Single::time_one[<object object>]",
    "plain.py::Single::time_one[<built-in function len>]",
    "plain.py::Single::time_one[5]",
    "plain.py::Cached::time_once",
    "plain.py::Cached::time_again",
    "plain.py::Strict::time_ready",
    "plain.py::Decorated::time_n[4]",
    "plain.py::time_params[1]",
]


@pytest.mark.parametrize("name", SERVED)
def test_each_function_and_each_combination_of_parameters_is_served_batches(heard, name):
    assert heard[name][-1]["outcome"] == "passed", heard[name][-1]
    assert [said["iterations"] for said in heard[name] if said["event"] == "batch"] == [1, 4]


def test_a_function_that_may_be_called_once_for_each_setup_is_set_up_for_each_call(heard):
    assert heard["plain.py::Cached::time_once"][0]["setup"]
    assert not heard["plain.py::time_plain"][0]["setup"]


def test_a_cache_is_made_once_in_a_process_and_each_benchmark_has_a_copy(played):
    assert (played[0] / "made.txt").read_text() == "x"


def test_what_has_no_time_is_named_and_so_is_what_skips_itself(heard):
    said = {name: heard[name][-1]["message"] for name in heard if heard[name][-1]["outcome"] == "skipped"}
    assert said == {
        "plain.py::Suite::peakmem_made": "asv's peakmem_ benchmarks have no time to compare",
        "plain.py::track_length": "asv's track_ benchmarks have no time to compare",
        "plain.py::timeraw_import": "asv's timeraw_ benchmarks have no time to compare",
        "plain.py::Decorated::mem_n": "asv's mem_ benchmarks have no time to compare",
        "plain.py::time_absent": "its setup skips it: needs a GPU",
    }


def test_an_assertion_fails_in_its_own_words(heard):
    wrong = {name for name in heard if heard[name][-1]["outcome"] == "failed"}
    assert wrong == {"plain.py::Strict::time_wrong", "deeper/more.py::Strict::time_wrong"}
    assert "it was ready" in heard["plain.py::Strict::time_wrong"][-1]["message"]


def test_nothing_else_is_collected(heard):
    assert len(heard) == len(SERVED) + 5 + 2


def test_two_processes_give_the_same_names(played):
    with Worker(played[0], "perf/benchmarks", LNTX_DUET_ASV="perf/benchmarks", PYTHONHASHSEED="7") as worker:
        assert worker.tests() == [test["id"] for test in played[1]["tests"]]


def test_a_file_that_cannot_be_imported_is_told_with_its_error(tmp_path):
    folder = suite(tmp_path / "suite", {**FILES, "perf/benchmarks/broken.py": "import nowhere_at_all\n"})
    with Worker(folder, "perf/benchmarks", LNTX_DUET_ASV="perf/benchmarks") as worker:
        errors = worker.hear()["errors"]
    assert [error["id"] for error in errors] == ["perf/benchmarks/broken.py"]
    assert errors[0]["message"] == "ModuleNotFoundError: No module named 'nowhere_at_all'"


def test_pytests_own_benchmarks_and_asvs_are_collected_side_by_side(tmp_path):
    with Worker(suite(tmp_path / "suite", FILES), ".", LNTX_DUET_ASV="perf/benchmarks") as worker:
        found = worker.tests()
    assert "test_beside.py::test_beside" in found
    assert "perf/benchmarks/plain.py::time_plain" in found
