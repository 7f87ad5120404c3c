"""Ways by which the same code comes to run differently: places of functions, objects of other classes, modules loaded early."""

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from types import ModuleType

import pytest
from test_duet_tracing import changed, traced

from lntx.duet.worker.identity import unseen
from lntx.duet.worker.identity.skeleton import Skeleton
from lntx.duet.worker.identity.sources import Source


def skeleton(folder, text, reached=frozenset()):
    path = folder / "module.py"
    path.write_text(text)
    return Source("module.py", path).skeleton.digest(reached)


F, G = "def f(): return 1\n", "def g(): return 2\n"
PLACES = {
    "a star import": ("from math import *\n", F),
    "an import of that name": ("from pkg import other as f\n", F),
    "an assignment": ("f = int\n", F),
    "a loop's variable": ("for f in (int, str): pass\n", F),
    "a handler": ("try:\n    from fast import f\nexcept ImportError:\n    pass\n", F),
    "one inside a condition": ("if True:\n    def f(): return 2\n", F),
    "what a function declares global": ("def bind():\n    global f\n    f = int\n\nbind()\n", F),
    "its use": ("kept = [f]\n", F),
    "its name as a string": ("kept = {'f': 1}\n", F),
    "globals": ("globals().update(f=int)\n", F),
    "exec": ("exec('f = int')\n", F),
    "a look through all names": ("kept = list(vars())\n", F),
    "the module itself": ("import sys\nsetattr(sys.modules[__name__], 'F'.lower(), int)\n", F),
}


@pytest.mark.parametrize("what", PLACES)
def test_a_function_keeps_its_place_where_something_else_may_bind_or_meet_its_name(tmp_path, what):
    other, function = PLACES[what]
    assert skeleton(tmp_path, other + function) != skeleton(tmp_path, function + other)


@pytest.mark.parametrize("first", ["x = 1\n", "import math\n", "class A: pass\n", G])
def test_the_place_of_a_function_that_nothing_else_names_counts_only_where_it_is_reached(tmp_path, first):
    one, other = first + F, F + first
    assert skeleton(tmp_path, one) == skeleton(tmp_path, other) == skeleton(tmp_path, first)
    assert skeleton(tmp_path, one, {"f", "g"}) != skeleton(tmp_path, other, {"f", "g"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def a(self): 0\n def b(self): 1", "def b(self): 1\n def a(self): 0"),
        ("def a(self): 0\n a = 1", "a = 1\n def a(self): 0"),
        ("if x:\n  def a(self): 0\n  b = a", "if x:\n  b = a\n  def a(self): 0"),
    ],
)
def test_the_order_of_a_classs_methods_counts(tmp_path, one, other):
    assert skeleton(tmp_path, f"class A:\n {one}\n") != skeleton(tmp_path, f"class A:\n {other}\n")


def test_a_skeleton_knows_no_function_by_a_statement_that_somebody_may_write(tmp_path):
    written = skeleton(tmp_path, "class A:\n    a\n")
    assert written != skeleton(tmp_path, "class A:\n    def a(self): 0\n")
    assert issubclass(type(Source("module.py", tmp_path / "module.py").skeleton), Skeleton)


SHAPES = {
    "shapes.py": """
class Square:
    def area(self):
        return 1

class Circle:
    def area(self):
        return rounded(3)

def rounded(x):
    return x * 1

def apart(x):
    return x + 1

def helper(x):
    return x
""",
    "tools.py": "def apart(x):\n    return x + 7\n",
    "test_a.py": """
import shapes

FIRST = [shapes.Square()] * 40 + [shapes.Circle()]

def test_sum(benchmark):
    left = iter(FIRST * 100)
    def work():
        return next(left).area()
    benchmark(work)

def test_module(benchmark):
    import tools
    def work():
        return shapes.apart(3)
    benchmark(work)
""",
}
METHODS = {
    "a method of a class not seen yet": ("shapes.py", "rounded(3)", "rounded(3.0)", ["test_sum"]),
    "what that calls": ("shapes.py", "x * 1", "x * 11", ["test_sum"]),
    "a function of a module": ("shapes.py", "x + 1", "x + 11", ["test_module"]),
    "another module's of that name": ("tools.py", "x + 7", "x + 77", []),
    "a function that nothing names": ("shapes.py", "    return x\n", "    return x + 0\n", []),
}


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    return traced(tmp_path_factory.mktemp("reach"), SHAPES)


