"""How many steps of a loop are timed: as many as fit the budget, of whole epochs where one fits."""

from lntx.measure.cell.pilot import rounded_down
from lntx.measure.cell.rounds import called
from lntx.measure.plan import Profile
from lntx.record import Cell
from lntx.training.loop.loop import Loop

_FEWEST = 10
"""Steps that are timed at least: the first is often another than those that follow."""

_MOST = 1000
"""Steps at most: rounding alone may lead a network anywhere in more, and what proves them takes as many fifteen times."""


def timed_steps(loop: Loop, reference: str, cell: Cell, profile: Profile) -> int:
    """Choose the steps by the time that the reference takes, so that all ways are timed for as many.

    They are whole epochs where an epoch fits.
    """
    epoch = loop.facts().steps
    if profile.steps:
        return min(profile.steps, epoch * cell.epochs)
    few = min(_FEWEST, epoch * cell.epochs)
    run = loop.prepare(reference, cell.device, 1, steps=few)
    with run.series():
        took = min(called(run, run.before) for _ in range(2)) / few
    most = min(_MOST, rounded_down(profile.run_s / max(took, 1e-9)), epoch * cell.epochs)
    whole = most // epoch * epoch
    return max(few, whole or most)
