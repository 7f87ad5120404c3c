"""Which test of one process is which of another: by their ids, or by their places where ids hold what no two processes share.

A parameter's id may hold the path of a checkout, an object's address, a random number or the time of day. Tests of one function,
as many in each arm, are then told apart by their order alone.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lntx.result import ARMS, Arm

UNSTABLE = "its name differs from process to process, and so can't be found again"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A test that may be a benchmark, as one process collected it.

    `function` is its id without parameters, `place` its number among that function's tests. `kind` says why it is a candidate:
    "given" the fixture, "suspect" of asking for it, or "nested", which runs a pytest of its own. `inside` says that it stands in
    the project's own code, as a doctest does.
    """

    file: str
    function: str
    place: str
    kind: str
    inside: bool = False


Tests = Mapping[str, Candidate]
"""The candidates of one process, by their names."""


def tests(collected: Mapping[str, Any]) -> dict[str, Candidate]:
    """Return what a worker has collected, by ids."""
    return {
        one["id"]: Candidate(one["file"], one["function"], one["place"], one["kind"], one.get("inside", False))
        for one in collected["tests"]
    }


def unlike(there: Mapping[Arm, Tests]) -> set[str]:
    """Name the functions of which each arm has tests that the other hasn't."""
    base, head = (_functions(there[arm], there[arm].keys() - there[other].keys()) for arm, other in (ARMS, ARMS[::-1]))
    return set(base & head)


def located(there: Mapping[Arm, Tests], functions: Collection[str], trees: Mapping[Arm, Path]) -> set[str]:
    """Name those of the functions whose ids are the same in both arms but for the worktree that they are in."""
    base, head = (
        {function: sorted(_anywhere(name, trees[arm]) for name in _of(there[arm], function)) for function in functions}
        for arm in ARMS
    )
    return {function for function in functions if base[function] == head[function]}


def moving(one: Tests, other: Tests, functions: Collection[str]) -> set[str]:
    """Name those of the functions whose ids differ between two processes of one arm."""
    return {function for function in functions if _of(one, function) != _of(other, function)}


def countable(there: Mapping[Arm, Tests], functions: Collection[str]) -> set[str]:
    """Name those of the functions that have as many tests in each arm."""
    return {name for name in functions if len({len(_of(there[arm], name)) for arm in ARMS}) == 1}


def placed(found: Tests, functions: Collection[str], shared: Collection[str]) -> dict[str, Candidate]:
    """Name the tests of some functions by their places, but for those whose ids are shared."""
    return {one.place if one.function in functions and name not in shared else name: one for name, one in found.items()}


def _functions(found: Tests, names: Iterable[str]) -> set[str]:
    return {found[name].function for name in names}


def _of(found: Tests, function: str) -> set[str]:
    return {name for name, one in found.items() if one.function == function}


def _anywhere(name: str, tree: Path) -> str:
    """Take out of an id what tells where its worktree lies: its path, the gate's folder, the arm's name."""
    for text in (str(tree), tree.parent.name):
        name = name.replace(text, "")
    return re.sub(rf"\b{re.escape(tree.name)}\b", "", name)