@pytest.mark.parametrize("what", METHODS)
def test_of_a_method_each_of_its_name_counts_and_of_a_modules_function_what_was_seen(shapes, tmp_path, what):
    *change, those = METHODS[what]
    after = traced(tmp_path, changed(SHAPES, *change))
    assert [name for name in after if after[name] != shapes[name]] == those


def test_of_a_module_that_was_loaded_before_the_watch_all_counts(tmp_path):
    files = {
        "pytest.ini": "[pytest]\naddopts = -p pkg.plugin\n",
        "pkg/__init__.py": "SIZES = []\n\ndef _grow(n):\n    SIZES.extend([1] * n)\n\n_grow(9)\n",
        "pkg/plugin.py": "import pkg\n",
        "pkg/late.py": "def late():\n    return 1\n\ndef never():\n    return 2\n",
        "test_a.py": "import pkg.late\n\ndef test_sizes(benchmark):\n    benchmark(sum, pkg.SIZES)\n",
    }
    code = traced(tmp_path / "a", files)["test_sizes"]
    assert "pkg/__init__.py:_grow" in code["functions"]
    assert "pkg/late.py:never" not in code["functions"]
    assert [reason for reason in code["unseen"] if "before" in reason] == [
        f"pkg/{name}.py was loaded before the watch began" for name in ("__init__", "plugin")
    ]
    after = traced(tmp_path / "b", changed(files, "pkg/__init__.py", "[1] * n", "[1] * n * n"))["test_sizes"]
    assert after["functions"] != code["functions"]


def test_compiled_libraries_that_may_open_files_are_named(monkeypatch):
    def loaded(name, file):
        module = ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)

    ending = EXTENSION_SUFFIXES[0]
    before = set(unseen.libraries())
    loaded("reader.inner", f"/site/reader/inner{ending}")
    loaded("plain", "/site/plain.py")
    loaded("numpy.inner", f"/site/numpy/inner{ending}")
    loaded("_bisect", f"/lib/_bisect{ending}")
    assert set(unseen.libraries()) - before == {"reader"}


ASKED = {
    "pkg/__init__.py": "import os\nHERE = os.path.dirname(__file__)\n\n"
    "def there(name):\n    return os.path.exists(os.path.join(HERE, name))\n",
    "pkg/size.csv": "1",
    "pkg/other.csv": "1",
    "test_a.py": "import pkg\n\ndef test_there(benchmark):\n    benchmark(pkg.there, 'sub/slow.flag')\n"
    "    pkg.os.stat('pkg/size.csv')\n",
}


@pytest.mark.parametrize(
    ("files", "same"),
    [
        ({"pkg/sub/slow.flag": ""}, False),
        ({"pkg/size.csv": "12"}, False),
        ({"pkg/other.csv": "12"}, True),
        ({"pkg/sub/quick.flag": ""}, True),
    ],
)
def test_a_file_whose_name_stands_in_the_code_counts_though_nobody_opens_it(tmp_path, files, same):
    assert (traced(tmp_path / "a", ASKED) == traced(tmp_path / "b", ASKED | files)) is same


TABLES = """
import atexit

def quick(x): return x + 1
def added(x): return x + 2
def looped(x): return x + 3
def listed(x): return x + 4
def chosen(x): return x + 5
def nobody(x): return x + 6
def slots(x): return x + 7

WAYS = {}
WAYS["quick"] = quick
WAYS.update(added=added)
for way in (looped,):
    WAYS[way.__name__] = way

class Ways:
    __slots__ = ("slots",)
    both = [listed]

try:
    LAST = chosen
except NameError:
    LAST = None

def work(x):
    return WAYS["quick" if x < 100 else input()](x)
"""


PASSING = {
    "pkg.py": TABLES,
    "test_a.py": "import pkg\n\ndef test_work(benchmark):\n    benchmark(pkg.work, 1)\n",
}


@pytest.fixture(scope="module")
def passing(tmp_path_factory):
    return traced(tmp_path_factory.mktemp("passing"), PASSING)


@pytest.mark.parametrize("number", range(2, 8))
def test_functions_that_an_import_puts_somewhere_count(passing, tmp_path, number):
    after = traced(tmp_path, changed(PASSING, "pkg.py", f"x + {number}", f"x + {number}0"))
    assert (passing == after) is (number >= 6)
