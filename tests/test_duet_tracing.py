import pytest
from support.duets import Worker, batch, suite

from lntx.duet.worker.identity.sources import Source

TRACE = {"do": "trace"}

CORE = '''"""A module."""
import pathlib
from functools import lru_cache

LIMIT = 1000
TABLE = {"late": lambda x: x}

def registered(function):
    TABLE[function.__name__] = function
    return function

def helper(x, step=1):
    """Helps."""
    return x + step  # a step

def rare(x):
    return deep(x) - 1

def deep(x):
    return x * 2

def unreached(x):
    return x * 3

@registered
def tabled(x):
    return x * 4

@lru_cache
def loaded():
    return len(pathlib.Path(__file__).with_name("data.json").read_text())

def work(x):
    if x > LIMIT:
        return rare(x)
    return helper(x) + loaded()

class Shape:
    size = 2

    def area(self):
        return self.size

    def __eq__(self, other):
        return self.area() == other.area()

    def unmeasured(self):
        return 5

def lazily(x):
    if x > LIMIT:
        from pkg.late import late
        return late(x)
    return x
'''

FILES = {
    "pkg/__init__.py": "from .core import unreached, work\n",
    "pkg/core.py": CORE,
    "pkg/late.py": "def late(x):\n    return x * 6\n",
    "pkg/data.json": "{}",
    "README.md": "# A project\n",
    "test_a.py": """
import pytest
from pkg import core

def test_work(benchmark):
    benchmark(core.work, 1)

def test_cached(benchmark):
    benchmark(core.work, 2)

def test_shape(benchmark):
    benchmark(core.Shape().area)

def test_lazily(benchmark):
    benchmark(core.lazily, 1)
""",
}
TESTS = ["test_work", "test_cached", "test_shape", "test_lazily"]

PLAIN = {  # changes to what stands inside functions, and the tests that may execute them
    "a comment": ("pkg/core.py", "# a step", "# one step", []),
    "a docstring": ("pkg/core.py", "Helps.", "Helps a lot.", []),
    "a file that nothing reads": ("README.md", "project", "good project", []),
    "a function that nothing reaches": ("pkg/core.py", "return x * 3", "return x * 33", []),
    "a function that nothing names": ("pkg/core.py", "def unreached", "def fresh():\n    pass\n\ndef unreached", []),
    "a method that nothing names": ("pkg/core.py", "return 5", "return 55", []),
    "a function's body": ("pkg/core.py", "x + step", "step + x", ["test_work", "test_cached"]),
    "a path not taken": ("pkg/core.py", "rare(x)\n    return", "deep(x)\n    return", ["test_work", "test_cached"]),
    "a function further along a path not taken": (
        "pkg/core.py",
        "return x * 2",
        "return x * 22",
        ["test_work", "test_cached"],
    ),
    "a function whose result was cached by another test": ("pkg/core.py", "return len(", "return 1 + len(", TESTS[:2]),
    "a function in the project's own table": ("pkg/core.py", "return x * 4", "return x * 44", TESTS),
    "a special method of a class in use": ("pkg/core.py", "self.area() ==", "self.area() is", ["test_shape"]),
    "a module that isn't loaded yet": ("pkg/late.py", "return x * 6", "return x * 66", ["test_lazily"]),
}
SHARED = {  # changes to what runs at import, or is read
    "a constant": ("pkg/core.py", "LIMIT = 1000", "LIMIT = 1001"),
    "a default that is computed": ("pkg/core.py", "step=1", "step=int(1)"),
    "a decorator": ("pkg/core.py", "@lru_cache\n", "@lru_cache(None)\n"),
    "an attribute of a class": ("pkg/core.py", "size = 2", "size = 3"),
    "a file that is read": ("pkg/data.json", "{}", "{ }"),
    "pytest's settings": ("pytest.ini", "[pytest]", "[pytest]\nfilterwarnings = ignore"),
}


def traced(folder, files, **variables):
    """The fingerprints that a worker gives of a suite's tests, by their names."""
    with Worker(suite(folder / "base", files), LNTX_DUET_WATCH="1", **variables) as worker:
        said = {}
        for test in worker.tests():
            _, _, answer, done = worker.run(test, batch(1), TRACE)
            assert (answer["event"], done["outcome"]) == ("traced", "passed"), (answer, done)
            said[test.partition("::")[2]] = answer["code"]
    return said


def changed(files, name, old, new):
    assert old in files[name]
    return files | {name: files[name].replace(old, new, 1)}


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return traced(tmp_path_factory.mktemp("tracing"), FILES | {"pytest.ini": "[pytest]\n"})


