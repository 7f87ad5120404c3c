"""Which declarations of packages count for a suite, and what is told of those that don't."""

from pathlib import PurePosixPath

import pytest
from support.repositories import commit, repository

from lntx.duet.config import GateConfig
from lntx.duet.places import governed
from lntx.duet.repository import Repository
from lntx.duet.requirements import Requirements, governing, same_requirements
from lntx.duet.sources import below, check_sources, sources
from lntx.errors import InputError

PROJECT = "[project]\ndependencies = ['a']\n"


@pytest.fixture
def repo(tmp_path):
    return repository(
        tmp_path / "repo", {"packages/alpha/bench/test_it.py": "1", "packages/beta/src/beta.py": "1", "tools/x.py": "1"}
    )


DEEP = f"x = {' + '.join(['y'] * 1500)}\n"  # Python compiles it, and nothing that follows it goes so deep


def changed(repo, name, before, after, where="packages/alpha/bench"):
    """Change a file's text between base and head; what the gate that runs in a folder must know."""
    commit(repo, {name: before})
    commit(repo, {name: after})
    found = Repository.around(repo)
    commits = {"base": found.commit("HEAD~1"), "head": found.commit("HEAD")}
    return Requirements(found, commits, governing([PurePosixPath(where)]))


@pytest.mark.parametrize("folder", ["", "packages/", "packages/alpha/", "packages/alpha/bench/"])
@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("pyproject.toml", PROJECT, PROJECT.replace("'a'", "'a', 'b'"), "project.dependencies in "),
        ("pyproject.toml", "", "[build-system]\nrequires = ['a']", "build-system.requires in "),
        ("pyproject.toml", "", "[project.optional-dependencies]\nx = ['b']", "project.optional-dependencies in "),
        (
            "pyproject.toml",
            "[project]\nrequires-python = '>=3.9'",
            "[project]\nrequires-python = '>=3.12'",
            "project.requires-python in ",
        ),
        ("pyproject.toml", "", "[tool.poetry.dependencies]\na = '1'\n", "tool.poetry.dependencies in "),
        ("pyproject.toml", PROJECT, "not TOML", ""),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n  a\n",
            "[options]\ninstall_requires =\n  a\n  b\n",
            "options.install_requires in ",
        ),
        ("setup.cfg", "", "[options.extras_require]\nx = a\n", "options.extras_require in "),
        ("setup.py", "setup(install_requires=['a'])", "setup(install_requires=['b'])", ""),
        ("setup.py", DEEP + "setup(install_requires=['a'])", DEEP + "setup(install_requires=['b'])", ""),
        ("requirements.txt", "a\n", "a\nb\n", ""),
    ],
)
def test_what_declares_other_packages_above_the_benchmarks_is_refused_by_name(repo, folder, name, before, after, said):
    found = changed(repo, folder + name, before, after)
    assert f"{said}{folder}{name}" in found.redeclared()
    with pytest.raises(InputError, match="base and head declare different packages") as caught:
        same_requirements(found)
    assert f"{folder}{name}" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "setup.py",
            "setup(version='1', install_requires=['a'])",
            "# released\nsetup(version='2', install_requires=['a'])",
        ),
        ("setup.py", "__version__ = '1'\nsetup(version=__version__)", "__version__ = '2'\nsetup(version=__version__)"),
        ("setup.cfg", "[metadata]\nversion = 1\n", "[metadata]\nversion = 2\n[tool:pytest]\naddopts = -q\n"),
        ("pyproject.toml", PROJECT + "version = '1'", PROJECT + "version = '2'"),
        ("pyproject.toml", "project = 3\ntool = 4\n", "project = 4\ntool = 5\n"),
        ("requirements.txt", "a  # why\n", "a\n\n# more\n"),
        ("notes.txt", "a==1", "a==2"),
        ("pyproject.toml", "project.dependencies = ['a>=1', 'b']", "project.dependencies = ['b', 'a >= 1']"),
        ("pyproject.toml", "[dependency-groups]\nx = ['a', 'b']", "[dependency-groups]\nx = ['b', 'a']"),
        ("setup.cfg", "[options]\ninstall_requires =\n  a\n  b\n", "[options]\ninstall_requires =\n  b\n  a\n"),
        ("requirements.txt", "a\nb\n", "b\na\n"),
    ],
)
def test_a_release_a_comment_or_another_setting_declares_nothing(repo, name, before, after):
    found = changed(repo, name, before, after)
    assert found.redeclared() == []
    assert found.pinned() == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("uv.lock", "a = 1", "uv.lock"),
        ("packages/beta/poetry.lock", "a = 1", "packages/beta/poetry.lock"),
        ("pdm.lock", "a = 1", "pdm.lock"),
        ("pylock.toml", "a = 1", "pylock.toml"),
        ("pylock.bench.toml", "a = 1", "pylock.bench.toml"),
        ("ci/requirements-dev.txt", "a==1", "ci/requirements-dev.txt"),
        ("dev_requirements.in", "a==1", "dev_requirements.in"),
        ("requirements/bench.txt", "a==1", "requirements/bench.txt"),
        ("constraints.txt", "a==1", "constraints.txt"),
        ("packages/alpha/environment.yml", "a: 1", "packages/alpha/environment.yml"),
        ("conda/dev-environment.yaml", "a: 1", "conda/dev-environment.yaml"),
        ("Pipfile", "a = 1", "Pipfile"),
        ("pyproject.toml", "[dependency-groups]\ntests = ['b']\n", "dependency-groups in pyproject.toml"),
        ("pyproject.toml", "[tool.poetry.group.dev.dependencies]\na = '1'\n", "tool.poetry.group in pyproject.toml"),
        ("packages/beta/pyproject.toml", PROJECT, "project.dependencies in packages/beta/pyproject.toml"),
        ("tools/setup.py", "setup(install_requires=['a'])", "tools/setup.py"),
    ],
)
def test_other_versions_and_what_does_not_govern_is_told_and_not_refused(repo, name, text, said):
    found = changed(repo, name, "", text)
    assert found.redeclared() == []
    assert said in found.pinned()


