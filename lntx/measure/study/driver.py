"""Drives a study: fresh processes (`lane`) that take turns (`lanes`), each watched, none able to cost another's cells.

The driver hands each process its task, reads along in its log, kills what takes too long, and enters what came of
each cell into the study's state at once; the study's file is written while a process starts, when nobody measures. A
process that dies costs the cell that it was at; a new one does the rest.
"""

import shlex
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from lntx.errors import InputError, LntxError
from lntx.host import locks
from lntx.host.interrupts import terminable
from lntx.measure.request import StudyRequest, writable
from lntx.measure.study import discovery, lanes
from lntx.measure.study.progress import Progress, Reporter
from lntx.measure.study.resume import check_place, clear, new, resumed, settled
from lntx.measure.study.state import StudyState
from lntx.training.backends import runnable

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
            for note in state.notes:
                reporter.notice(note)
            try:
                lanes.work(state, reporter)
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
