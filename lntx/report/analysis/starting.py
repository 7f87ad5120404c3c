"""What starting costs, in words: before a first epoch, and where no slow start pays."""

from collections.abc import Callable, Iterable, Sequence

from lntx.report import units
from lntx.report.analysis.breakeven import Start
from lntx.report.phrases import FIRST_LOOK

TOO_SHORT = "too little to tell"
"""What is said of the time before a first epoch where noise would have it below zero."""


def started(start: Start) -> str:
    """Write what comes before a first epoch."""
    return units.seconds(start.start) if start.start > 0 else TOO_SHORT


def before_the_first(starts: Iterable[Start], names: Callable[[Start], str]) -> str:
    """List what comes before the first epoch of several, the least first; those of which nobody can tell last."""
    known = sorted(starts, key=lambda start: start.start)
    told = [f"{names(start)} {started(start)}" for start in known if start.start > 0]
    unknown = [names(start) for start in known if start.start <= 0]
    return units.listing([*told, *([f"{units.listing(unknown)} {TOO_SHORT}"] if unknown else [])])


def never_pays(base: str, slow: Sequence[Start], names: Sequence[str]) -> str:
    """Say that none of some slow starts pays: their epochs are no faster than those of the base."""
    look = f", {FIRST_LOOK}," if any(len(start.epoch_s) == 1 for start in slow) else ""
    are = "is" if len(names) == 1 else "are"
    return f"no slow start pays{look} against {base}: {units.listing([*names])} {are} no faster once warm"
