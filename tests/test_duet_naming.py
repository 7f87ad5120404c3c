"""Which test of one process is which of another."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lntx.duet import naming
from lntx.duet.naming import Candidate

TREES = {"base": Path("/tmp/lntx-gate-abc/base"), "head": Path("/tmp/lntx-gate-abc/head")}


def found(function, ids):
    """The tests of one function, by ids."""
    places = enumerate(ids, 1)
    return {f"{function}[{one}]": Candidate("test_a.py", function, f"{function}[#{n}]", "given") for n, one in places}


def test_ids_that_hold_the_worktrees_place_are_known_for_it():
    there = {arm: found("a", [f"{tree}/x.txt", f"{arm}-1", "same"]) for arm, tree in TREES.items()}
    assert naming.unlike(there) == {"a"}
    assert naming.located(there, {"a"}, TREES) == {"a"}


def test_a_parameter_that_was_renamed_is_not_taken_for_one_that_moves():
    there = {"base": found("a", ["old", "same"]), "head": found("a", ["new", "same"])}
    assert naming.unlike(there) == {"a"}
    assert not naming.located(there, {"a"}, TREES)
    assert not naming.moving(there["head"], found("a", ["new", "same"]), {"a"})


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=5), st.integers(min_value=1))
def test_ids_that_change_from_process_to_process_leave_only_places(numbers, step):
    fixed = found("a", ["x", *numbers])
    moved = found("a", ["x", *(number + step + 10**6 * max(map(abs, numbers)) + 1 for number in numbers)])
    assert naming.moving(fixed, moved, {"a"}) == {"a"}
    shared = fixed.keys() & moved.keys()
    placed = [naming.placed(one, {"a"}, shared) for one in (fixed, moved)]
    assert placed[0].keys() == placed[1].keys()
    assert "a[x]" in placed[0]


def test_only_functions_with_as_many_tests_in_each_arm_are_told_apart_by_order():
    there = {"base": found("a", ["1", "2"]), "head": found("a", ["3"])}
    assert not naming.countable(there, {"a"})
    assert naming.countable({"base": found("a", ["1"]), "head": found("a", ["2"])}, {"a"}) == {"a"}


def test_a_function_that_only_one_arm_has_is_unlike_none():
    assert not naming.unlike({"base": found("a", ["1"]), "head": found("b", ["1"])})
