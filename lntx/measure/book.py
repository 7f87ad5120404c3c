"""A study's book: what is to be measured, what was, and both on disk after each cell: a killed study goes on."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lntx
from lntx import storage
from lntx.errors import InputError
from lntx.measure import machine, origin, plan
from lntx.measure.journal import Journal, Outcome, outcome
from lntx.measure.merging import merged
from lntx.measure.request import Request
from lntx.record import Absence, Cell, Record, Study, plain
from lntx.training.backends import find


@dataclass(frozen=True, slots=True)
class Job:
    """One process's part: the replicate (from 0), a backend and a device."""

    replicate: int
    backend: str
    device: str


@dataclass(slots=True)
class Book:
    """All that is known of a study. `cells` has each point's cell, with a backend still to be filled in."""

    request: Request
    cells: dict[str, Cell]
    left_out: dict[str, str]
    started: str
    outcomes: dict[Job, dict[str, Outcome]] = field(default_factory=dict)

    @property
    def profile(self) -> plan.Profile:
        """The budgets."""
        return plan.profile(self.request.profile)

    @property
    def folder(self) -> Path:
        """Where the processes' journals, logs and compile caches lie."""
        return work_folder(self.request)

    @property
    def path(self) -> Path:
        """The study's file."""
        return self.request.out / "study.json"

    def jobs(self) -> Iterator[Job]:
        """Yield the jobs in their order: the backends take turns, and each replicate another one begins."""
        places = self.request.places
        for replicate in range(self.profile.replicates):
            first = replicate % len(places)
            for backend, device in places[first:] + places[:first]:
                yield Job(replicate, backend, device)

    def open(self, job: Job) -> list[str]:
        """List the points that a job still has to measure: none where another process found that it can't be."""
        hopeless = {point for point in self.cells for found in self._found(job, point) if isinstance(found, Absence)}
        return [point for point in self.cells if point not in self.outcomes.get(job, {}) and point not in hopeless]

    def timed_epochs(self, job: Job) -> dict[str, int]:
        """Tell how many epochs earlier processes timed, by point."""
        found = ((point, self._found(job, point)) for point in self.cells)
        return {point: seen[0].timed_epochs for point, seen in found if seen and isinstance(seen[0], Record)}

    def _found(self, job: Job, point: str) -> list[Outcome]:
        """List a point's outcomes for the job's backend and device, in the order of the replicates."""
        turns = (Job(replicate, job.backend, job.device) for replicate in range(self.profile.replicates))
        return [self.outcomes[turn][point] for turn in turns if point in self.outcomes.get(turn, {})]

    def enter(self, job: Job, point: str, found: Outcome) -> None:
        """Enter an outcome, and write the study anew."""
        self.outcomes.setdefault(job, {})[point] = found
        self.write()

    def absence(self, job: Job, point: str, kind: Any, reason: str) -> Absence:
        """Say of a point that it has no time, and why."""
        cell = replace(self.cells[point], backend=job.backend, device=job.device)
        return Absence(cell, kind, reason, find(job.backend).label)

    def study(self) -> Study:
        """Merge all processes' outcomes into a study."""
        seen = [self._found(Job(0, *place), point) for point in self.cells for place in self.request.places]
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
            "left_out": "; ".join(f"{point}: {reason}" for point, reason in self.left_out.items()),
            "commit": origin.commit(),
        }
        return Study(
            records=tuple(cell for cell in cells if isinstance(cell, Record)),
            absences=tuple(cell for cell in cells if isinstance(cell, Absence)),
            machine=machine.machine_info(),
            about=about,
        )

    def write(self) -> None:
        """Write the study's file, whole or not at all."""
        storage.write(self.study(), self.path)


def work_folder(request: Request) -> Path:
    """Name the folder of a study's processes."""
    return request.out / "processes"


def new(request: Request, cells: dict[str, Cell], left_out: dict[str, str]) -> Book:
    """Begin a book, and note on disk what a later process must know to go on with it."""
    book = Book(request, cells, left_out, datetime.now(UTC).isoformat(timespec="seconds"))
    note = {
        "conditions": _conditions(request),
        "started": book.started,
        "cells": {point: plain(cell) for point, cell in cells.items()},
        "left_out": left_out,
    }
    storage.write_text(book.folder / "plan.json", json.dumps(note, indent=1) + "\n")
    return book


def clear(request: Request) -> None:
    """Drop what an earlier study left in the folder, its file too: its times aren't this study's."""
    shutil.rmtree(work_folder(request), ignore_errors=True)
    (request.out / "study.json").unlink(missing_ok=True)
    work_folder(request).mkdir(parents=True)


def resumed(request: Request) -> Book:
    """Open the book of a study that was stopped; InputError for none, or one of other conditions."""
    path = work_folder(request) / "plan.json"
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        cells = {point: Cell(**cell) for point, cell in note["cells"].items()}
        found = Book(request, cells, note["left_out"], note["started"])
        parted = machine.differences(note["conditions"], _conditions(request))
    except FileNotFoundError:
        raise InputError(f"there is no study to go on with in {request.out}; leave --resume away") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is damaged ({error}); begin anew, without --resume") from error
    if parted:
        raise InputError(
            f"can't go on with the study in {request.out}, it was begun with another {parted[0]} now; "
            "begin anew, without --resume, or in another folder"
        )
    for journal in sorted(found.folder.glob("*.jsonl")):
        _recall(found, Journal(journal))
    return found


def _recall(book: Book, journal: Journal) -> None:
    job = None
    for event in journal.read():
        if event["event"] == "job":
            job = Job(**event["job"])
        elif event["event"] == "end" and job:
            book.outcomes.setdefault(job, {})[event["point"]] = outcome(event)


def _conditions(request: Request) -> dict[str, Any]:
    """List what must not change within a study, as flat JSON values."""
    asked = {
        "backends": [list(place) for place in request.places],
        "suites": list(request.suites),
        "shard": request.shard and list(request.shard),
        "data": str(request.data.resolve()) if request.data else None,
        "target": request.target,
        "standardize": request.standardize,
        "version of lntx": lntx.__version__,
    }
    profile = {
        f"profile's {name}" if name != "name" else "profile": v
        for name, v in asdict(plan.profile(request.profile)).items()
    }
    return {**profile, **asked, **machine.fingerprint()}
