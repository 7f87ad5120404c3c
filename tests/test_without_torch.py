"""The gate, compare and report are for any project: they run where nothing is installed but what `pip install lntx` brings."""

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from support.repositories import commit, repository

TRAINING = ("torch", "numba", "safetensors", "scipy", "triton", "sklearn", "ruptures")
DRAWING = ("matplotlib", "seaborn", "PIL", "fontTools")
SITE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""
CODE = "def total(n):\n    return sum(range(n))\n"
SUITE = "import subject\n\ndef test_total(benchmark):\n    assert benchmark(subject.total, 10) == 45\n"
COMMANDS = ["train", "predict", "backends", "verify", "bench", "new", "report", "compare", "gate", "doctor", "schema"]
TRAINS = {
    "train": ("--epochs", 1, "--save", "model.safetensors"),
    "predict": ("model.safetensors", 1, 1, 1),
    "backends": ("--json",),
    "verify": (),
    "bench": ("--profile", "smoke", "-o", "results"),
}


@pytest.fixture
def run(tmp_path):
    """Run Python in a process from which some modules are absent, by default those that nothing but training needs."""

    def run(*arguments, absent=(*TRAINING, *DRAWING), folder=tmp_path):
        site, own = tmp_path / "site", tmp_path / "tmp"
        site.mkdir(exist_ok=True)
        own.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(SITE.format(absent=absent))
        paths = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        env = {**os.environ, "PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "", "TMPDIR": str(own)}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def said(run):
    """Run a command of lntx's there."""
    return lambda *arguments, **where: run("-m", "lntx", *arguments, **where)


@pytest.fixture
def stored(tmp_path):
    """Write a file as pytest-benchmark does."""

    def write(name, factor=1.0):
        rounds = [factor * seconds for seconds in (1.0, 1.01, 1.02, 1.05, 1.3)]
        path = tmp_path / name
        path.write_text(json.dumps({"benchmarks": [{"fullname": "test_a.py::test_a", "stats": {"data": rounds}}]}))
        return path

    return write


def test_they_are_absent(run):
    for name in (*TRAINING, *DRAWING):
        assert f"No module named '{name}'" in run("-c", f"import {name}").stderr


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_its_help(said, command):
    done = said(*filter(None, [command]), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert command in done.stdout


@pytest.mark.parametrize("command", TRAINS)
def test_what_trains_says_in_a_line_what_to_install(said, tmp_path, command):
    before = sorted(path.name for path in tmp_path.iterdir())
    done = said(command, *TRAINS[command])
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        f"lntx: lntx {command} needs torch, numba, safetensors and scipy, which are not installed here"
    )
    assert "pip install 'lntx[train]'" in line
    assert sorted(path.name for path in tmp_path.iterdir() if path.name not in {"site", "tmp"}) == before


def test_what_a_training_does_not_need_may_be_missing_and_is_named_where_it_does(said, tmp_path):
    if not all(map(find_spec, ("torch", "numba", "scipy"))):
        pytest.skip("this environment hasn't got the others either")
    ask = ("train", "--backend", "manual", "--epochs", 1)
    assert said(*ask, absent=("safetensors", "numba")).returncode == 0
    done = said(*ask, "--save", "model.safetensors", absent=("safetensors",))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("lntx: lntx train needs safetensors, which is not installed here")
    assert not (tmp_path / "model.safetensors").exists()


def test_a_model_is_neither_saved_nor_loaded_without_what_holds_it_and_that_is_said_in_a_line(monkeypatch, tmp_path):
    torch = pytest.importorskip("torch")
    import lntx  # noqa: PLC0415  (this file's other tests run it elsewhere)

    model = lntx.LNTXModel.of(torch.ones(1, 2), torch.ones(1))
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.torch", None)
    for act in (model.save, lntx.load):
        with pytest.raises(
            lntx.MissingExtra, match=r"model needs safetensors, which is not installed here: pip install"
        ):
            act(tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["train", "verify", "Fit", "load", "backends"])
def test_names_that_train_raise_an_import_error_that_says_so(run, name):
    program = f"""
import lntx
try:
    lntx.{name}
except ImportError as error:
    assert isinstance(error, lntx.MissingExtra) and isinstance(error, lntx.LntxError), type(error)
    print(error)
"""
    done = run("-c", program)
    assert done.stdout.startswith(f"lntx.{name} needs torch, numba, safetensors and scipy, which"), done.stderr
    assert "pip install 'lntx[train]'" in done.stdout
    assert "pip install 'lntx[train]'" in run("-c", f"from lntx import {name}").stderr


def test_the_doctor_and_the_schemas_need_nothing_of_that(said):
    done = said("doctor", "--seconds", 0, "--json")
    assert done.returncode in {0, 14}, done.stderr
    assert {"libraries"} <= {one["check"] for one in json.loads(done.stdout)["findings"]}
    assert json.loads(said("schema", "study").stdout)["title"].startswith("A study")


def test_problems_and_recipes_are_made_all_the_same(run):
    program = "import lntx; print(lntx.tutorial().X.shape, lntx.synthetic(20, 3).Y.shape, lntx.Recipe(lr=0.1, epochs=1).epochs)"
    assert run("-c", program).stdout == "(100, 3) (20, 1) 1\n"


def test_compare(said, stored):
    done = said("compare", stored("base.json"), stored("head.json", 1.5))
    assert done.returncode == 10, done.stderr


def test_a_report_without_what_draws_has_the_numbers_in_the_pictures_place(said, stored, tmp_path):
    done = said("report", stored("base.json"), stored("head.json", 1.5), "--out", tmp_path / "page")
    assert done.returncode == 0, done.stderr
    (line,) = done.stderr.splitlines()
    assert "pip install 'lntx[figures]'" in line
    page, short = ((tmp_path / "page" / name).read_text() for name in ("report.html", "report.md"))
    assert "<svg" not in page
    assert page.count('<details class="numbers" open>') == page.count("<figure id") > 0
    assert "figures/" not in short
    assert "| test_a |" in short.replace("\\_", "_")
    assert not (tmp_path / "page" / "figures").exists()


def test_a_report_with_what_draws_has_pictures(said, stored, tmp_path):
    pytest.importorskip("seaborn")
    done = said("report", stored("base.json"), stored("head.json", 1.5), "--out", tmp_path / "page", absent=TRAINING)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "page" / "report.html").read_text()
    assert page.count("<svg") == page.count("<figure id") > 0
    assert "<details open>" not in page


