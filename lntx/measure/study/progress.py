"""Tells whoever watches how far a study is: what happened, what is at work, and how long the rest will take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from lntx.measure.study.forecast import Forecast
from lntx.measure.study.job import Job
from lntx.measure.study.state import StudyState
from lntx.record import Absence

_TICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is: cells done and left (each counted once for every process), seconds gone and to go.

    eta_s is None until there is something to judge by. at_work is the cell at work, or what a process does that is at none; event
    what happened last; notice says that a user must hear of it.
    """

    done: int
    left: int
    eta_s: float | None
    at_work: str
    elapsed_s: float
    event: str
    notice: bool = False


@dataclass(slots=True)
class Reporter:
    """Keeps the time of each cell, and tells. Seconds throughout."""

    watch: Callable[[Progress], None]
    state: StudyState | None = None
    born: float = field(default_factory=monotonic)
    opened: float = field(default_factory=monotonic)
    told: float = 0.0
    event: str = ""
    begun: dict[Job, float] = field(default_factory=dict)
    heard: dict[Job, float] = field(default_factory=dict)
    now: dict[Job, str] = field(default_factory=dict)
    """When each job's cell was begun (a time of day), when that was heard (a clock that nobody sets), and what it is called."""
    between: dict[Job, str] = field(default_factory=dict)
    """What each job's process is at where it is at no cell: it takes seconds to come to its first, and some to the next."""
    forecast: Forecast = field(default_factory=Forecast)

    def open(self, state: StudyState) -> None:
        """Begin to tell of a state."""
        self.state, self.opened = state, monotonic()
        backends, ways = (len([job for job in state.turns if bool(job.loops) is loops]) for loops in (False, True))
        words = [f"{backends} backends"] * bool(backends) + [f"{ways} ways of loops"] * bool(ways)
        self.say(", ".join([f"{len(state.cells)} points", *words]))

    def start(self, job: Job) -> None:
        """Tell that a process was started, which comes to its first cell once it has loaded all."""
        self.between[job] = f"{_called(job)}: loading torch and the suites, process {job.replicate + 1}"
        self.tick()

    def leave(self, job: Job) -> None:
        """Know that a job's process is no more."""
        self.between.pop(job, None)

    def begin(self, job: Job, point: str, at: float) -> None:
        """Tell that a cell is at work, since a time of day."""
        self.between.pop(job, None)
        self.begun[job], self.heard[job] = at, monotonic()
        self.now[job] = f"{_called(job)}: {_short(point)}, process {job.replicate + 1}"
        self.say(f"begun: {self.now[job]}")

    def end(self, job: Job, point: str, at: float | None) -> None:
        """Tell what came of a cell; at is the time of day, None where its process died."""
        found = self.state.outcomes[job][point] if self.state else None
        if at is not None and not isinstance(found, Absence):  # what is refused takes no time
            self.forecast.note(job, max(0.0, at - self.begun.get(job, at)))
        how = f"{found.kind}: {found.reason}" if isinstance(found, Absence) else "done"
        self.now.pop(job, None)
        self.between[job] = f"{_called(job)}: between two cells, process {job.replicate + 1}"
        self.say(f"{_called(job)}: {_short(point)}, {how}")

    def tick(self) -> None:
        """Tell that time goes by, once a second."""
        if monotonic() - self.told >= _TICK_S:
            self.say(self.event)

    def say(self, event: str, *, notice: bool = False) -> None:
        """Tell."""
        self.event, self.told = event, monotonic()
        done, left, eta_s = self._counted()
        at_work = next(iter([*self.now.values(), *self.between.values()]), "") if left else ""
        self.watch(Progress(done, left, eta_s, at_work, self.told - self.born, event, notice))

    def notice(self, event: str) -> None:
        """Tell what a user must hear of."""
        self.say(event, notice=True)

    def _counted(self) -> tuple[int, int, float | None]:
        if self.state is None:
            return 0, 0, None
        left = [(job, point) for job in self.state.jobs() for point in self.state.open(job)]
        total = sum(len(self.state.points(job)) for job in self.state.jobs())
        return total - len(left), len(left), self._eta(left)

    def _eta(self, left: list[tuple[Job, str]]) -> float | None:
        if self.state is None:
            return None
        budgets, now = self.state.profile, monotonic()
        timed = budgets.run_s + budgets.rounds_s
        at_work = {job: now - self.heard[job] for job in self.now}
        rest = self.forecast.rest([job for job, _ in left], at_work, {True: timed + budgets.checks_s, False: timed})
        return None if rest is None else rest * self.forecast.pace(now - self.opened, at_work)


def _called(job: Job) -> str:
    return f"{job.backend} on {job.device}"


def _short(point: str) -> str:
    """Name a point as its suite and its value."""
    return point.partition("::")[2].removeprefix("test_")
