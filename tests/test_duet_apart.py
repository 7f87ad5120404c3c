"""Changes that no arm runs: what is installed in the place of a changed file, and compiled code that is in no commit."""

import json
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from types import ModuleType

import pytest
from support.duets import suite

from lntx.duet import compiled
from lntx.duet.worker.missed import Missed
from lntx.duet.worker.stand_ins import StandIns
from lntx.errors import InputError

SO = EXTENSION_SUFFIXES[0]
CODE = "def work(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n"
SLOWER = CODE.replace("range(n)", "range(3 * n)")
OTHER = "import os\n\n\ndef path(name):\n    return os.fspath(name)\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Install files of a distribution and load them; its name, the folder it was made from, and whether it is editable."""
    folder = tmp_path / "venv/lib/site-packages"

    def install(files, name="some-dist", source=None, *, editable=False, kind="dir_info"):
        suite(folder, files)
        info = folder / f"{name.replace('-', '_')}-1.dist-info"
        suite(info, {"METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"})
        suite(info, {"RECORD": "".join(f"{file},,\n" for file in files)})
        if source:
            said = {"url": source.as_uri(), kind: {"editable": True} if editable else {}}
            suite(info, {"direct_url.json": json.dumps(said)})
        for file in files:
            module = ModuleType(f"standing_{file.partition('.')[0].replace('/', '_')}")
            module.__file__ = str(folder / file)
            monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.syspath_prepend(str(folder))
        return folder.resolve()

    return install


def arms(tmp_path, files):
    """Make a checkout and an arm with the same files; both."""
    return suite(tmp_path / "repo", files), suite(tmp_path / "within/head", files)


@pytest.mark.parametrize(
    ("changed", "installed"),
    [
        ("packages/util/src/util/__init__.py", "util/__init__.py"),
        ("packages/util/src/ns/util/core.py", "ns/util/core.py"),
        ("lib/onemod.py", "onemod.py"),
    ],
)
@pytest.mark.parametrize("known", ["by its url", "by its name", "by its text"])
def test_an_installed_copy_of_a_changed_file_is_found_however_it_is_known(site, tmp_path, changed, installed, known):
    project = {"packages/pyproject.toml": "[project]\nname = 'ours'\n", "lib/setup.cfg": "[metadata]\nname = ours\n"}
    repo, tree = arms(tmp_path, {changed: SLOWER, **(project if known == "by its name" else {})})
    text = CODE if known == "by its text" else OTHER
    folder = site({installed: text}, "ours", repo if known == "by its url" else None)
    assert StandIns(str(tree), str(repo), [changed]).python() == [str(folder / installed)]


def test_a_package_that_is_called_otherwise_in_the_repository_is_known_by_its_url(site, tmp_path):
    repo, tree = arms(tmp_path, {"lib/python/__init__.py": SLOWER})
    folder = site({"mapped/__init__.py": CODE}, source=repo)
    assert StandIns(str(tree), str(repo), ["lib/python/__init__.py"]).python() == [str(folder / "mapped/__init__.py")]
    assert StandIns(str(tree), str(repo), ["lib/other.py", "tests/test_a/__init__.py"]).python() == []


@pytest.mark.parametrize(
    ("files", "changed"),
    [
        ({"app/util/__init__.py": OTHER}, "app/util/__init__.py"),  # another project's, of a like name
        ({"pkg/_vendored/__init__.py": "", "pkg/_vendored/util/__init__.py": CODE}, "pkg/_vendored/util/__init__.py"),
        ({"third_party/util/__init__.py": CODE}, "third_party/util/__init__.py"),
        ({"tests/util/__init__.py": CODE}, "tests/util/__init__.py"),
        ({"util/__init__.py": CODE, "util/other.py": SLOWER}, "util/other.py"),  # not loaded
        ({"util/__init__.py": ""}, "util/__init__.py"),
    ],
)
def test_other_projects_files_of_like_names_stand_for_nothing(site, tmp_path, files, changed):
    repo, tree = arms(tmp_path, files)
    site({"util/__init__.py": CODE})
    assert StandIns(str(tree), str(repo), [changed]).python() == []


@pytest.mark.parametrize(("kind", "editable"), [("dir_info", True), ("archive_info", False)])
def test_what_an_editable_installation_or_a_committed_wheel_leaves_is_no_copy(site, tmp_path, kind, editable):
    repo, tree = arms(tmp_path, {"src/finder.py": SLOWER})
    site({"_editable/finder.py": OTHER}, source=repo, editable=editable, kind=kind)
    assert StandIns(str(tree), str(repo), ["src/finder.py"]).python() == []


