"""Drives a study: fresh processes, taking turns, each watched, none able to cost another's cells.

The driver hands each process its task, reads along in its log, kills what takes too long, and enters what came of
each cell into the study's state at once; the study's file is written between two processes, when nobody measures. A
process that dies costs the cell that it was at; a new one does the rest.
"""

import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from lntx.errors import InputError, LntxError
from lntx.host import locks
from lntx.host.interrupts import terminable
from lntx.measure.events import StudyLog, outcome
from lntx.measure.process import Process
from lntx.measure.request import StudyRequest, writable
from lntx.measure.study import discovery, launch
from lntx.measure.study.job import Job
from lntx.measure.study.progress import Progress, Reporter
from lntx.measure.study.resume import check_place, clear, new, resumed, settled
from lntx.measure.study.state import StudyState
from lntx.training.backends import runnable

_LOOK_S = 0.1  # often enough for a person, seldom enough for a core that measures
_PATIENCE = 2  # cells of a process's backend that may take too long, before the rest is given up
_KILLS = 3  # of processes of a job from outside, before any came to a cell
_WHO = "lntx bench"
_START_S = 180.0  # a process loads torch and collects the suites before its first cell


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
            for note in state.notes:
                reporter.notice(note)
            try:
                for job in state.jobs():
                    while points := state.open(job):
                        _work(state, job, points, reporter)
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


def _work(state: StudyState, job: Job, points: list[str], reporter: Reporter) -> None:
    """Let one process measure some points; whatever becomes of it, at least one of them is decided afterwards."""
    folder = state.folder
    turn = len(list(folder.glob(f"{job.replicate}-*.jsonl")))
    names = (job.loops, job.backend, job.device)
    log = folder / "-".join([f"{job.replicate}-{turn:03}", *(re.sub(r"[^\w.-]", "-", name) for name in names if name)])
    log = log.with_name(f"{log.name}.jsonl")
    StudyLog(log).job(job, state.key)
    task = replace(
        discovery.task(state.request),
        backends=() if job.loops else (job.backend,),
        ways=(job.backend,) if job.loops else (),
        devices=(job.device,),
        points=tuple(points),
        thorough=job.replicate == 0,
        timed_epochs=state.timed_epochs(job),
        log=str(log.resolve()),
        limits=state.discovery.limits,
    )
    with launch.working(task, state.request.given(), log, folder) as process:
        state.spending.processes += 1
        if state.outcomes:
            state.write()  # while it loads torch, and nobody measures
        _watched(state, job, process, reporter)
    if left := [point for point in points if point not in state.outcomes.get(job, {})]:
        _fail(state, job, process, left, reporter)
    if state.timeouts(job) >= _PATIENCE:
        reason = f"not tried: {_PATIENCE} other cells of this backend took longer than {state.profile.limit_s:g} s"
        _leave_without_time(state, job, process, state.open(job), ("timeout", reason), reporter)


def _watched(state: StudyState, job: Job, process: Process, reporter: Reporter) -> None:
    """Enter what a process reports until it has nothing left to do, ends, or takes too long."""
    while state.open(job):
        running = process.running  # asked before the log is read, so that no last line is missed
        for event in process.news():
            if event["point"] in state.cells:
                state.spending.enter(state.cells[event["point"]].suite, job.backend, event.get("spent"))
            if event["event"] == "begin" and event["point"] in state.cells:
                reporter.begin(job, event["point"], event["at"])
            elif event["event"] == "end" and event["point"] in state.cells:
                with suppress(ValueError):  # a stranger's code wrote there: it costs the cell
                    state.enter(job, event["point"], outcome(event))
                    reporter.end(job, event["point"], event["at"])
        if not running or process.silent_s > _limit_s(state, process):
            return
        reporter.tick()
        sleep(_LOOK_S)


def _fail(state: StudyState, job: Job, process: Process, left: list[str], reporter: Reporter) -> None:
    """Enter what a dead process leaves without a time: its cell, or, where it never came to one, all of them.

    Where somebody else ended it, the next may fare better, a few times.
    """
    at_work = process.events.at_work()
    begun = any(event["event"] == "begin" for event in process.events.read())
    kills = sum(lost == job for lost, _ in state.lost)
    few = begun or (process.killed and kills < _KILLS)
    victims = [at_work] if at_work in left else (left[:1] if few else left)
    kind, reason = "failed", process.exit_message()
    if process.killed:
        state.lost |= {(job, point) for point in victims}
    if process.code is None:  # nobody but the driver ended it
        kind, reason = "timeout", f"it took longer than {_limit_s(state, process):g} s and was stopped"
    _leave_without_time(state, job, process, victims, (kind, reason), reporter)


def _leave_without_time(
    state: StudyState, job: Job, process: Process, points: list[str], why: tuple[str, str], reporter: Reporter
) -> None:
    """Enter that points have no time, and why: a kind and a reason. What may have been bad luck is marked as such."""
    process.events.mend()
    for point in points:
        found = state.absence(job, point, *why)
        again = why[0] == "timeout" or (job, point) in state.lost
        StudyLog(process.events.path).end(point, found, again=again)
        state.enter(job, point, found)
        reporter.end(job, point, None)


def _limit_s(state: StudyState, process: Process) -> float:
    """Give a process its profile's time for each cell, and a fixed one to come to its first."""
    return state.profile.limit_s if process.seen > 1 else _START_S  # the first line is the driver's own
