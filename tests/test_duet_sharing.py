"""Which files are laid over base, and which benchmarks ran the same code in both."""

import pytest

from lntx.duet.sharing import beside, identical, laid_over


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
    ],
)
def test_where_a_library_may_open_files_itself_no_file_of_data_is_trusted(name, trusted):
    wary = traced(unseen=["lxml may open files"])
    assert identical({"base": wary, "head": wary}, [name]) is trusted
    assert identical({"base": traced(), "head": wary}, [name]) is trusted


def test_of_one_commit_all_is_identical():
    assert identical(dict.fromkeys(("base", "head"), traced(untraceable=["x"])), [])
