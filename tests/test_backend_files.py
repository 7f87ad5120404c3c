"""A backend in a file of one's own, named by its path."""

import re
import sys
from pathlib import Path

import pytest
from support.commandline import lntx_says

import lntx
from lntx import storage
from lntx.errors import InputError
from lntx.measure import task
from lntx.measure.session import Session
from lntx.training import backends, user_files

ONE = '''
"""Mine: a loop of my own."""
from lntx.training.backends import find

WORK = "steps"
DEVICES = ("cpu",)

def refuses(problem, recipe, device):
    return None

def prepare(problem, recipe, device):
    return find("numpy").prepare(problem, recipe, device)
'''
SEVERAL = '''
from types import SimpleNamespace
from lntx.training.backends import numpy as theirs

class Fast:
    """Fast: as a class."""
    WORK = "steps"
    DEVICES = ("cpu",)
    def refuses(self, problem, recipe, device):
        return None
    def prepare(self, problem, recipe, device):
        return theirs.prepare(problem, recipe, device)

plain = SimpleNamespace(WORK="steps", DEVICES=("cpu",), refuses=theirs.refuses, prepare=theirs.prepare)
'''
RECIPE = lntx.Recipe(epochs=2)


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    monkeypatch.setattr(backends, "_files", {})


@pytest.fixture
def write(tmp_path):
    def write(text, name="mine.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def test_it_trains_by_its_path_and_is_called_by_its_stem(write):
    path = write(ONE)
    fit = lntx.train(lntx.tutorial(), RECIPE, backend=str(path))
    assert lntx.verify(lntx.tutorial(), RECIPE, backend=str(path)).ok
    assert fit.weights.shape == (1, 3)
    assert lntx.backends()["mine"].label == "Mine: a loop of my own"
    assert backends.files() == (str(path),)


def test_the_command_line_trains_with_it_from_any_folder(write, monkeypatch):
    path = write(ONE)
    monkeypatch.chdir(path.parent)
    said = lntx_says("train", "--backend", "./mine.py", "--epochs", 2, "--json")
    assert said.code == 0, said.err
    assert said.json["backend"] == "mine"
    assert said.json["agreement"]["ok"]


def test_one_of_several_is_chosen_by_name_and_all_by_a_star(write):
    path = write(SEVERAL)
    assert backends.find(f"{path}:Fast").label == "Fast: as a class"
    assert backends.find(f"{path}:plain").label == "mine:plain"
    assert sorted(backends.chosen([f"{path}:*"])) == ["mine:Fast", "mine:plain"]
    assert lntx.train(lntx.tutorial(), RECIPE, backend=f"{path}:Fast")
    with pytest.raises(InputError, match=r"mine.py holds several backends; choose by mine.py:Fast or mine.py:plain"):
        backends.find(str(path))


def test_the_only_object_needs_no_name_and_variants_are_found(write):
    path = write(SEVERAL.partition("plain =")[0] + "    VARIANTS = {}\n")
    assert backends.find(str(path)).name == "mine:Fast"
    varied = write(
        ONE.replace(
            "def prepare(problem, recipe, device):",
            "VARIANTS = {'slow': 'Slower'}\ndef prepare(problem, recipe, device, variant=None):",
        )
    )
    assert backends.find(f"{varied}:slow").label == "Slower"
    assert sorted(backends.chosen([f"{varied}:*"])) == ["mine", "mine:slow"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\n", "mine.py holds no backend: a backend has a docstring, WORK, refuses and prepare"),
        (ONE.replace("def refuses", "def refuse"), "mine.py holds no backend: it has WORK and prepare, but no refuses"),
        (ONE.replace('"steps"', '"magic"'), "mine.py is no backend: its WORK is 'magic', not one of steps, algebra, solution"),
        ("import nothing_of_that_name\n", "mine.py, line 1 fails when it is imported: ModuleNotFoundError"),
        ("\n\ndef f():\n    return 1 / 0\nf()\n", "mine.py, line 4 fails when it is imported: ZeroDivisionError"),
        ("\ndef broken(:\n", "mine.py, line 2 fails when it is imported: SyntaxError"),
        ("raise SystemExit(3)\n", "mine.py, line 1 fails when it is imported: SystemExit: 3"),
        ("x = 1\0\n", "mine.py fails when it is imported: "),
        (SEVERAL.replace("class Fast:", "class Fast:\n    def __init__(self, lr): ...\n").partition("plain")[0],
         "mine.py: the backend Fast can't be made: TypeError"),
    ],
)  # fmt: skip
def test_a_file_without_a_backend_is_refused_in_a_line(write, text, says):
    path = write(text)
    for command in ("train", "verify", "bench"):
        said = lntx_says(command, "--backend", path)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert says in said.err
    assert backends.files() == ()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone.py", "can't read"),
        ("mine.py:slow", "mine.py has no backend 'slow'; there are: mine"),
        ("eager.py", "a backend of lntx's own is called eager; give the file another name"),
        ("a file.py", "a file.py can't be imported: call it by letters, digits, _ and - alone"),
        ("folder.py", "it is a folder"),
    ],
)
def test_a_path_that_names_no_backend_is_refused_in_a_line(write, tmp_path, name, says):
    (tmp_path / "folder.py").mkdir()
    for file in ("mine.py", "eager.py", "a file.py"):
        write(ONE, file)
    with pytest.raises(InputError, match=re.escape(says)):
        backends.find(str(tmp_path / name))


