"""A study's state: what is to be measured, and what was. Logs keep each cell at once: a killed study goes on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lntx
from lntx import storage
from lntx.host import machine, source
from lntx.measure import plan, suites
from lntx.measure.events import Outcome
from lntx.measure.request import StudyRequest
from lntx.measure.study.job import Job
from lntx.measure.study.outcomes import judged, merged
from lntx.measure.study.spending import Spending
from lntx.record import Absence, Cell, Record, Study
from lntx.training.backends import find, runnable


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a study will measure.

    cells by point, with a backend still to be filled in; left_out says which points can't be measured here, and why;
    limits what each device can do at most (`lntx.host.limits.Limits` as JSON types); ways are those of each point of a loop, with
    their labels.
    """

    cells: dict[str, Cell]
    left_out: dict[str, str] = field(default_factory=dict)
    limits: dict[str, dict[str, Any]] = field(default_factory=dict)
    ways: dict[str, dict[str, str]] = field(default_factory=dict)

    def groups(self) -> dict[str, str]:
        """Return for each suite of loops under which name it shares a process: what is cold comes once in one, and first."""
        cold = {point: self.cells[point].phase == "first" for point in self.ways}
        suites = dict.fromkeys(self.cells[point].suite for point in sorted(cold, key=lambda point: not cold[point]))
        alone = {self.cells[point].suite for point, first in cold.items() if first}
        host = next(iter(suites), "")
        return {suite: suite if suite in alone else host for suite in suites}

    def loops(self) -> dict[str, list[str]]:
        """Return the ways of each group of suites of loops."""
        found: dict[str, dict[str, str]] = {}
        groups = self.groups()
        for point, labels in self.ways.items():
            found.setdefault(groups[self.cells[point].suite], {}).update(labels)
        return {group: list(labels) for group, labels in found.items()}


@dataclass(slots=True)
class StudyState:
    """All that is known of a study: what was asked, what there is to measure, and what came of it."""

    request: StudyRequest
    discovery: Discovery
    started: str
    key: str = ""
    """Tells this study's logs from those of one that lay in its folder before."""
    outcomes: dict[Job, dict[str, Outcome]] = field(default_factory=dict)
    unmeasurable: dict[Job, set[str]] = field(default_factory=dict, init=False)
    """The points without a time, by the first process's job: no other need try."""
    lost: set[tuple[Job, str]] = field(default_factory=set, init=False)
    """What was killed from outside: no fault of the cell's, as far as is known."""
    spending: Spending = field(default_factory=Spending, init=False)
    """Where the minutes went."""
    notes: list[str] = field(default_factory=list, init=False)
    """What a user should know of how the study was opened."""
    turns: list[Job] = field(init=False)
    """The jobs of the first processes: each backend, then each way of each group of suites of loops."""
    groups: dict[str, str] = field(init=False)
    """The group of each suite of loops."""

    def __post_init__(self) -> None:
        """Look the backends up once: a driver at work must not disturb who measures."""
        self.groups = self.discovery.groups()
        linear = len(self.discovery.ways) < len(self.cells)
        places = runnable(self.request.backends, self.request.devices) if linear else []
        ways = [(way, suite) for suite, ways in self.discovery.loops().items() for way in ways]
        self.turns = [Job(0, backend, device) for backend, device in places]
        self.turns += [Job(0, way, device, suite) for way, suite in ways for device in self.request.devices]

    @property
    def profile(self) -> plan.Profile:
        """The budgets."""
        return plan.profile(self.request.profile)

    @property
    def cells(self) -> dict[str, Cell]:
        """Each point's cell, with a backend still to be filled in."""
        return self.discovery.cells

    @property
    def folder(self) -> Path:
        """Where the processes' logs and compile caches lie."""
        return self.request.folder

    @property
    def path(self) -> Path:
        """The study's file."""
        return self.request.out / "study.json"

    def jobs(self) -> Iterator[Job]:
        """Yield the jobs in their order: the backends take turns, and each replicate another one begins."""
        for replicate in range(self.profile.replicates):
            first = replicate % len(self.turns)
            for job in self.turns[first:] + self.turns[:first]:
                if replicate == 0 or not (job.loops and self.request.scope == "brief"):
                    yield replace(job, replicate=replicate)

    def points(self, job: Job) -> list[str]:
        """List the points that a job is about: those of problems, or of its loops where they know its way."""
        ways = self.discovery.ways
        if not job.loops:
            return [point for point in self.cells if point not in ways]
        mine = [point for point, known in ways.items() if job.backend in known]
        return [point for point in mine if self.groups[self.cells[point].suite] == job.loops]

    def open(self, job: Job) -> list[str]:
        """List the points that a job still has to measure: none where another process found that it can't be."""
        done, unmeasurable = self.outcomes.get(job, {}), self.unmeasurable.get(replace(job, replicate=0), ())
        return [point for point in self.points(job) if point not in done and point not in unmeasurable]

    def timeouts(self, job: Job) -> int:
        """Count the cells of a job that took too long."""
        found = self.outcomes.get(job, {}).values()
        return sum(isinstance(outcome, Absence) and outcome.kind == "timeout" for outcome in found)

    def timed_epochs(self, job: Job) -> dict[str, int]:
        """Tell how many epochs earlier processes timed, by point; of a loop, how many steps."""
        found = ((point, self._found(job, point)) for point in self.points(job))
        return {
            point: seen[0].timed_steps or seen[0].timed_epochs
            for point, seen in found
            if seen and isinstance(seen[0], Record)
        }

    def _found(self, job: Job, point: str) -> list[Outcome]:
        """List a point's outcomes for the job's backend and device, in the order of the replicates."""
        turns = (replace(job, replicate=replicate) for replicate in range(self.profile.replicates))
        return [self.outcomes[turn][point] for turn in turns if point in self.outcomes.get(turn, {})]

    def enter(self, job: Job, point: str, found: Outcome) -> None:
        """Enter an outcome, as it is judged here."""
        found = judged(found)
        self.outcomes.setdefault(job, {})[point] = found
        if isinstance(found, Absence):
            self.unmeasurable.setdefault(replace(job, replicate=0), set()).add(point)

    def absence(self, job: Job, point: str, kind: Any, reason: str) -> Absence:
        """Say of a point that it has no time, and why."""
        cell = replace(self.cells[point], backend=job.backend, device=job.device)
        label = self.discovery.ways[point][job.backend] if job.loops else find(job.backend).label
        return Absence(cell, kind, reason, label)

    def study(self) -> Study:
        """Merge all processes' outcomes into a study."""
        seen = [self._found(job, point) for point in self.cells for job in self.turns]
        cells = [merged(outcomes) for outcomes in seen if outcomes]
        left = sum(len(self.open(job)) for job in self.jobs())
        lost = {"lost": len({(job.backend, job.device, point) for job, point in self.lost})} if self.lost else {}
        about = {
            "command": self.request.command,
            "profile": self.request.profile,
            "lntx": lntx.__version__,
            "started": self.started,
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "processes": self.profile.replicates,
            "complete": left == 0 and not self.lost,
            "left_out": "; ".join(f"{point}: {reason}" for point, reason in self.discovery.left_out.items()),
            "limits": self.discovery.limits,
            "seconds": self.spending.plain(),
            "commit": source.commit(),
            "code": source.code(suites.own_folder()),
            **({"left": left} if left else {}),
            **({"shard": "{}/{}".format(*self.request.shard)} if self.request.shard else {}),
            **lost,
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
