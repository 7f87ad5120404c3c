"""A process's journal: what there is to measure, and what came of it, event by event."""

from dataclasses import asdict
from typing import Any

from lntx import storage
from lntx.measure.events import Events
from lntx.record import Absence, Cell, Record, plain

Outcome = Record | Absence


class Journal(Events):
    """A file of events, and what they are in a study."""

    __slots__ = ()

    def job(self, job: Any) -> None:
        """Note whose journal this is: a job, as a dataclass."""
        self.write({"event": "job", "job": asdict(job)})

    def census(self, point: str, cell: Cell) -> None:
        """Note which cell a point is, but for the backend and the device."""
        self.write({"event": "cell", "point": point, "cell": plain(cell)})

    def left_out(self, point: str, reason: str) -> None:
        """Note that a point can't be measured here, with any backend."""
        self.write({"event": "left out", "point": point, "reason": reason})

    def limits(self, device: str, limits: dict[str, Any]) -> None:
        """Note what a device can do at most."""
        self.write({"event": "limits", "device": device, "limits": limits})

    def end(self, point: str, outcome: Outcome) -> None:
        """Note what came of a cell: a time, or none."""
        kind = "absence" if isinstance(outcome, Absence) else "record"
        self.write({"event": "end", "point": point, "kind": kind, "value": plain(outcome)})


def outcome(event: dict[str, Any]) -> Outcome:
    """Read the outcome of an "end" event."""
    value = event["value"]
    common = {**value, "cell": Cell(**value["cell"]), "agreement": storage.agreement(value["agreement"])}
    if event["kind"] == "absence":
        return Absence(**common)
    rounds = tuple(tuple(seconds) for seconds in value["rounds"])
    return Record(**{**common, "rounds": rounds, "prepare_s": tuple(value["prepare_s"])})
