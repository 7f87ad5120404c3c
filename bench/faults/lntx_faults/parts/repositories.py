"""A user's repository is after a gate what it was before, to the byte: refs, index, settings, stash, worktrees, what hooks do.

Repositories of odd kinds are gated in turn, in the ways in which people come to do that; the suite runs git in the repository
that it finds itself in, and leaves a daemon. What is the user's is held against what it was, with git's own files, the home
folder, and the hooks' traces; no temporary folder and no process may be left.
"""

from functools import partial
from pathlib import Path

from lntx_faults.odd.gates import Trial, tried, ways
from lntx_faults.odd.kinds import KINDS
from lntx_faults.row import Row, Step

UNIT = "gates"
COUNT = 60
QUICK = 1


def steps(count: int) -> dict[str, Step]:
    """Gate so many repositories, each kind in another way the next time."""
    kinds = list(KINDS)
    return {
        f"{kinds[number % len(kinds)]}, {number // len(kinds) + 1}": partial(
            _row, number % len(kinds), number // len(kinds)
        )
        for number in range(count)
    }


def _row(number: int, turn: int, out: Path) -> Row:
    """Gate a repository, in the way whose turn it is."""
    kind = list(KINDS)[number]
    (out / "users").mkdir()
    made = KINDS[kind](out / "users")
    there = ways(made)
    way = there[(number + turn) % len(there)]
    name = str(way.__doc__).partition(",")[0].partition(";")[0].removesuffix(".").lower()
    return Row(kind, 1, tuple(f"{name}: {failure}" for failure in tried(Trial(made, out), way)), name)
