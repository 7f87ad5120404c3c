"""One process at work on a job's points: started, heard, and ended; whatever becomes of it, one point at least is decided."""

import re
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from lntx.host import quiet
from lntx.measure.events import StudyLog, outcome
from lntx.measure.process import Process
from lntx.measure.study import launch
from lntx.measure.study.job import Job

if TYPE_CHECKING:
    from lntx.measure.study.progress import Reporter
    from lntx.measure.study.state import StudyState

_PATIENCE = 2  # cells of a process's backend that may take too long, before the rest is given up
_KILLS = 3  # of processes of a job from outside, before any came to a cell
_START_S = 180.0  # a process loads torch and collects the suites before its first cell


@dataclass(slots=True)
class Lane:
    """A process of a job. `company` is what it shares the machine with, None for a process that has it to itself."""

    state: "StudyState"
    job: Job
    reporter: "Reporter"
    company: quiet.Company | None = None
    points: list[str] = field(init=False)
    process: Process = field(init=False)
    _ends: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Start the process."""
        state, job = self.state, self.job
        self.points = state.open(job)
        turn = len(list(state.folder.glob(f"{job.replicate}-*.jsonl")))
        names = (job.loops, job.backend, job.device)
        words = [f"{job.replicate}-{turn:03}", *(re.sub(r"[^\w.-]", "-", name) for name in names if name)]
        log = state.folder / f"{'-'.join(words)}.jsonl"
        StudyLog(log).job(job, state.key)
        task = replace(
            launch.common(state.request),
            backends=() if job.loops else (job.backend,),
            ways=(job.backend,) if job.loops else (),
            devices=(job.device,),
            points=tuple(self.points),
            thorough=job.replicate == 0,
            timed_epochs=state.timed_epochs(job),
            log=str(log.resolve()),
            limits=state.discovery.limits,
            company=str(self.company.folder.resolve()) if self.company else None,
        )
        work = launch.working(task, state.request.given(), log, state.folder, alone=self.company is None)
        self.process = self._ends.enter_context(work)
        if self.company:
            pid = self.process.process.pid
            self.company.enter(pid)
            self._ends.callback(self.company.leave, pid)
        state.spending.processes += 1

    def over(self) -> bool:
        """Enter what the process reports; whether it has nothing left to do, has ended, or takes too long."""
        if not self.state.open(self.job):
            return True
        running = self.process.running  # asked before the log is read, so that no last line is missed
        for event in self.process.news():
            self._hear(event)
        if self.company and quiet.stopped(self.process.process.pid):
            self.process.spoke = monotonic()  # it is another's turn
        return not (running and self.process.silent_s <= self._limit_s and self.state.open(self.job))

    def _hear(self, event: dict[str, Any]) -> None:
        state, job, point = self.state, self.job, event["point"]
        if point not in state.cells:
            return
        state.spending.enter(state.cells[point].suite, job.backend, event.get("spent"))
        if event["event"] == "begin":
            self.reporter.begin(job, point, event["at"])
        elif event["event"] == "end":
            with suppress(ValueError):  # a stranger's code wrote there: it costs the cell
                state.enter(job, point, outcome(event))
                self.reporter.end(job, point, event["at"])

    def kill(self) -> None:
        """End the process, and let others go on that it has stopped."""
        self._ends.close()
        if self.company:
            self.company.resume()

    def close(self) -> None:
        """End the process, and decide what it leaves undone."""
        self.kill()
        self._close()
        self.reporter.leave(self.job)

    def _close(self) -> None:
        if left := [point for point in self.points if point not in self.state.outcomes.get(self.job, {})]:
            self._fail(left)
        if self.state.timeouts(self.job) >= _PATIENCE:
            limit = f"{self.state.profile.limit_s:g} s"
            reason = f"not tried: {_PATIENCE} other cells of this backend took longer than {limit}"
            self._leave_without_time(self.state.open(self.job), ("timeout", reason))

    def _fail(self, left: list[str]) -> None:
        """Enter what a dead process leaves without a time: its cell, or, where it never came to one, all of them.

        Where somebody else ended it, the next may fare better, a few times.
        """
        process, state = self.process, self.state
        at_work = process.events.at_work()
        begun = any(event["event"] == "begin" for event in process.events.read())
        kills = sum(lost == self.job for lost, _ in state.lost)
        few = begun or (process.killed and kills < _KILLS)
        victims = [at_work] if at_work in left else (left[:1] if few else left)
        kind, reason = "failed", process.exit_message()
        if process.killed:
            state.lost |= {(self.job, point) for point in victims}
        if process.code is None:  # nobody but the driver ended it
            kind, reason = "timeout", f"it took longer than {self._limit_s:g} s and was stopped"
        self._leave_without_time(victims, (kind, reason))

    def _leave_without_time(self, points: list[str], why: tuple[str, str]) -> None:
        """Enter that points have no time, and why: a kind and a reason. What may have been bad luck is marked as such."""
        events, state, job = self.process.events, self.state, self.job
        events.mend()
        for point in points:
            found = state.absence(job, point, *why)
            again = why[0] == "timeout" or (job, point) in state.lost
            StudyLog(events.path).end(point, found, again=again)
            state.enter(job, point, found)
            self.reporter.end(job, point, None)

    @property
    def _limit_s(self) -> float:
        """The profile's time for each cell, and a fixed one to come to the first."""
        return self.state.profile.limit_s if self.process.seen > 1 else _START_S  # the first line is the driver's own
