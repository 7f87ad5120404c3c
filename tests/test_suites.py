"""Suites of one's own: what is found, what a plain pytest run makes of them, and what lntx bench and gate do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commandline import lntx_says
from support.repositories import commit, repository

import lntx
from lntx import storage
from lntx.errors import InputError
from lntx.measure import suites
from lntx.measure.plan import Axis
from lntx.measure.points import in_words, of_axis
from lntx.measure.request import StudyRequest
from lntx.measure.teller import last_line

SUITE = '''
"""How does the time grow with the features?"""
import lntx
from sizes import SAMPLES

AXIS = lntx.Axis("features", (2, 3))

def test_growth(measure, features):
    measure(lntx.synthetic(samples=SAMPLES, features=features), lntx.Recipe(lr=0.1, epochs=3, batch_size=None))
'''
OTHERS = """
import sys

def test_nothing_heavy_is_loaded():
    assert "torch" not in sys.modules

def test_a_benchmark_of_ones_own(benchmark):
    benchmark(sum, range(10))
"""
CONFTEST = 'pytest_plugins = ["lntx.measure.plugin"]\n'


@pytest.fixture
def folder(tmp_path):
    """A folder with a suite, a helper beside it, and other tests."""
    place = tmp_path / "studies"
    (place / "inner").mkdir(parents=True)
    (place / "sizes.py").write_text("SAMPLES = 8\n")
    (place / "test_growth.py").write_text(SUITE)
    (place / "inner" / "growth_test.py").write_text(SUITE.replace("from sizes import SAMPLES", "SAMPLES = 9"))
    (place / "test_others.py").write_text(OTHERS)
    (place / ".hidden").mkdir()
    (place / ".hidden" / "test_measure.py").write_text(SUITE)
    (place / "conftest.py").write_text(CONFTEST)
    return place


def test_a_folder_is_searched_for_suites(folder):
    found = suites.suites([str(folder)])
    assert [file.relative_to(folder).as_posix() for file in found.files] == ["test_growth.py", "inner/growth_test.py"]
    assert (found.root, found.own) == (folder, False)
    assert suites.suites([str(folder)], ["inner/growth"]).files == (folder / "inner" / "growth_test.py",)
    several = suites.suites([str(folder / "test_growth.py"), str(folder / "inner")])
    assert several.root == folder


def test_lntx_s_own_are_the_default():
    found = suites.suites()
    assert found.own
    assert {"test_tutorial.py", "test_samples.py"} <= {file.name for file in found.files}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("nowhere", "there is no file and no folder"),
        ("gone.py", "there is no file and no folder"),
        ("empty", "no suite lies in"),
        ("notes.txt", "is no suite: one is a file of Python"),
        ("broken.py", "broken.py, line 1 is no Python"),
        ("deep.py", "deep.py nests too deeply"),
        ("deeper.py", "deeper.py nests too deeply"),
    ],
)
def test_a_path_without_a_suite_is_refused_in_a_line(tmp_path, monkeypatch, path, says):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("notes.txt").touch()
    Path("broken.py").write_text("def test_(measure:\n")
    Path("deep.py").write_text(f"measure = {'-' * 5000}1\n")
    Path("deeper.py").write_text(f"measure = {'-' * 200_000}1\n")
    said = lntx_says("bench", path)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said.err
    assert says in said.err
    assert not Path("results").exists()


def test_a_suite_that_is_not_there_is_refused_by_those_that_are(folder):
    with pytest.raises(InputError, match="no suite is called 'growht'; did you mean growth"):
        suites.suites([str(folder)], ["growht"])
    said = lntx_says("bench", folder, "--axis", "width=3")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--axis is for a file with a loop" in said.err


def test_two_files_of_one_name_are_refused_and_one_that_is_named_twice_is_measured_once(tmp_path):
    files = [tmp_path / folder / "mine.py" for folder in ("one", "two")]
    for file in files:
        file.parent.mkdir()
        file.write_text("x = 1\n")
    assert StudyRequest(out=tmp_path, paths=(str(files[0]),) * 2).loop_files == (str(files[0]),)
    said = lntx_says("bench", *files)
    assert (said.code, said.err) == (2, "lntx: two files are called mine.py; give one of them another name\n")


@pytest.mark.parametrize("text", ["width", "=3", "width=", "width=3,,4", "a b=3"])
def test_an_axis_is_a_name_and_values(text):
    assert "--axis must be like width=64,256" in lntx_says("bench", "x.py", "--axis", text).err


def test_an_axis_may_leave_profiles_to_the_smaller_ones():
    same = Axis("width", (16, 64))
    assert [same.values(name) for name in ("smoke", "regular", "wide", "large", "gate")] == [(16, 64)] * 5
    grown = lntx.Axis("width", (16,), large=(16, 64))
    assert [grown.values(name) for name in ("smoke", "regular", "wide")] == [(16,), (16,), (16, 64)]
    assert lntx.Axis("width", (16,), regular=()).values("regular") == ()


@pytest.mark.parametrize(
    ("value", "wanted"), [(3, 3), (0.5, 0.5), (None, "full"), ((100, 64), "100x64"), ("gelu", "gelu"), (True, "True")]
)
def test_a_place_on_an_axis_is_a_number_or_words(value, wanted):
    assert of_axis(value) == wanted
    assert in_words(value) == str(wanted)


def test_the_line_that_tells_most():
    assert (
        last_line("x\nE   ModuleNotFoundError: No module named 'a'\nlast") == "ModuleNotFoundError: No module named 'a'"
    )
    assert last_line("E   lntx.errors.InputError: no, not so") == "no, not so"
    assert last_line("") == ""


def pytest_in(folder, *options):
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}  # xdist's among them
    env = {
        **own,
        "PYTHONPATH": os.pathsep.join([str(Path(lntx.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300)


def test_other_tests_of_a_project_are_left_alone_and_load_nothing(folder):
    done = pytest_in(folder, "test_others.py", "--benchmark-json=out.json")
    assert done.returncode == 0, done.stdout + done.stderr
    study = storage.read(folder / "out.json")
    assert [record.cell for record in study.records] == [None]
    assert "lntx" not in (folder / "out.json").read_text()


@pytest.mark.end_to_end
def test_a_plain_run_measures_beside_other_tests(folder):
    done = pytest_in(
        folder,
        "test_others.py",
        "test_growth.py",
        "-k",
        "not heavy",
        "--lntx-backend=numpy",
        "--benchmark-json=out.json",
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    study = storage.read(folder / "out.json")
    cells = [record.cell for record in study.records if record.cell]
    assert [(cell.suite, cell.axis, cell.value, cell.parameters) for cell in cells] == [
        ("growth", "features", 2, 3),
        ("growth", "features", 3, 4),
    ]


@pytest.mark.end_to_end
def test_lntx_bench_drives_a_folder_as_its_own(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = lntx_says("bench", "studies", "--profile", "smoke", "--backend", "numpy", "-o", "out")
    assert said.code == 0, said.err
    study = storage.read(tmp_path / "out" / "study.json")
    assert {(record.cell.suite, record.cell.value, record.cell.samples) for record in study.records} == {
        ("growth", 2, 8),
        ("growth", 3, 8),
        ("inner/growth", 2, 9),
        ("inner/growth", 3, 9),
    }
    assert study.about["command"].startswith("lntx bench studies --profile smoke")
    (folder / "test_growth.py").write_text(SUITE.replace("(2, 3)", "(2, 3, 4)"))
    assert "was begun with another" in lntx_says("bench", "--resume", "-o", "out").err


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import nothing_of_that_name\ndef test_a(measure): ...\n", "No module named 'nothing_of_that_name'"),
        ("def test_a(measure):\n    raise ValueError('too small')\n", "ValueError: too small"),
        ("AXIS = 3\ndef test_a(measure): ...\n", "AXIS must be an axis, such as lntx.Axis('width', (64, 256)), not 3"),
        ("def test_a(measure):\n    measure(3)\n", "measure takes a problem and a recipe"),
        ("def test_a(measure): ...\n", "there is nothing to measure: no test of the suites measures anything"),
        ("import pytest\ndef test_a(measure):\n    pytest.skip('not here')\n", "there is nothing to measure: not here"),
    ],
)
def test_a_suite_that_cant_be_measured_is_named_in_a_line(tmp_path, text, says):
    (tmp_path / "test_mine.py").write_text(text)
    said = lntx_says(
        "bench", tmp_path / "test_mine.py", "--profile", "smoke", "--backend", "numpy", "-o", tmp_path / "out"
    )
    assert (said.code, said.out) == (2, "")
    last = said.err.splitlines()[-1]
    assert says in last
    assert "nothing to measure" in last or "test_mine.py" in last


MINE = '''
"""Mine: by hand."""
from lntx.training.backends import find
WORK = "steps"
DEVICES = ("cpu",)

def refuses(problem, recipe, device):
    return None

def prepare(problem, recipe, device):
    return find("numpy").prepare(problem, recipe, device)
'''


@pytest.mark.end_to_end
def test_a_gate_of_such_a_suite_finds_weights_that_disagree(tmp_path, monkeypatch):
    files = {
        "bench/conftest.py": CONFTEST,
        "bench/test_mine.py": "import lntx\n\ndef test_mine(measure):\n"
        "    measure(lntx.tutorial(), lntx.Recipe(epochs=1000))\n",
        "mine.py": MINE,
    }
    repo = repository(tmp_path / "repo", files)
    commit(repo, {"mine.py": MINE.replace("return find", "recipe = recipe.but(lr=1.001 * recipe.lr)\n    return find")})
    monkeypatch.chdir(repo)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    gate = ("gate", "HEAD~1", "--pairs", 4, "--json", "--", "bench", "--lntx-backend=mine.py", "-p", "no:randomly")
    said = lntx_says(*gate)
    assert said.code == 12, said.err
    (found,) = said.json["benchmarks"]
    assert found["verdict"] == "disagrees"
    commit(repo, {"mine.py": MINE})
    assert lntx_says(*("gate", "HEAD", *gate[2:])).code in {0, 13}