def test_files_from_which_setuptools_takes_what_is_dynamic_count(repo):
    dynamic = (
        "[project]\ndynamic = ['dependencies']\n[tool.setuptools.dynamic]\ndependencies = {file = ['deps/run.in']}\n"
    )
    commit(repo, {"packages/alpha/pyproject.toml": dynamic})
    found = changed(repo, "packages/alpha/deps/run.in", "a\n", "a\nb\n")
    assert found.redeclared() == ["packages/alpha/deps/run.in"]


def test_a_deleted_declaration_differs_too(repo):
    commit(repo, {"requirements.txt": "a\n"})
    commit(repo, {"requirements.txt": None})
    found = Repository.around(repo)
    commits = {"base": found.commit("HEAD~1"), "head": found.commit("HEAD")}
    assert Requirements(found, commits, governing([PurePosixPath()])).redeclared() == ["requirements.txt"]


def test_what_governs_are_the_gates_folder_the_benchmarks_the_sources_and_all_above(repo):
    settings = "[tool.pytest.ini_options]\npythonpath = ['src', '../beta/src', '../../../outside']\n"
    commit(
        repo,
        {
            "packages/alpha/pyproject.toml": settings,
            "perf/pytest.ini": "[pytest]\npythonpath = ../tools\n",
            "perf/b/t.py": "1",
        },
    )
    found = Repository.around(repo)

    def folders(config, files=()):
        return {str(place) for place in governed(config, found, "HEAD", files)}

    alpha = GateConfig(repo / "packages/alpha", "HEAD", arguments=("bench/test_it.py::test_a", "-k", "nowhere"))
    assert {".", "packages", "packages/alpha", "packages/alpha/bench", "packages/beta", "packages/beta/src"} <= folders(
        alpha
    )
    root = GateConfig(repo, "HEAD")
    assert "packages/alpha" not in folders(root)
    assert "packages/alpha" in folders(root, ["packages/alpha/bench/test_it.py"])
    assert "tools" in folders(root, ["perf/b/t.py"])
    assert "tools" in folders(GateConfig(repo, "HEAD", sources=("tools",)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = 'tools'\n"),
        ("pyproject.toml", "[tool.pytest]\npythonpath = ['tools']\n"),
        ("pytest.toml", "[pytest]\npythonpath = ['tools']\n"),
        (".pytest.toml", "[pytest]\npythonpath = ['tools']\n"),
        (".pytest.ini", "[pytest]\npythonpath = tools\n"),
        ("tox.ini", "[pytest]\npythonpath = tools\n"),
        ("setup.cfg", "[tool:pytest]\npythonpath = tools\n"),
    ],
)
def test_pytests_settings_are_read_wherever_pytest_reads_them(repo, name, text):
    commit(repo, {name: text})
    assert PurePosixPath("tools") in governed(GateConfig(repo, "HEAD"), Repository.around(repo), "HEAD")
    commit(repo, {name: "[tool]\npytest = 3\n[pytest]\n"})
    assert PurePosixPath("tools") not in governed(GateConfig(repo, "HEAD"), Repository.around(repo), "HEAD")