def test_two_files_of_one_name_are_refused(write):
    one, other = write(ONE), write(ONE, "other/mine.py")
    said = lntx_says("bench", "--backend", one, "--backend", other)
    assert (said.code, said.err) == (2, "lntx: two files are called mine.py; give one of them another name\n")


def test_another_process_is_told_of_the_file(write):
    path = write(ONE)
    order = task.dumps(task.Task(backends=("mine",), backend_files=(str(path),)))
    assert Session(task.loads(order)).places() == [("mine", "cpu")]


def test_a_file_finds_its_neighbours_and_the_path_is_left_in_order(write, tmp_path):
    write("FACTOR = 3\n", "my_own_helper.py")
    before = list(sys.path)
    module = user_files.imported(write("import my_own_helper\nFACTOR = my_own_helper.FACTOR\n"))
    assert module.FACTOR == 3
    assert sys.path == [*before, str(tmp_path)]
    assert user_files.imported(tmp_path / "mine.py") is module
    assert user_files.imported(write("FACTOR = 4\n")).FACTOR == 4
    sys.path.remove(str(tmp_path))


def test_files_of_two_folders_have_neighbours_of_one_name(write, tmp_path):
    files = []
    for number in (1, 2):
        write(f"FACTOR = {number}\n", f"{number}/my_namesake.py")
        files.append(write("from my_namesake import FACTOR\n", f"{number}/mine{number}.py"))
    assert [user_files.imported(file).FACTOR for file in files] == [1, 2]
    link = tmp_path / "linked.py"
    link.symlink_to(files[0])
    assert user_files.imported(link).FACTOR == 1


def test_what_lntx_says_of_a_line_in_a_file_names_the_line(write):
    path = write("import lntx\n\nlntx.Recipe(lr=-1)\n")
    with pytest.raises(InputError, match=r"^mine\.py, line 3: lr "):
        user_files.imported(path)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a/b.py", ("a/b.py", "")), ("b.py:c", ("b.py", "c")), ("b.py:c:d", ("b.py", "c:d")),
     ("manual", None), ("b.pyc", None), ("compiled:*", None)],
)  # fmt: skip
def test_what_names_a_file(text, wanted):
    found = user_files.named(text)
    assert found == (wanted and (Path(wanted[0]).absolute(), wanted[1]))


@pytest.mark.end_to_end
def test_it_is_verified_and_measured_in_processes_of_its_own(write, tmp_path, monkeypatch):
    path = write(ONE)
    monkeypatch.chdir(tmp_path)
    said = lntx_says("verify", "--backend", path, "--json")
    assert said.code == 0, said.err
    assert {row["backend"] for row in said.json} == {"mine"}
    out = tmp_path / "out"
    said = lntx_says("bench", "--profile", "smoke", "--suite", "tutorial", "--backend", path, "-o", out)
    assert said.code == 0, said.err
    study = storage.read(out / "study.json")
    assert [record.cell.backend for record in study.records] == ["mine"]
    assert "--backend mine.py" in study.about["command"]
    assert str(tmp_path) not in (out / "study.json").read_text()
    wrong = write(ONE.replace("return find", "recipe = recipe.but(lr=2 * recipe.lr)\n    return find"))
    assert lntx_says("verify", "--backend", wrong).code == 12
    assert lntx_says("bench", "--profile", "smoke", "--suite", "tutorial", "--backend", wrong, "-o", out).code == 12