@pytest.mark.parametrize("known", ["by its url", "by its name", "by its files", ""])
def test_an_extension_module_is_the_repositorys_by_whom_it_was_installed_from(site, tmp_path, known):
    project = {"setup.py": "setup(name='ours')"} if known == "by its name" else {"setup.py": "NAME = 'ours'"}
    repo, tree = arms(tmp_path, {"src/pkg/core.py": CODE, "src/_fast.c": "", **project})
    python = "pkg/core.py" if known == "by its files" else "elsewhere/core.py"
    folder = site({python: CODE, f"_fast{SO}": ""}, "ours", repo if known == "by its url" else None)
    found = StandIns(str(tree), str(repo), ["src/_fast.c"]).compiled()
    assert [file for file in found if file.startswith(str(folder))] == ([str(folder / f"_fast{SO}")] if known else [])


@pytest.fixture
def missed():
    found = Missed()
    yield found
    sys.meta_path.remove(found)


def test_an_import_that_fails_where_the_checkout_or_the_environment_has_it_compiled_is_named(
    tmp_path, missed, monkeypatch
):
    core = "try:\n    from ._fast import work\nexcept ImportError:\n    work = None\nfrom . import _gone\n"
    repo, tree = arms(tmp_path, {"src/missing_pkg/core.py": core, "src/missing_pkg/_gone.py": ""})
    monkeypatch.syspath_prepend(str(tree / "src"))
    monkeypatch.setenv("LNTX_DUET_SOURCES", str(tree / "src"))
    __import__("missing_pkg.core")
    with pytest.raises(ImportError):
        __import__("_topfast")
    assert missed.compiled(str(tree), str(repo)) == []
    suite(repo / "src", {f"missing_pkg/_fast{SO}": "", f"missing_pkg/_gone{SO}": "", f"_topfast{SO}": ""})
    found = [f"src/_topfast{SO}", f"src/missing_pkg/_fast{SO}"]
    assert missed.compiled(str(tree), str(repo)) == found
    site = suite(tmp_path / "site-packages", {f"missing_pkg/_fast{SO}": "", f"_other{SO}": ""})
    monkeypatch.syspath_prepend(str(site))
    assert missed.compiled(str(tree), str(repo)) == sorted([*found, str(site / f"missing_pkg/_fast{SO}")])
    suite(repo, {"libfast.so": ""})
    opened = [str(tree / "libfast.so"), str(tree / "libother.so"), str(tree / "src/missing_pkg/core.py")]
    assert "libfast.so" in missed.compiled(str(tree), str(repo), opened)
    monkeypatch.delitem(sys.modules, "missing_pkg.core")
    monkeypatch.delitem(sys.modules, "missing_pkg")


def told(**said):
    return {"head": {"copies": [], "compiled": [], "missed": [], "read": [], "builds": False, **said}}


@pytest.mark.parametrize("said", [{"missed": ["pkg/_fast.so"]}, {"compiled": ["/site/_fast.so"]}])
def test_changed_sources_of_compiled_code_that_no_arm_runs_are_refused_with_what_helps(said):
    with pytest.raises(InputError, match=r"_fast\.so, which .* pkg/_fast\.c changed.*--build COMMAND"):
        compiled.check(told(**said), ["pkg/_fast.c"])
    for other in ("pkg/core.py", "docs/_fast.c", "tests/data/x.h", "README.md"):
        compiled.check(told(**said), [other])
    compiled.check(told(**said, read=["pkg/_fast.cu"]), ["pkg/_fast.cu"])


def test_what_no_arm_ran_is_named_and_nothing_where_it_was_compiled_for_the_arm():
    without = told()["head"]
    assert compiled.unmeasured([without], ["a/x.rs", "a/x.py"]) == ["a/x.rs"]
    assert compiled.unmeasured([without, {**without, "builds": True}], ["a/x.rs"]) == []
    assert compiled.unmeasured([{**without, "missed": ["p/_f.so"]}], ["a/x.py"]) == ["p/_f.so"]
    (first, second) = compiled.notes(["p/_f.so", "a/x.rs"])
    assert first.startswith("both arms ran without p/_f.so")
    assert second.startswith("a/x.rs changed, and no arm has compiled it")
