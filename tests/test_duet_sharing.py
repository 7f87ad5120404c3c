"""Which files are laid over base, and which benchmarks ran the same code in both."""

import pytest

from lntx.duet.sharing import identical, laid_over


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


def traced(**parts):
    return {"modules": {"a.py": "1"}, "functions": {"a.py:f": "2"}, "files": {}, "untraceable": [], **parts}


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


def test_of_one_commit_all_is_identical():
    assert identical(dict.fromkeys(("base", "head"), traced(untraceable=["x"])), [])