def test_a_fingerprint_is_the_same_from_one_worktree_to_the_next(before, tmp_path):
    assert traced(tmp_path, FILES | {"pytest.ini": "[pytest]\n"}) == before
    assert all(code["untraceable"] == [] for code in before.values())


@pytest.mark.parametrize("what", PLAIN)
def test_a_change_inside_functions_counts_for_the_benchmarks_that_may_execute_it(before, tmp_path, what):
    *change, those = PLAIN[what]
    after = traced(tmp_path, changed(FILES | {"pytest.ini": "[pytest]\n"}, *change))
    assert [name for name in TESTS if after[name] != before[name]] == those


@pytest.mark.parametrize("what", SHARED)
def test_a_change_to_what_runs_at_import_counts_for_all(before, tmp_path, what):
    after = traced(tmp_path, changed(FILES | {"pytest.ini": "[pytest]\n"}, *SHARED[what]))
    assert [name for name in TESTS if after[name] == before[name]] == []


def test_a_default_of_a_function_that_is_called_counts(before, tmp_path):
    after = traced(tmp_path, changed(FILES | {"pytest.ini": "[pytest]\n"}, "pkg/core.py", "step=1", "step=2"))
    assert {"test_work", "test_cached"} <= {name for name in TESTS if after[name] != before[name]}


def test_the_times_that_a_watched_test_looks_at_are_those_of_calls_that_nobody_watched(tmp_path):
    text = """
import sys

def test_own(benchmark):
    watched = []
    def work():
        watched.append(sys.gettrace() is not None)
        return 7
    assert benchmark(work) == 7
    assert len(benchmark.stats.stats.data) == 1
    assert watched[-2:] == [False, False]
    assert sys.version_info >= (3, 12) or any(watched)

def test_promised(benchmark):
    calls = []
    assert benchmark.pedantic(lambda: calls.append(1) or 7, rounds=4) == 7
    assert len(calls) == 4

def test_plain(benchmark):
    assert benchmark(lambda: sys.gettrace() is not None) is False
"""
    with Worker(suite(tmp_path / "base", {"test_a.py": text}), LNTX_DUET_WATCH="1") as worker:
        own, promised, plain = worker.tests()
        ends = [worker.run(own, batch(1), batch(1), TRACE)[-1], worker.run(promised, *[batch(1)] * 4)[-1]]
        ends.append(worker.ask("run", test=plain, next=None, plainly=True))
    assert [(one["outcome"], one["message"]) for one in ends] == [("passed", "")] * 3


def test_a_function_on_a_modules_first_line_is_not_executed_by_its_import(tmp_path):
    files = {
        "pkg.py": "def unused(): return 7\n\n\ndef made():\n    return 8\n",
        "test_a.py": "import pkg\n\n\ndef test_first(benchmark):\n    benchmark(pkg.made)\n",
    }
    before, after = (
        traced(tmp_path / name, text) for name, text in (("a", files), ("b", changed(files, "pkg.py", "7", "9")))
    )
    assert after == before


def test_what_the_worker_itself_reads_to_know_the_project_is_no_file_of_its_benchmarks(tmp_path):
    ini = {"pytest.ini": "[pytest]\n", "test_a.py": "def test_first(benchmark):\n    benchmark(int)\n"}
    seen = []
    for number in "12":
        files = {**ini, "pyproject.toml": f"[project]\nname = 'subject'\nversion = '{number}'\n"}
        places = {name: str(tmp_path / number / "base") for name in ("LNTX_DUET_SOURCES", "LNTX_DUET_REPO")}
        seen.append(traced(tmp_path / number, files, **places))
    assert seen[0] == seen[1]


def test_what_a_shared_fixture_executes_counts_for_every_test(tmp_path):
    files = {
        "pkg.py": "def made():\n    return 7\n",
        "test_a.py": """
import pytest
import pkg

@pytest.fixture(scope="module")
def number():
    return pkg.made()

def test_first(benchmark, number):
    benchmark(int, number)

def test_second(benchmark, number):
    benchmark(int, number)
""",
    }
    assert all("pkg.py:made" in code["functions"] for code in traced(tmp_path, files).values())


