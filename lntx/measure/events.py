"""What a process tells of itself: one JSON line for each thing that happened, flushed at once, readable after any death."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lntx.record import Absence, Cell, Record
from lntx.storage.values import decoded, encoded


@dataclass(frozen=True, slots=True)
class EventLog:
    """A file of events. Every event names its kind, its point and the time (seconds since 1970)."""

    path: Path

    def begin(self, point: str) -> None:
        """Note that a point is begun."""
        self.write({"event": "begin", "point": point})

    def write(self, event: dict[str, Any]) -> None:
        """Note anything else."""
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({**event, "at": time.time()}) + "\n")

    def read(self, skip: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the events, from a number on; a last line that was cut off by a death is passed over."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines(keepends=True)[skip:]:
            if not line.endswith("\n"):
                return
            try:
                yield json.loads(line)
            except ValueError:  # half a line, and a later process wrote on behind it
                yield {"event": "torn", "point": ""}

    def at_work(self) -> str | None:
        """Name the point that was begun and never came to an end."""
        marks = [event for event in self.read() if event["event"] in {"begin", "end"}]
        return marks[-1]["point"] if marks and marks[-1]["event"] == "begin" else None


Outcome = Record | Absence


class StudyLog(EventLog):
    """A file of events, and what they are in a study."""

    __slots__ = ()

    def job(self, job: Any) -> None:
        """Note whose log this is: a job, as a dataclass."""
        self.write({"event": "job", "job": encoded(job)})

    def cell(self, point: str, cell: Cell, ways: Mapping[str, str] | None = None) -> None:
        """Note which cell a point is, but for the backend and the device, and of a loop's its ways, with their labels."""
        self.write({"event": "cell", "point": point, "cell": encoded(cell), "ways": ways and dict(ways)})

    def left_out(self, point: str, reason: str) -> None:
        """Note that a point can't be measured here, with any backend."""
        self.write({"event": "left out", "point": point, "reason": reason})

    def limits(self, device: str, limits: dict[str, Any]) -> None:
        """Note what a device can do at most."""
        self.write({"event": "limits", "device": device, "limits": limits})

    def end(self, point: str, outcome: Outcome) -> None:
        """Note what came of a cell: a time, or none."""
        kind = "absence" if isinstance(outcome, Absence) else "record"
        self.write({"event": "end", "point": point, "kind": kind, "value": encoded(outcome)})


def outcome(event: dict[str, Any]) -> Outcome:
    """Read the outcome of an "end" event."""
    kinds: dict[str, type[Outcome]] = {"absence": Absence, "record": Record}
    return decoded(kinds[event["kind"]], event["value"], event["kind"])
