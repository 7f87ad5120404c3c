"""What a process tells of itself: one JSON line for each thing that happened, flushed at once, readable after any death."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Events:
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