def test_a_process_or_a_tracer_of_its_own_or_few_calls_make_a_benchmark_untraceable(tmp_path):
    files = {
        "test_a.py": """
import subprocess
import sys

def test_a_few(benchmark):
    calls = []
    def target():
        calls.append(1)
        assert len(calls) < 3, "no more than two"
    benchmark.pedantic(target)

def test_b_process(benchmark):
    benchmark(subprocess.run, [sys.executable, "-c", ""], check=True)

def test_c_tracer(benchmark):
    def target():
        sys.settrace(None)
        if sys.version_info >= (3, 12):
            sys.monitoring.free_tool_id(4)
    benchmark(target)
"""
    }
    said = {name: code["untraceable"] for name, code in traced(tmp_path, files).items()}
    assert said["test_a_few"] == ["AssertionError: no more than two"]
    assert said["test_b_process"][0].startswith("a process was started: ")
    assert "something else traced the code" in said["test_c_tracer"]


def test_a_process_that_multiprocessing_spawns_is_seen(tmp_path):
    files = {
        "test_a.py": """
import math
import multiprocessing

def test_a_plain(benchmark):
    benchmark(math.sqrt, 2)

def test_b_spawned(benchmark):
    def target():
        process = multiprocessing.get_context("spawn").Process(target=math.sqrt, args=(2,))
        process.start()
        process.join()
    benchmark.pedantic(target, rounds=1)
"""
    }
    said = {name: code["untraceable"] for name, code in traced(tmp_path, files).items()}
    assert said["test_a_plain"] == []
    assert said["test_b_spawned"] == ["multiprocessing made a process"]


def test_where_numba_compiles_all_functions_that_are_loaded_count(tmp_path):
    files = {
        "pkg.py": "import numba\n\n@numba.njit\ndef fast(x):\n    return x + 1\n\ndef apart(x):\n    return x\n",
        "test_a.py": "import pkg\n\ndef test_a(benchmark):\n    benchmark(pkg.fast, 1)\n",
    }
    code = traced(tmp_path, files, NUMBA_DISABLE_JIT="1")["test_a"]
    assert {"pkg.py:fast", "pkg.py:apart"} <= set(code["functions"])


def test_a_package_that_is_loaded_from_elsewhere_is_untraceable(tmp_path):
    suite(tmp_path / "elsewhere", {"pkg/__init__.py": ""})
    files = {
        "lib/pkg/__init__.py": "",
        "test_a.py": f"import sys\nsys.path.insert(0, {str(tmp_path / 'elsewhere')!r})\nimport pkg\n\n"
        "def test_a(benchmark):\n    benchmark(int)\n",
    }
    (reason,) = traced(tmp_path, files)["test_a"]["untraceable"]
    assert reason.startswith("pkg was loaded from ")


DEEP = {"chain": " + ".join(["x"] * 2000), "deep": "-" * 5000 + "1", "deeper": "-" * 200_000 + "1"}


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize("place", ["def f():\n    return {}\n", "X = {}\n\ndef f(): pass\n", "class A:\n    y = {}\n"])
def test_code_that_nests_too_deeply_to_be_followed_is_the_same_where_its_text_is(tmp_path, place, deep):
    one, functions = parts(tmp_path, place.format(deep))
    assert functions == {}
    assert parts(tmp_path, place.format(deep))[0] == one
    assert parts(tmp_path, place.format(deep + " + 1"))[0] != one


def parts(tmp_path, text):
    path = tmp_path / "module.py"
    path.write_text(text)
    source = Source("module.py", path)
    return source.skeleton.digest(), {unit.key.partition(":")[2]: unit.digest for unit in source.units}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = -0.0", "x = 0.0"),
        ("class A:\n    x = 1", "class A:\n    x: int = 1"),
        ("@a\ndef f(): 0", "@b\ndef f(): 0"),
        ("def f(x=[]): 0", "def f(x=()): 0"),
        ("f = lambda: 1", "f = lambda: 2"),
        ("import a", "import b"),
        ("def f(): return 1", "def f(): return 2"),
        ("def f(x, y): return x", "def f(y, x): return x"),
        ("def f():\n    def g(): return 1\n    return g", "def f():\n    def g(): return 2\n    return g"),
        (
            "if a:\n    def f(): return 1\nelse:\n    def f(): return 2",
            "if a:\n    def f(): return 1\nelse:\n    def f(): return 3",
        ),
        ("def f(:", "def f(::"),
    ],
)
def test_unlike_code_has_unlike_digests(tmp_path, one, other):
    assert parts(tmp_path, one) != parts(tmp_path, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "\n\nx = (1)  # one"),
        ('def f():\n    """Says."""\n    return 1', "def f(): return 1"),
        ('class A:\n    """Is."""\n    x = 1', 'class A:\n    """Was."""\n    x = 1'),
        ("def f(): return 'a'", 'def f(): return "a"'),
    ],
)
def test_layout_comments_and_docstrings_are_no_code(tmp_path, one, other):
    assert parts(tmp_path, one) == parts(tmp_path, other)
