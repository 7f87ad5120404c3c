"""A user's repository is after a gate what it was before, to the byte: refs, index, settings, stash, worktrees, what hooks do.

Repositories of odd kinds are gated in turn, in the ways in which people come to do that; the suite runs git in the repository
that it finds itself in, and leaves a daemon. What is the user's is held against what it was, with git's own files, the home
folder, and the hooks' traces; no temporary folder and no process may be left.
"""

from collections.abc import Iterator
from pathlib import Path

from lntx_faults.odd.gates import Trial, tried, ways
from lntx_faults.odd.kinds import KINDS
from lntx_faults.row import Row

UNIT = "gates"
COUNT = 60
QUICK = 1


def run(out: Path, count: int) -> Iterator[Row]:
    """Gate so many repositories, each kind in another way the next time."""
    for number, kind in enumerate(list(KINDS)[:count]):
        turns = len(range(number, count, len(KINDS)))
        failures: list[str] = []
        done = []
        for turn in range(turns):
            folder = out / f"{number:02}-{turn}"
            (folder / "users").mkdir(parents=True)
            made = KINDS[kind](folder / "users")
            there = ways(made)
            way = there[(number + turn) % len(there)]
            done.append(str(way.__doc__).partition(",")[0].partition(";")[0].removesuffix(".").lower())
            failures += (f"{done[-1]}, {folder.name}: {failure}" for failure in tried(Trial(made, folder), way))
        yield Row(kind, turns, tuple(failures), "; ".join(done))
