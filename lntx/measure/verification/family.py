"""One backend with its variants, as the outside sees it: what is to be found of it, and what was, across its processes."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from os import getpid
from pathlib import Path
from typing import Any

from lntx.measure.process import Process
from lntx.measure.verification import order as orders
from lntx.measure.verification.finding import Finding, Place, of_outcome
from lntx.measure.verification.order import LOADING, Order
from lntx.measure.verification.turns import begun
from lntx.training.backends import files
from lntx.training.linear.parity.grid import Case

_WORKER = "lntx.measure.verification.worker"
_PATIENCE = 2  # cases of a backend that may take too long, before the rest is given up
_DEATHS = 3  # of processes in which a backend brought nothing to an end


@dataclass(slots=True)
class Family:
    """A backend with its variants.

    names are those asked for, none for all; devices likewise. reasons say on which device which doesn't run.
    """

    name: str
    names: tuple[str, ...]
    devices: tuple[str, ...]
    cases: Sequence[Case]
    folder: Path
    reasons: dict[Place, str] = field(default_factory=dict)
    points: dict[str, tuple[Place, Case]] | None = None
    found: dict[str, Finding] = field(default_factory=dict)
    timeouts: dict[str, int] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    processes: int = 0
    now: str = LOADING

    @property
    def open(self) -> list[str]:
        """The points that are still to be decided; the loading, where that hasn't been done."""
        return [LOADING] if self.points is None else [point for point in self.points if point not in self.found]

    @property
    def at(self) -> str:
        """What is at work, in words: a process that loads the backend, or a case of it."""
        if self.points is None or self.now not in self.points:
            return f"loading torch and {self.name}"
        place, case = self.points[self.now]
        rows = case.recipe.rows(case.samples)
        return (
            f"{place.backend} on {place.device}, {case.samples} x {case.features} x {case.outputs}, batches of {rows}"
        )

    def start(self) -> Process:
        """Start a process that does what is left; it waits for its turn."""
        events = (self.folder / f"{self.name}-{self.processes}").with_suffix(".jsonl")
        self.processes += 1
        self.now = LOADING
        work = Order(
            self.name,
            self.names,
            self.devices,
            tuple(self.cases),
            tuple(self.found),
            str(events),
            parent=getpid(),
            backend_files=files(),
        )
        return begun(_WORKER, orders.dumps(work), events)

    def hear(self, event: dict[str, Any]) -> None:
        """Take in what a process tells; what a backend writes there means nothing."""
        with suppress(ValueError, KeyError, TypeError):
            self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] == "begin":
            self.now = str(event["point"])
        if event["event"] == "loaded" and self.points is None:
            self._learn(event)
        elif event["event"] == "end" and self.points and event["point"] in self.points:
            place, _ = self.points[event["point"]]
            self.found[event["point"]] = of_outcome(*self.points[event["point"]], event["outcome"])
            self.deaths.pop(place.backend, None)

    def _learn(self, event: dict[str, Any]) -> None:
        """Learn which places there are."""
        if event["error"]:
            self._lost(event["error"])
            return
        places = [(Place(name, device), reason) for name, device, reason in event["places"]]
        self.reasons = {place: reason for place, reason in places if reason is not None}
        self._lay_out([place for place, reason in places if reason is None])

    def _lay_out(self, places: Sequence[Place]) -> None:
        laid = orders.points([(place.backend, place.device) for place in places], self.cases)
        self.points = {point: (Place(*place), case) for point, (place, case) in laid.items()}

    def _lost(self, reason: str) -> None:
        """Note that nothing can be found out, for one and the same reason: it was never loaded."""
        names = [name.partition(":*")[0] for name in self.names] or [self.name]
        self._lay_out([Place(name, device) for name in names for device in self.devices or ("cpu",)])
        self._fail(self.open, reason)

    def _fail(self, points: Sequence[str], reason: str) -> None:
        for point in points:
            place, case = (self.points or {})[point]
            self.found[point] = Finding(place, case, failure=reason)

    def lose(self, dead: Process, limit_s: float | None) -> None:
        """Decide what a process leaves undone that is no more: the point that it was at, and, after several, the rest.

        limit_s is what it took longer than, None where it ended by itself.
        """
        reason = dead.exit_message() if limit_s is None else f"it took longer than {limit_s:g} s and was stopped"
        if self.points is None:
            self._lost(reason)
            return
        at_work = dead.events.at_work()
        if limit_s is not None and dead.seen and at_work is None:
            return  # it came to an end of what it was at when its time was up
        victim = at_work if at_work in self.open else self.open[0]
        backend = self.points[victim][0].backend
        self._fail([victim], reason)
        counts, most = (self.deaths, _DEATHS) if limit_s is None else (self.timeouts, _PATIENCE)
        counts[backend] = counts.get(backend, 0) + 1
        if counts[backend] >= most:
            rest = [point for point in self.open if self.points[point][0].backend == backend]
            why = f"{most} processes ended" if limit_s is None else f"{most} other cases took longer than {limit_s:g} s"
            self._fail(rest, f"not tried: {why}")

    def findings(self) -> Iterator[Finding]:
        """Yield what was found so far, in the order of the grid."""
        return (self.found[point] for point in self.points or {} if point in self.found)
