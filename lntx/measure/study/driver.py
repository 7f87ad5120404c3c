"""Drives a study: fresh processes, taking turns, each watched, none able to cost another's cells.

The driver hands each process its errand, reads along in its journal, kills what takes too long, and enters what came of
each cell into the study's book at once; the study's file is written between two processes, when nobody measures. A
process that dies costs the cell that it was at; a new one does the rest.
"""

import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import sleep

from lntx.errors import LntxError
from lntx.measure.process import Process, interruptible
from lntx.measure.study import census, suites, worker
from lntx.measure.study.beginning import check_place, new, resumed, settled
from lntx.measure.study.book import Book, Job
from lntx.measure.study.journal import Journal, outcome
from lntx.measure.study.request import Progress, Request, writable
from lntx.measure.study.telling import Teller

__all__ = ["Progress", "Request", "Stopped", "drive"]

_LOOK_S = 0.1  # often enough for a person, seldom enough for a core that measures
_PATIENCE = 2  # cells of a process's backend that may take too long, before the rest is given up
_START_S = 180.0  # a process loads torch and collects the suites before its first cell


class Stopped(LntxError):
    """The user stopped a study; what was measured is kept."""

    exit_code = 130


def drive(request: Request, watch: Callable[[Progress], None]) -> Path:
    """Make a study, and give the path of its file; watch hears of everything that happens, and each second.

    Raises InputError for a request that can't be met, before anything has run, and Stopped when interrupted.
    """
    teller = Teller(watch)
    with interruptible():
        book = _opened(request, teller)
        try:
            teller.open(book)
            for job in book.jobs():
                while points := book.open(job):
                    try:
                        _work(book, job, points, teller)
                    finally:
                        if book.outcomes:
                            book.write()
            book.write()
        except KeyboardInterrupt:
            hint = shlex.join(["lntx", "bench", "--resume", "-o", str(request.out)])
            raise Stopped(f"stopped; what was measured is kept, and goes on with: {hint}") from None
    shutil.rmtree(book.folder / "caches", ignore_errors=True)
    return book.path


def _opened(request: Request, teller: Teller) -> Book:
    """Open a stopped study's book, or a new one: an earlier study is replaced when the new one's cells are known."""
    if request.resume:
        request = settled(request)
    request.check()
    if not request.resume:
        check_place(request)
    writable(request.out)
    if request.resume:
        return resumed(request)
    teller.say("counting the cells")
    try:
        counted = census.taken(request)
    except KeyboardInterrupt:
        raise Stopped(f"stopped before anything was measured; {request.out} is as it was") from None
    return new(request, counted)


def _work(book: Book, job: Job, points: list[str], teller: Teller) -> None:
    """Let one process measure some points; whatever becomes of it, at least one of them is decided afterwards."""
    folder = book.folder
    turn = len(list(folder.glob(f"{job.replicate}-*.jsonl")))
    journal = folder / f"{job.replicate}-{turn:03}-{job.backend.replace(':', '-')}-{job.device.replace(':', '-')}.jsonl"
    Journal(journal).job(job)
    errand = replace(
        census.errand(book.request),
        backends=(job.backend,),
        devices=(job.device,),
        points=tuple(points),
        thorough=job.replicate == 0,
        timed_epochs=book.timed_epochs(job),
        journal=str(journal.resolve()),
        limits=book.census.limits,
    )
    with worker.working(errand, suites.files(book.request.suites), journal, folder) as process:
        _watched(book, job, process, teller)
    if left := [point for point in points if point not in book.outcomes.get(job, {})]:
        _bury(book, job, process, left, teller)
    if book.timeouts(job) >= _PATIENCE:
        reason = f"not tried: {_PATIENCE} other cells of this backend took longer than {book.profile.limit_s:g} s"
        _lose(book, job, process, book.open(job), ("timeout", reason), teller)


def _watched(book: Book, job: Job, process: Process, teller: Teller) -> None:
    """Enter what a process reports until it has nothing left to do, ends, or takes too long."""
    while book.open(job):
        running = process.running  # asked before the journal is read, so that no last line is missed
        for event in process.news():
            if event["event"] == "begin":
                teller.begin(job, event["point"], event["at"])
            elif event["event"] == "end":
                book.enter(job, event["point"], outcome(event))
                teller.end(job, event["point"], event["at"])
        if not running or process.silent_s > _limit_s(book, process):
            return
        teller.tick()
        sleep(_LOOK_S)


def _bury(book: Book, job: Job, process: Process, left: list[str], teller: Teller) -> None:
    """Enter what a dead process leaves without a time: its cell, or, where it never came to one, all of them."""
    at_work = process.events.at_work()
    begun = any(event["event"] == "begin" for event in process.events.read())
    victims = [at_work] if at_work else (left[:1] if begun else left)
    kind, reason = "failed", process.epitaph()
    if process.silent_s > (limit_s := _limit_s(book, process)):
        kind, reason = "timeout", f"it took longer than {limit_s:g} s and was stopped"
    _lose(book, job, process, victims, (kind, reason), teller)


def _lose(book: Book, job: Job, process: Process, points: list[str], why: tuple[str, str], teller: Teller) -> None:
    """Enter that points have no time, and why: a kind and a reason."""
    for point in points:
        found = book.absence(job, point, *why)
        Journal(process.events.path).end(point, found)
        book.enter(job, point, found)
        teller.end(job, point, None)


def _limit_s(book: Book, process: Process) -> float:
    """Give a process its profile's time for each cell, and a fixed one to come to its first."""
    return book.profile.limit_s if process.seen > 1 else _START_S  # the first line is the driver's own
