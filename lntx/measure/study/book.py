"""A study's book: what is to be measured, and what was. Journals keep each cell at once: a killed study goes on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lntx
from lntx import storage
from lntx.host import machine, source
from lntx.measure import plan
from lntx.measure.study.census import Census
from lntx.measure.study.journal import Outcome
from lntx.measure.study.merging import merged
from lntx.measure.study.request import Request
from lntx.record import Absence, Cell, Record, Study
from lntx.training.backends import find


@dataclass(frozen=True, slots=True)
class Job:
    """One process's part: the replicate (from 0), a backend and a device."""

    replicate: int
    backend: str
    device: str


@dataclass(slots=True)
class Book:
    """All that is known of a study: what was asked, what there is to measure, and what came of it."""

    request: Request
    census: Census
    started: str
    outcomes: dict[Job, dict[str, Outcome]] = field(default_factory=dict)
    hopeless: dict[tuple[str, str], set[str]] = field(default_factory=dict, init=False)
    """The points without a time, by backend and device: no other process need try."""
    places: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Look the backends up once: a driver at work must not disturb who measures."""
        self.places = self.request.places

    @property
    def profile(self) -> plan.Profile:
        """The budgets."""
        return plan.profile(self.request.profile)

    @property
    def cells(self) -> dict[str, Cell]:
        """Each point's cell, with a backend still to be filled in."""
        return self.census.cells

    @property
    def folder(self) -> Path:
        """Where the processes' journals, logs and compile caches lie."""
        return self.request.folder

    @property
    def path(self) -> Path:
        """The study's file."""
        return self.request.out / "study.json"

    def jobs(self) -> Iterator[Job]:
        """Yield the jobs in their order: the backends take turns, and each replicate another one begins."""
        for replicate in range(self.profile.replicates):
            first = replicate % len(self.places)
            for backend, device in self.places[first:] + self.places[:first]:
                yield Job(replicate, backend, device)

    def open(self, job: Job) -> list[str]:
        """List the points that a job still has to measure: none where another process found that it can't be."""
        done, hopeless = self.outcomes.get(job, {}), self.hopeless.get((job.backend, job.device), ())
        return [point for point in self.cells if point not in done and point not in hopeless]

    def timeouts(self, job: Job) -> int:
        """Count the cells of a job that took too long."""
        found = self.outcomes.get(job, {}).values()
        return sum(isinstance(outcome, Absence) and outcome.kind == "timeout" for outcome in found)

    def timed_epochs(self, job: Job) -> dict[str, int]:
        """Tell how many epochs earlier processes timed, by point."""
        found = ((point, self._found(job, point)) for point in self.cells)
        return {point: seen[0].timed_epochs for point, seen in found if seen and isinstance(seen[0], Record)}

    def _found(self, job: Job, point: str) -> list[Outcome]:
        """List a point's outcomes for the job's backend and device, in the order of the replicates."""
        turns = (Job(replicate, job.backend, job.device) for replicate in range(self.profile.replicates))
        return [self.outcomes[turn][point] for turn in turns if point in self.outcomes.get(turn, {})]

    def enter(self, job: Job, point: str, found: Outcome) -> None:
        """Enter an outcome."""
        self.outcomes.setdefault(job, {})[point] = found
        if isinstance(found, Absence):
            self.hopeless.setdefault((job.backend, job.device), set()).add(point)

    def absence(self, job: Job, point: str, kind: Any, reason: str) -> Absence:
        """Say of a point that it has no time, and why."""
        cell = replace(self.cells[point], backend=job.backend, device=job.device)
        return Absence(cell, kind, reason, find(job.backend).label)

    def study(self) -> Study:
        """Merge all processes' outcomes into a study."""
        seen = [self._found(Job(0, *place), point) for point in self.cells for place in self.places]
        cells = [merged(outcomes) for outcomes in seen if outcomes]
        left = sum(len(self.open(job)) for job in self.jobs())
        about = {
            "command": self.request.command,
            "profile": self.request.profile,
            "lntx": lntx.__version__,
            "started": self.started,
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "processes": self.profile.replicates,
            "complete": left == 0,
            "left_out": "; ".join(f"{point}: {reason}" for point, reason in self.census.left_out.items()),
            "limits": self.census.limits,
            "commit": source.commit(),
        }
        return Study(
            records=tuple(cell for cell in cells if isinstance(cell, Record)),
            absences=tuple(cell for cell in cells if isinstance(cell, Absence)),
            machine=machine.machine_info(),
            about=about,
        )

    def write(self) -> None:
        """Write the study's file, whole or not at all.

        Never beside a process that measures: merging and writing hundreds of cells takes a core for 0.2 s.
        """
        storage.write(self.study(), self.path)
