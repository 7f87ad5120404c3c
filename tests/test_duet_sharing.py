"""Which files are laid over base, and which benchmarks ran the same code in both."""

import pytest

from lntx.duet import sharing
from lntx.duet.naming import Candidate
from lntx.duet.sharing import beside, hindering, identical, kept, laid_over
from lntx.duet.survey import Survey
from lntx.result import Surveyed


@pytest.mark.parametrize(
    ("changed", "laid"),
    [
        (["src/code.py"], []),
        (["bench/test_it.py", "src/code.py"], ["bench/test_it.py"]),
        (["bench/helper.py", "bench/data/a.csv"], ["bench/helper.py", "bench/data/a.csv"]),
        (["conftest.py", "bench/conftest.py", "other/conftest.py"], ["conftest.py", "bench/conftest.py"]),
        (["bench/peers/code.py"], ["bench/peers/code.py"]),
        (["package/core.py", "package/test_core.py"], ["package/test_core.py"]),
    ],
)
def test_only_files_of_the_benchmarks_are_laid_over_base(changed, laid):
    assert laid_over(changed, ["bench/test_it.py", "package/test_core.py"]) == laid


@pytest.mark.parametrize(
    "folder", ["bench", "benchmarks", "asv_bench", "micro-benchmarks", "perf", "performance_tests", "tests"]
)
def test_what_lies_in_a_folder_of_benchmarks_is_theirs(folder):
    assert laid_over([f"{folder}/helper.py"], [f"{folder}/test_it.py"]) == [f"{folder}/helper.py"]


@pytest.mark.parametrize("folder", ["perfplot", "benchlib", "perfect", "src/bench", "src/perf", "pkg"])
def test_a_package_that_holds_its_benchmarks_beside_its_code_is_judged_whatever_it_is_called(folder):
    changed = [f"{folder}/core.py", f"{folder}/test_it.py"]
    assert laid_over(changed, [f"{folder}/test_it.py"]) == [f"{folder}/test_it.py"]
    inner = [f"{folder}/tests/helper.py", f"{folder}/core.py"]
    assert laid_over(inner, [f"{folder}/tests/test_it.py"]) == [f"{folder}/tests/helper.py"]


def test_what_is_laid_over_beside_the_benchmarks_own_files_is_said():
    assert beside(["bench/test_it.py", "bench/notes.md"], ["bench/test_it.py"]) == ""
    assert beside(["bench/helper.py", "bench/test_it.py"], ["bench/test_it.py"]) == (
        "bench/helper.py changed, and is head's in both arms, as a file of the benchmarks: what that costs isn't measured"
    )
    assert beside([f"bench/{i}.py" for i in range(7)], []).startswith(
        "bench/0.py, bench/1.py, bench/2.py, bench/3.py, bench/4.py and 2 more changed, and are head's in both arms"
    )


def traced(**parts):
    return {
        "modules": {"a.py": "1"},
        "functions": {"a.py:f": "2"},
        "files": {},
        "untraceable": [],
        "unseen": [],
        **parts,
    }


@pytest.mark.parametrize(
    ("head", "same"),
    [
        (traced(), True),
        (traced(functions={"a.py:f": "3"}), False),
        (traced(modules={"a.py": "1", "b.py": "1"}), False),
        (traced(files={"data.csv": "1"}), False),
        (traced(untraceable=["started a process"]), False),
    ],
)
def test_arms_are_identical_only_if_all_they_executed_is(head, same):
    assert identical({"base": traced(), "head": head}, ["docs.md"]) is same


def test_a_changed_file_that_compiled_code_may_read_counts():
    assert not identical({"base": traced(), "head": traced()}, ["data/weights.safetensors"])


@pytest.mark.parametrize(
    ("name", "trusted"),
    [
        ("README.md", True),
        ("pkg/core.py", True),
        ("pyproject.toml", True),
        ("LICENSE", True),
        (".github/workflows/tests.yml", True),
        ("pkg/table.html", False),
        ("pkg/words", False),
        ("pkg/words.txt", False),
        (".cache/table.parquet", False),
        ("g1.log", True),
        ("core.py.orig", True),
        ("notes~", True),
        ("logs/access.log", False),
        ("words", False),
    ],
)
def test_where_a_library_may_open_files_itself_no_file_of_data_is_trusted(name, trusted):
    wary = traced(unseen=["lxml may open files"])
    assert identical({"base": wary, "head": wary}, [name]) is trusted
    assert identical({"base": traced(), "head": wary}, [name]) is trusted


def test_a_file_that_is_read_counts_whatever_it_is_called():
    head = traced(files={"g1.log": "1"})
    assert not identical({"base": traced(), "head": head}, ["g1.log"])


def test_what_may_be_read_unseen_is_the_reason_that_is_given():
    arms = {"base": traced(), "head": traced()}
    names = sharing.read_unseen(arms, ["a.py", "g1.log", "weights.bin", "README.md"])
    assert names == ["weights.bin"]
    assert "weights.bin changed" in sharing.unseen(names)
    survey = Survey((Surveyed("a", "passed", "passed", sharing.unseen(names)), Surveyed("b", "passed", "passed")), {})
    assert list(survey.notes()) == [
        f"a is timed all the same: {sharing.unseen(names)} (what .gitignore names is no change)"
    ]


def test_of_one_commit_all_is_identical():
    assert identical(dict.fromkeys(("base", "head"), traced(untraceable=["x"])), [])


OWN = {"bench/test_it.py::test_it": Candidate("bench/test_it.py", "test_it", "", "given")}
HEAD = {"tests": [{"id": "bench/test_it.py::test_it", "file": "bench/test_it.py"}], "errors": []}


def after(base, laid, own=OWN):
    return hindering(own, {"base": base, "head": HEAD}, laid)


def test_nothing_is_put_back_where_base_collects_what_it_has():
    assert after(HEAD, ["bench/conftest.py"]) == []
    assert after({"tests": [], "errors": [], "lost": "no such option"}, ["bench/conftest.py"], own={}) == []


def test_what_keeps_base_from_its_benchmarks_is_put_back_little_by_little():
    lost = {"tests": [], "errors": [], "lost": "no such option"}
    laid = ["bench/test_it.py", "bench/deep/conftest.py", "bench/helper.py"]
    assert after(lost, laid) == ["bench/deep/conftest.py"]
    assert after(lost, ["bench/test_it.py", "bench/helper.py"]) == ["bench/helper.py"]
    assert after(lost, ["bench/test_it.py"]) == ["bench/test_it.py"]
    assert after(lost, []) == []


def test_a_file_that_base_cannot_import_is_put_back_before_what_it_imports():
    broken = {"tests": [], "errors": [{"id": "bench/test_it.py", "message": "ImportError"}]}
    assert after(broken, ["bench/test_it.py", "bench/helper.py"]) == ["bench/test_it.py"]
    assert after(broken, ["bench/helper.py"]) == ["bench/helper.py"]


def test_a_note_names_what_was_put_back():
    assert kept([]) == ""
    assert kept(["bench/conftest.py"]).startswith("bench/conftest.py changed, and base can't run its benchmarks")
