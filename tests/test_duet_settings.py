"""What a project's own file says of an asv suite, and where a project has one; and what settings mean for the workers."""

from pathlib import Path

import pytest
from support.repositories import repository

from lntx.duet import asv
from lntx.duet.config import GateConfig
from lntx.duet.environment import Environment
from lntx.duet.repository import Repository
from lntx.duet.settings import settled
from lntx.errors import InputError

CONF = '{\n    // "benchmark_dir": "elsewhere",\n    "version": 1,\n    "benchmark_dir": "suite",\n}\n'
FILES = {
    "lib/lntx-gate.toml": '[gate]\nasv = "perf/suite"\n',
    "lib/perf/asv.conf.json": CONF,
    "lib/perf/suite/io.py": "def time_read():\n    pass\n",
    "lib/tests/test_a.py": "",
    "other/lntx-gate.toml": '[gate]\nasv = "perf/nowhere"\n',
    "both/lntx-gate.toml": '[gate]\nasv = "suite"\npaths = ["tests"]\n',
    "both/suite/io.py": "",
    "both/tests/test_b.py": "",
    "part/lntx-gate.toml": '[gate]\nasv = "suite"\npaths = ["suite/io.py"]\n',
    "part/suite/io.py": "",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    return repository(tmp_path_factory.mktemp("asv") / "repo", FILES)


def told(repo, where, *arguments, **given):
    unset = frozenset({"asv", "build", "sources", "threads", *([] if arguments else ["arguments"])} - given.keys())
    config = GateConfig(repo / where, "HEAD", arguments=arguments, unset=unset, **given)
    found, _ = settled(config, Repository.around(repo), "HEAD")
    return found.asv, found.arguments


@pytest.mark.parametrize(
    ("where", "arguments", "expected"),
    [
        ("lib", (), ("perf/suite", ("perf/suite",))),
        ("lib/tests", (), ("../perf/suite", ("../perf/suite",))),
        ("lib", ("-k", "read"), ("perf/suite", ("-k", "read", "perf/suite"))),
        ("lib", ("tests",), ("perf/suite", ("tests",))),
        ("lib", ("perf/suite/io.py::time_read",), ("perf/suite", ("perf/suite/io.py::time_read",))),
        ("both", (), ("suite", ("tests", "suite"))),
        ("part", (), ("suite", ("suite/io.py",))),
    ],
)
def test_the_file_names_a_suite_and_pytest_is_told_it_unless_other_paths_are_given(repo, where, arguments, expected):
    assert told(repo, where, *arguments) == expected


def test_what_the_command_line_says_counts(repo):
    assert told(repo, "lib", "elsewhere", asv="elsewhere") == ("elsewhere", ("elsewhere",))


def test_a_suite_that_is_not_there_is_refused(repo):
    with pytest.raises(InputError, match=r"other/lntx-gate\.toml of head: asv: there is no folder 'perf/nowhere'"):
        told(repo, "other")


@pytest.mark.parametrize("given", ["perf/suite", "perf", "perf/asv.conf.json"])
def test_a_folder_with_asvs_configuration_stands_for_the_suite_that_it_names(repo, monkeypatch, given):
    monkeypatch.chdir(repo / "lib")
    assert asv.named(Path(given), ["-k", "read"]) == ("perf/suite", ["-k", "read", "perf/suite"])


def test_a_suite_that_a_gate_passed_over_is_hinted_at_as_it_is_named_from_where_it_runs(repo, tmp_path):
    assert asv.hint(repo, repo / "lib") == "; its asv suite is gated by --asv perf/suite"
    assert asv.hint(repo, repo) == "; its asv suite is gated by --asv lib/perf/suite"
    assert asv.hint(repo / "both", repo / "both") == ""
    (tmp_path / "asv.conf.json").write_text('{"project": "x", "benchmark_dir": "b"}')
    (tmp_path / "b").mkdir()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/asv.conf.jsonc").write_text("{}")
    (tmp_path / "deep/benchmarks").mkdir()
    assert asv.hint(tmp_path, tmp_path) == "; its asv suites are gated by --asv b, or --asv deep/benchmarks"


@pytest.mark.parametrize(
    ("guard", "built", "watched"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_what_runs_is_watched_only_where_equal_code_means_equal_work(repo, guard, built, watched):
    found = Environment(GateConfig(repo, "HEAD", guard=guard), repo, None, {}, built)
    assert (found.guarded, bool(found.watching)) == (watched, watched)
