import subprocess

import pytest

from lntx_selftest.subject.commits import HALVES, MUTANTS, PERCENTS, commits, names, slowed
from lntx_selftest.subject.repository import subject, texts

WORK = texts()["work.py"]


def units(text):
    """Read how many units each benchmark does, by running its module."""
    found = {}
    exec(compile(text, "work.py", "exec"), found)
    return {name: found[name].__defaults__[0] for name in names(WORK)}


def test_there_are_twelve_benchmarks_four_of_each_kind():
    kinds = [name.partition("_")[0] for name in names(WORK)]
    assert (len(kinds), kinds.count("numpy"), kinds.count("torch")) == (12, 4, 4)


@pytest.mark.parametrize("percent", PERCENTS)
def test_the_halves_are_slowed_by_exactly_so_much_and_together_they_are_all(percent):
    changed = commits(texts())
    assert sorted(slowed(WORK, "even") + slowed(WORK, "odd")) == sorted(names(WORK))
    for half in HALVES:
        found = units(changed[f"plus{percent}-{half}"]["work.py"])
        assert {name for name, count in found.items() if count == 100 + percent} == set(slowed(WORK, half))
        assert set(found.values()) == {100, 100 + percent}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_changes_its_own_function_alone(name):
    changed = commits(texts())[f"mutant-{name}"]
    before, after = (text.split("\ndef ") for text in (texts()["layers.py"], changed["layers.py"]))
    parts = [
        part.partition("(")[0].removeprefix("_") for part, other in zip(before, after, strict=True) if part != other
    ]
    assert (list(changed), parts) == (["layers.py"], [MUTANTS[name].name])


def test_the_equal_commit_changes_no_code():
    assert list(commits(texts())["equal"]) == ["README.md"]


def test_the_repository_has_a_tag_for_each_commit_and_a_clean_worktree_at_base():
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.split()

    with subject() as root:
        assert set(git("tag")) == {"base", *commits(texts())}
        assert git("status", "--porcelain") == []
        assert git("diff", "--name-only", "base", "equal") == ["README.md"]
        assert (root / "work.py").read_text() == WORK
    assert not root.exists()


def test_its_benchmarks_all_run():
    found = {}
    exec(compile(WORK, "work.py", "exec"), found)
    for name in names(WORK):
        found[name](units=2)
