"""Tells whoever watches how far a study is: what happened, what is at work, and how long the rest will take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean
from time import monotonic

from lntx.measure.book import Book, Job
from lntx.measure.request import Progress
from lntx.record import Absence

_TICK_S = 1.0


@dataclass(slots=True)
class Teller:
    """Keeps the time of each cell, and tells. Seconds throughout."""

    watch: Callable[[Progress], None]
    book: Book | None = None
    born: float = field(default_factory=monotonic)
    told: float = 0.0
    now: str = ""
    event: str = ""
    begun: float = 0.0
    took: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def open(self, book: Book) -> None:
        """Begin to tell of a book."""
        self.book = book
        self.say(f"{len(book.cells)} points, {len(book.request.places)} backends")

    def begin(self, job: Job, point: str, at: float) -> None:
        """A cell is at work, since a time of day."""
        self.begun = at
        self.now = f"{job.backend} on {job.device}: {_short(point)}, process {job.replicate + 1}"
        self.say(f"begun: {self.now}")

    def end(self, job: Job, point: str, at: float | None) -> None:
        """A cell is done; at is the time of day, None where its process died."""
        if at is not None:
            self.took[job.backend, job.device, point] = at - self.begun
        found = self.book.outcomes[job][point] if self.book else None
        how = f"{found.kind}: {found.reason}" if isinstance(found, Absence) else "done"
        self.now, done = "", f"{job.backend} on {job.device}: {_short(point)}"
        self.say(f"{done}, {how}")

    def tick(self) -> None:
        """Tell that time goes by, once a second."""
        if monotonic() - self.told >= _TICK_S:
            self.say(self.event)

    def say(self, event: str) -> None:
        """Tell."""
        self.event, self.told = event, monotonic()
        done, left, eta_s = self._counted()
        self.watch(Progress(done, left, eta_s, self.now, self.told - self.born, event))

    def _counted(self) -> tuple[int, int, float | None]:
        if self.book is None:
            return 0, 0, None
        left = [(job, point) for job in self.book.jobs() for point in self.book.open(job)]
        total = self.book.profile.replicates * len(self.book.request.places) * len(self.book.cells)
        return total - len(left), len(left), self._eta(left)

    def _eta(self, left: list[tuple[Job, str]]) -> float | None:
        """Guess by the same cell in an earlier process, else by the mean of all; a process takes a cell's time to start."""
        if not self.took:
            return 0.0 if not left else None
        mean = fmean(self.took.values())
        processes = len({job for job, _ in left})
        return sum(self.took.get((job.backend, job.device, point), mean) for job, point in left) + mean * processes


def _short(point: str) -> str:
    """Name a point as its suite and its value."""
    return point.partition("::")[2].removeprefix("test_")
