"""One to four ranks give the reference's weights, over the grid of recipes, also where some have no rows."""

from collections.abc import Iterator
from pathlib import Path

import lntx
from lntx.training.backends import find
from lntx.training.linear.parity.grid import GRID, Case
from lntx_machines.row import Row

ORDER, QUICK = 1, False
_BRIEF = 5  # of the grid's cases


def run(_out: Path, *, quick: bool) -> Iterator[Row]:
    """Hold both backends to the reference with each number of ranks."""
    few = [
        Case(lntx.Recipe(lr=0.05, epochs=4, batch_size=rows), samples=samples)
        for rows in (1, None)
        for samples in (1, 2, 3)
    ]
    cases = [*(GRID[:_BRIEF] if quick else GRID), *few]
    for backend in ("distributed", "distributed-gram"):
        for ranks in (1, 2, 3, 4):
            yield _row(f"{backend}:{ranks}", cases)


def _row(backend: str, cases: list[Case]) -> Row:
    held, wrong, share = 0, 0, 0.0
    for case in cases:
        problem = case.problem()
        if find(backend).refuses(problem, case.recipe, "cpu"):
            continue
        try:
            agreement = lntx.verify(problem, case.recipe, backend)
        except lntx.Unprovable:  # a rank's rows are so few that nothing moves
            continue
        held, wrong = held + 1, wrong + (not agreement.ok)
        share = max(share, agreement.error / agreement.tolerance)
    found = f"{held - wrong} of {held} agree, at most {share:.1%} of the tolerance"
    return Row(backend, "all agree", found, ok=held > 0 and not wrong)
