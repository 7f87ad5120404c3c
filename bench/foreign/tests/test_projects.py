import re

import pytest

from lntx.errors import InputError
from lntx_foreign.gates import EQUAL, RELEASES, asked
from lntx_foreign.projects import chosen, projects

ALL = projects()


def test_there_are_at_least_eight_and_each_name_stands_once():
    assert len({project.name for project in ALL}) == len(ALL) >= 8


@pytest.mark.parametrize("project", ALL, ids=lambda project: project.name)
def test_a_project_has_two_releases_with_digests_and_what_its_benchmarks_need(project):
    assert project.base.version != project.head.version
    assert all(re.fullmatch("[0-9a-f]{64}", release.sha256) for release in (project.base, project.head))
    assert {"pytest", "pytest-benchmark"} <= {re.split("[=<>]", need)[0] for need in project.needs}
    assert project.kind
    assert ("{needs}" in project.build) == bool(project.build)


@pytest.mark.parametrize(
    "word",
    [
        "src layout",
        "flat layout",
        "test classes",
        "session fixtures",
        "built for each arm",
        "async",
        "a folder of a monorepo",
        "`--benchmark-disable`",
        "pytest-xdist",
        "pytest-codspeed",
        "asv",
    ],
)
def test_each_kind_of_suite_is_among_them(word):
    assert any(word in project.kind for project in ALL)


def test_projects_are_chosen_by_name_and_all_without_one():
    assert [project.name for project in chosen([ALL[2].name, ALL[0].name])] == [ALL[2].name, ALL[0].name]
    assert chosen([]) == ALL
    with pytest.raises(InputError, match="no project 'nowhere'; there are pluggy"):
        chosen(["nowhere"])


def test_a_gate_of_releases_and_one_of_equal_code_are_asked_as_anybody_would(project):
    made = project(options=("--one-environment",), few=("-k", "two words"))
    assert asked(made, RELEASES) == ["1.0", "1.1", "--one-environment", "--", "bench", "-q"]
    assert asked(made, EQUAL) == [
        *("1.1", "1.1", "--no-guard", "--one-environment", "--"),
        *("bench", "-q", "-k", "two words"),
    ]


def test_a_project_that_is_built_is_built_with_what_its_benchmarks_need(project):
    made = project(build="pip install . {needs}", needs=("pytest", "numpy>=2,<3"))
    assert asked(made, RELEASES)[:4] == ["1.0", "1.1", "--build", "pip install . pytest 'numpy>=2,<3'"]
