"""Drives a study: fresh processes (`lane`) that take turns, each watched, none able to cost another's cells.

The driver hands each process its task, reads along in its log, kills what takes too long, and enters what came of
each cell into the study's state at once; the study's file is written while a process starts, when nobody measures. A
process that dies costs the cell that it was at; a new one does the rest.

Two thirds of a process's seconds aren't timed: it loads torch, compiles, and proves. Where its profile says so another process
goes on meanwhile, and is stopped for as long as something is timed (`lntx.host.quiet`). Only lntx's own code is trusted with
that: what a stranger's leaves running in a session of its own would not be stopped.
"""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from lntx.errors import InputError, LntxError
from lntx.host import locks, quiet, threads
from lntx.host.interrupts import terminable
from lntx.measure.request import StudyRequest, writable
from lntx.measure.study import discovery
from lntx.measure.study.job import Job
from lntx.measure.study.lane import Lane
from lntx.measure.study.progress import Progress, Reporter
from lntx.measure.study.resume import check_place, clear, new, resumed, settled
from lntx.measure.study.state import StudyState
from lntx.training.backends import own, runnable

_LOOK_S = 0.1  # often enough for a person, seldom enough for a core that measures
_SOON_S = 0.02  # where another process can be started
_WHO = "lntx bench"


class Stopped(LntxError):
    """The user stopped a study; what was measured is kept."""

    exit_code = 130


def drive(request: StudyRequest, watch: Callable[[Progress], None]) -> Path:
    """Make a study, and give the path of its file; watch hears of everything that happens, and each second.

    Raises InputError for a request that can't be met, before anything has run, also where another process measures on this
    machine or writes to the folder; and Stopped when interrupted.
    """
    reporter = Reporter(watch)
    with terminable(), locks.machine(_WHO, request.out), locks.output(request.out, _WHO):
        state = _opened(request, reporter)
        try:
            reporter.open(state)
            for note in filter(None, [*state.notes, threads.unheeded()]):
                reporter.notice(note)
            try:
                _work(state, reporter)
            finally:
                if state.outcomes:
                    state.write()
        except KeyboardInterrupt:
            hint = shlex.join(["lntx", "bench", "--resume", "-o", str(request.out)])
            raise Stopped(f"stopped; what was measured is kept, and goes on with: {hint}") from None
        clear(state.folder)
    return state.path


def _opened(request: StudyRequest, reporter: Reporter) -> StudyState:
    """Open a stopped study's state, or a new one: an earlier study is replaced when the new one's cells are known."""
    if request.resume:
        request = settled(request)
    request.check()
    if not request.loops_alone and not runnable(
        request.backends, request.devices
    ):  # an unknown backend is refused here
        raise InputError("no backend runs here on that device; lntx backends says why")
    if not request.resume:
        check_place(request)
    writable(request.out)
    if request.resume:
        discovery.clear()
        return resumed(request)
    reporter.say("counting the cells")
    started = monotonic()
    try:
        counted = discovery.discover(request)
    except KeyboardInterrupt:
        raise Stopped(f"stopped before anything was measured; {request.out} is as it was") from None
    state = new(request, counted)
    state.spending.discovery, state.spending.born = monotonic() - started, started
    return state


def _work(state: StudyState, reporter: Reporter) -> None:
    """Measure all that is open."""
    company = quiet.Company(state.folder / "company") if _may_share(state) else None
    waiting, lanes = list(state.jobs()), list[Lane]()
    try:
        while lanes or waiting:
            _start(state, reporter, company, waiting, lanes)
            ended = [lane for lane in lanes if lane.over()]
            for lane in ended:
                lane.close()
                lanes.remove(lane)
                waiting[:0] = [lane.job] if state.open(lane.job) else []
            if lanes and not ended:
                reporter.tick()
                sleep(_SOON_S if _next(state, waiting, lanes) and _room(company, lanes) else _LOOK_S)
    finally:
        for lane in lanes:
            lane.kill()


def _may_share(state: StudyState) -> bool:
    """Whether two processes may be at work at once: all of it is lntx's own code, on the CPU."""
    request = state.request
    ours = request.given().own and all(job.loops or own(job.backend.partition(":")[0]) for job in state.turns)
    return quiet.possible() and state.profile.lanes > 1 and ours and set(request.devices) == {"cpu"}


def _start(
    state: StudyState, reporter: Reporter, company: quiet.Company | None, waiting: list[Job], lanes: list[Lane]
) -> None:
    """Start what there is room for, while nothing is timed; the study's file is written then, too: the new one loads torch."""
    while _room(company, lanes) and (job := _next(state, waiting, lanes)):
        if company and not company.free():
            return
        try:
            waiting.remove(job)
            lanes.append(Lane(state, job, reporter, company))
            lanes[-1].start()
            reporter.start(job)
            if state.outcomes:
                state.write()
        finally:
            if company:
                company.release()


def _room(company: quiet.Company | None, lanes: list[Lane]) -> bool:
    return len(lanes) < (2 if company else 1)


def _next(state: StudyState, waiting: list[Job], lanes: list[Lane]) -> Job | None:
    """Return the first job that has something open and waits for nothing that is at work; those without are struck out.

    A backend's later processes take over what its earlier ones chose, and a loop's ways what the first of them measured.
    """
    at_work = {_what(lane.job) for lane in lanes}
    for job in list(waiting):
        if _what(job) in at_work:
            continue
        if state.open(job):
            return job
        waiting.remove(job)
    return None


def _what(job: Job) -> Job:
    return replace(job, replicate=0, backend="" if job.loops else job.backend)
