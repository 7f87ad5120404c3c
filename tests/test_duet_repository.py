"""What the gate asks of git: revisions, what differs, and what was declared anew."""

import pytest
from support.repositories import git, repository

from lntx.duet.repository import Repository
from lntx.errors import InputError


@pytest.fixture
def repo(tmp_path):
    return repository(
        tmp_path / "repo",
        {"code.py": "ONE = 1\n", "bench/test_it.py": "old\n", "pyproject.toml": "[project]\ndependencies = ['a']\n"},
        {"code.py": "ONE = 2\n", "bench/test_it.py": "new\n", "bench/test_more.py": "more\n"},
    )


def test_revisions_are_resolved_and_unknown_ones_refused(repo):
    found = Repository.around(repo / "bench")
    assert found.root == repo
    assert found.commit("HEAD") == git(repo, "rev-parse", "HEAD")
    with pytest.raises(InputError, match="no revision 'nowhere'"):
        found.commit("nowhere")
    with pytest.raises(InputError, match="no revision '--help'"):
        found.commit("--help")


def test_outside_a_repository_is_refused(tmp_path):
    with pytest.raises(InputError, match="is in no git worktree"):
        Repository.around(tmp_path)


def test_what_differs_is_listed_and_uncommitted_changes_are_counted(repo):
    found = Repository.around(repo)
    assert found.changed("HEAD~1", "HEAD") == ["bench/test_it.py", "bench/test_more.py", "code.py"]
    assert found.dirty() == 0
    (repo / "code.py").write_text("ONE = 3\n")
    (repo / "untracked.py").write_text("")
    assert found.dirty() == 1


def test_dependencies_that_are_declared_anew_are_named(repo):
    found = Repository.around(repo)
    assert found.redeclared("HEAD~1", "HEAD") == []
    (repo / "pyproject.toml").write_text("[project]\ndependencies = ['a', 'b']\n")
    git(repo, "commit", "-qam", "more")
    assert found.redeclared("HEAD~1", "HEAD") == ["project.dependencies in pyproject.toml"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("uv.lock", "a = 1", ["uv.lock"]),
        ("ci/requirements-dev.txt", "a==1", ["ci/requirements-dev.txt"]),
        ("pyproject.toml", "[dependency-groups]\ntests = ['b']\n", ["dependency-groups in pyproject.toml"]),
        ("pyproject.toml", "[tool.poetry.dependencies]\na = '1'\n", ["tool.poetry in pyproject.toml"]),
        ("pyproject.toml", "project = 3\ntool = 4\n", []),
        ("notes.txt", "a==1", []),
    ],
)
def test_other_pins_are_named_though_they_declare_nothing(repo, name, text, said):
    found = Repository.around(repo)
    assert found.pinned("HEAD~1", "HEAD") == []
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text(text)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "more")
    assert found.pinned("HEAD~1", "HEAD") == said