@pytest.mark.end_to_end
def test_gate(said, tmp_path):
    repo = repository(tmp_path / "repo", {"subject.py": CODE, "bench/test_subject.py": SUITE})
    commit(repo, {"subject.py": CODE.replace("range(n)", "range(n + 0)")})
    done = said("gate", "HEAD~1", "--pairs", 4, "--report-timing", "--json", "--", "bench", folder=repo)
    assert done.returncode in {0, 13}, done.stderr
    assert [one["pairs"] for one in json.loads(done.stdout)["benchmarks"]] == [4]
    assert "No module named" not in done.stderr
    assert (repo / "results" / "gate" / "report" / "report.html").is_file()


def brought(requirement, found):
    """Add the distribution that is required to those found, with all that it requires in turn, as far as installed."""
    if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
        return
    try:
        there = distribution(requirement.name)
    except PackageNotFoundError:
        return
    if there.name.lower() not in found:
        found[there.name.lower()] = there
        for text in there.requires or ():
            brought(Requirement(text), found)


def disk_bytes(there):
    """Sum what a distribution's files take, in whole blocks of 4 KiB."""
    sizes = [path.stat().st_size for file in there.files or () if (path := Path(there.locate_file(file))).is_file()]
    return sum(-(-size // 4096) * 4096 for size in sizes)


def test_the_base_install_takes_less_than_250_mb():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    found = {}
    for text in project["dependencies"]:
        brought(Requirement(text), found)
    assert not {"torch", "numba", "scipy", "matplotlib"} & found.keys()
    assert {"numpy", "pandas", "pytest-benchmark"} <= found.keys()
    sizes = {name: disk_bytes(there) / 1e6 for name, there in found.items()}
    assert sum(sizes.values()) < 230, sizes  # a new environment's own pip takes some 20 more