def test_sources_below_the_gates_folder_come_before_those_of_the_root(repo):
    there = [str(place) for place in sources(GateConfig(repo / "packages/alpha", "HEAD"), repo)]
    assert there == ["packages/alpha/src", "packages/alpha", "src", "."]
    assert [str(place) for place in sources(GateConfig(repo, "HEAD"), repo)] == ["src", "."]
    elsewhere = GateConfig(repo / "packages/alpha", "HEAD", sources=("../beta/src", "../../../.."))
    assert [str(place) for place in sources(elsewhere, repo)] == ["packages/beta/src"]


def test_a_source_that_is_nowhere_is_refused(repo):
    check_sources(GateConfig(repo / "packages/alpha", "HEAD", sources=("tools",)), repo, repo)
    with pytest.raises(InputError, match="--source lib: head has no such folder"):
        check_sources(GateConfig(repo, "HEAD", sources=("lib",)), repo, repo)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("{root}/packages/alpha/bench", "bench"),
        ("{root}/packages/beta/t.py::test_a[/x]", "../beta/t.py::test_a[/x]"),
        ("--rootdir={root}/packages/alpha", "--rootdir=."),
        ("/elsewhere/t.py", "/elsewhere/t.py"),
        ("bench", "bench"),
        ("-k", "-k"),
        ("--benchmark-disable", "--benchmark-disable"),
    ],
)
def test_arguments_that_lead_back_into_the_checkout_are_meant_from_the_gates_folder(repo, word, meant):
    assert below(word.format(root=repo), repo / "packages/alpha", repo) == meant


READS = "from setuptools import setup\nsetup(install_requires=open({}).read().split())\n"


@pytest.mark.parametrize(
    ("naming", "text"),
    [
        ("requirements.txt", "-r reqs/base.txt\n"),
        ("requirements.txt", "a\n--requirement=reqs/base.txt  # of all\n"),
        ("requirements.txt", "-rreqs/base.txt\n"),
        ("requirements.txt", "-r reqs/more.txt\n"),  # which includes it in turn
        ("packages/alpha/requirements.txt", "-r ../../reqs/base.txt\n"),
        ("setup.py", READS.format("'reqs/base.txt'")),
        ("setup.py", READS.format("os.path.join(here, 'reqs', 'base.txt')")),
        ("setup.py", READS.format("Path('reqs') / 'base.txt'")),
        ("setup.cfg", "[options]\ninstall_requires = file: reqs/base.txt\n"),
        ("setup.cfg", "[options.extras_require]\nx = file: reqs/none.txt, reqs/base.txt\n"),
        ("pyproject.toml", "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ['reqs/base.txt']\n"),
        ("pyproject.toml", "[tool.setuptools.dynamic.optional-dependencies]\nx = {file = 'reqs/more.txt'}\n"),
    ],
)
def test_a_list_of_packages_that_a_file_takes_in_declares_as_that_file_does(repo, naming, text):
    commit(repo, {naming: text, "reqs/more.txt": "b\n-r base.txt\n"})
    found = changed(repo, "reqs/base.txt", "numpy[x] < 2 ; python_version > '3'\n", "# of all\nnumpy>=2\n")
    assert found.redeclared() == ["reqs/base.txt"]
    assert found.pinned() == []


