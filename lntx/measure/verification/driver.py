"""Verifies backends: a process for each, which take turns (`turns`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lntx.errors import Interrupted
from lntx.host import descendants, temporary
from lntx.host.interrupts import terminable
from lntx.measure.verification.family import Family
from lntx.measure.verification.finding import Finding, Place
from lntx.measure.verification.turns import drive
from lntx.training.backends import FAMILY, added, chosen, names, own
from lntx.training.linear.parity import grid


@dataclass(slots=True)
class Verification:
    """What was found of every backend, and on which devices which doesn't run."""

    findings: list[Finding] = field(default_factory=list)
    reasons: dict[Place, str] = field(default_factory=dict)


def verified(
    backends: Sequence[str] = (),
    devices: Sequence[str] = (),
    *,
    limit_s: float,
    watch: Callable[[int, int, str], None] = lambda _done, _total, _at: None,
) -> Verification:
    """Hold backends against the reference over the grid; all of them, on all devices that they know, for none named.

    limit_s is what one case may take, and a backend's loading, in seconds. watch hears how many cases are done and how many
    there are, as far as is known, and which is at work. Raises InputError for a backend that nobody has heard of, and
    Interrupted, with what was found, where somebody ends it; whatever goes wrong in a process is a finding of its backend.
    """
    with temporary.folder("verify") as folder, descendants.adopting(folder), terminable():
        families = _families(backends, tuple(devices), folder)
        try:
            drive(families, limit_s, lambda: watch(*_counted(families), _at(families)))
        except KeyboardInterrupt:
            raise Interrupted(_found(families)) from None
    return _found(families)


def _at(families: Sequence[Family]) -> str:
    """Say what is at work: of the first backend that isn't done."""
    return next((family.at for family in families if family.open), "")


def _found(families: Sequence[Family]) -> Verification:
    return Verification(
        [finding for family in families for finding in family.findings()],
        {place: reason for family in families for place, reason in family.reasons.items()},
    )


def _counted(families: Sequence[Family]) -> tuple[int, int]:
    """Count the cases that are done and all that there are; of a backend that isn't loaded yet, as for one device."""
    total = sum(len(family.cases) if family.points is None else len(family.points) for family in families)
    return sum(len(family.found) for family in families), total


def _families(backends: Sequence[str], devices: tuple[str, ...], folder: Path) -> list[Family]:
    """Group the backends that are asked for by the module that they are in."""
    asked: dict[str, list[str]] = {} if backends else {name: [] for name in names()}
    for name in dict.fromkeys(map(added, backends)):
        base = name.removesuffix(FAMILY).partition(":")[0]
        if base not in names() or own(base):
            chosen([name])  # which says what there is
        asked.setdefault(base, []).append(name)
    return [Family(name, tuple(which), devices, grid.GRID, folder) for name, which in asked.items()]
