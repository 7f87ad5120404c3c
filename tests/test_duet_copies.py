"""An installed release of what is gated is neither arm's code: found by the project's name, in whatever folder its code lies."""

import sys
from types import ModuleType

import pytest

from lntx.duet.worker.copies import installed_copies
from lntx.duet.worker.paths import outside

DECLARED = {
    "pyproject.toml": '[build-system]\nrequires = []\n\n[project]\nversion = "1"\nname = "An_Own.pkg"\n',
    "poetry": '[tool.poetry]\nname = "an-own-pkg"\n',
    "flit": '[tool.flit.metadata]\nmodule = "an_own_pkg"\n',
    "setup.cfg": "[options]\nzip_safe = no\n[metadata]\nname = an-own-pkg\n",
    "setup.py": "from setuptools import setup\nsetup(version='1', name='an-own-pkg')\n",
}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of packages with a release of the project, which is loaded, and another's."""
    folder = tmp_path / "site"
    for name, project in (("own", "an-own-pkg"), ("other", "another")):
        (folder / name).mkdir(parents=True)
        module = ModuleType(f"{name}.core")
        module.__file__ = str(folder / name / "core.py")
        (folder / name / "core.py").write_text("")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        info = folder / f"{project.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n")
        (info / "RECORD").write_text(f"{name}/core.py,,\n{name}/unloaded.py,,\n")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def project(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.parametrize("layout", ["", "python/", "code/lib/"])
def test_a_release_that_is_loaded_in_the_place_of_the_projects_own_code_is_found(site, tmp_path, kind, layout):
    name = kind if kind.startswith("setup") else "pyproject.toml"
    tree = project(tmp_path / "tree", {name: DECLARED[kind], f"{layout}own/core.py": "", "tests/test_a.py": ""})
    assert installed_copies(str(tree), {tree / "tests/test_a.py"}) == {str((site / "own/core.py").resolve())}


@pytest.mark.parametrize("name", ["python/pyproject.toml", "bindings/python/pyproject.toml"])
def test_a_project_below_a_root_that_has_no_name_is_found(site, tmp_path, name):
    tree = project(
        tmp_path / "tree", {name: DECLARED["pyproject.toml"], "python/own/core.py": "", "tests/test_a.py": ""}
    )
    assert installed_copies(str(tree), {tree, tree / "tests/test_a.py"}) == {str((site / "own/core.py").resolve())}


@pytest.mark.parametrize(
    "files",
    [
        {"python/own/core.py": ""},  # of no name
        {"pyproject.toml": '[project]\nname = "something"\n', "python/own/core.py": ""},
        {"pyproject.toml": "[tool.other]\nname = 'an-own-pkg'\n", "python/own/core.py": ""},
        {"pyproject.toml": DECLARED["pyproject.toml"], "python/own/other.py": ""},  # holds no such module
        {"alpha/pyproject.toml": '[project]\nname = "alpha"\n', "beta/pyproject.toml": DECLARED["pyproject.toml"],
         "beta/own/core.py": ""},  # a release of a package that lies beside what is gated
    ],
)  # fmt: skip
def test_what_is_no_release_of_the_gated_project_is_left_alone(site, tmp_path, files):
    tree = project(tmp_path / "tree", {**files, "alpha/tests/test_a.py": ""})
    assert site.exists()
    assert installed_copies(str(tree), {tree / "alpha/tests/test_a.py"}) == set()


def test_what_the_worktree_itself_gave_is_its_own(site, tmp_path, monkeypatch):
    tree = project(tmp_path / "tree", {"pyproject.toml": DECLARED["pyproject.toml"], "own/core.py": ""})
    monkeypatch.setattr(sys.modules["own.core"], "__file__", str(tree / "own/core.py"))
    assert site.exists()
    assert installed_copies(str(tree), {tree}) == set()


@pytest.mark.parametrize(("files", "found"), [({"own/notes.txt": ""}, False), ({"own/__init__.py": ""}, True)])
def test_a_folder_that_is_no_package_may_be_called_as_one_that_is_installed(site, tmp_path, monkeypatch, files, found):
    tree = project(tmp_path / "tree", {"pyproject.toml": "", **files})
    module = ModuleType("own")
    module.__file__ = str(site / "own" / "__init__.py")
    monkeypatch.setitem(sys.modules, "own", module)
    for name, place in (("TREE", tree), ("REPO", tree), ("SOURCES", tree)):
        monkeypatch.setenv(f"LNTX_DUET_{name}", str(place))
    assert outside() == ([module.__file__] if found else [])
