"""Which process is at work when: the jobs in their order; two at once, of which one alone is at work while anything is timed.

Two thirds of a process's seconds aren't timed: it loads torch, compiles, and proves. The other process goes on meanwhile, and is
stopped for as long as something is timed (`lntx.host.quiet`). Only lntx's own code is trusted with that: what a stranger's leaves
running in a session of its own would not be stopped.
"""

from dataclasses import replace
from time import sleep

from lntx.host import quiet
from lntx.measure.study.job import Job
from lntx.measure.study.lane import Lane
from lntx.measure.study.progress import Reporter
from lntx.measure.study.state import StudyState
from lntx.training.backends import own

_LOOK_S, _SOON_S = (
    0.1,
    0.02,
)  # often enough for a person, seldom enough for a core that measures; and to start another process


def work(state: StudyState, reporter: Reporter) -> None:
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