@pytest.mark.parametrize(("head", "said"), [("-c pins/all.lst\n", ["pins/all.lst"]), ("--constraint x.lst\n", [])])
def test_constraints_that_requirements_take_in_are_told_and_not_refused(repo, head, said):
    commit(repo, {"requirements.txt": head})
    found = changed(repo, "pins/all.lst", "a==1\n", "a==2\n")
    assert (found.redeclared(), found.pinned()) == ([], said)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("VERSION.txt", "1.2\n", "1.3\n"),
        ("CHANGES.txt", "Added a thing\n", "Mended a thing\n"),
        ("data/words.txt", "one\n", "two\n"),  # which setup.py doesn't name
    ],
)
def test_what_setup_py_reads_beside_lists_of_packages_declares_nothing(repo, name, before, after):
    commit(
        repo, {"setup.py": "setup(version=open('VERSION.txt').read(), long_description=open('CHANGES.txt').read())\n"}
    )
    found = changed(repo, name, before, after)
    assert (found.redeclared(), found.pinned()) == ([], [])


def test_requirements_that_include_themselves_or_what_is_elsewhere_are_read_once(repo):
    commit(repo, {"requirements.txt": "-r requirements.txt\n-r ../other.txt\n-r https://example.org/x.txt\n"})
    found = changed(repo, "other.txt", "a\n", "b\n")
    assert (found.redeclared(), found.pinned()) == ([], [])


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("tox.ini", "[testenv]\ndeps = a<2\n", "[testenv]\ndeps = a>=2\n", ["deps in tox.ini"]),
        ("tox.ini", "[testenv]\ndeps = a\n", "[testenv]\ndeps =\n  a  # of all\ncommands = x\n", []),
        ("noxfile.py", "session.install('a<2')\n", "session.install('a>=2')\n", ["session.install in noxfile.py"]),
        ("noxfile.py", "session.install('a<2')\n", "session.install('a<2')\nsession.run('x')\n", []),
    ],
)
def test_what_tools_install_is_told_and_not_refused(repo, name, before, after, said):
    found = changed(repo, name, before, after)
    assert (found.redeclared(), found.pinned()) == ([], said)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("pyproject.toml", "[project.entry-points.g]\nx = 'p:a'\n", "[project.entry-points.g]\nx = 'p:b'\n",
         ["project.entry-points in pyproject.toml"]),
        ("pyproject.toml", "", "[tool.poetry.plugins.g]\nx = 'p:b'\n", ["tool.poetry.plugins in pyproject.toml"]),
        ("pyproject.toml", "", "[project.scripts]\nx = 'p:b'\n", []),
        ("setup.cfg", "[options.entry_points]\ng =\n  x = p:a\n", "[options.entry_points]\ng =\n  x = p:b\n",
         ["options.entry_points in setup.cfg"]),
        ("setup.cfg", "", "[options.entry_points]\nconsole_scripts =\n  x = p:b\n", []),
    ],
)  # fmt: skip
def test_other_entry_points_are_told_and_not_refused(repo, name, before, after, said):
    found = changed(repo, name, before, after)
    assert (found.redeclared(), found.entered()) == ([], said)
