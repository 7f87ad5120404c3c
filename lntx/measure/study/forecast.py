"""How long the rest of a study takes, guessed by the cells so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from lntx.measure.study.job import Job

_START_S = 3.0  # what a process takes before its first cell, roughly; the pace makes up for machines where it doesn't
_LATER = 0.4  # of what a cell takes in a backend's first process, a later one's share: the middle of lntx's own suites
_SOON_S = 10.0  # until so much has gone by, the pace says little


@dataclass(slots=True)
class Forecast:
    """Knows what cells took, in seconds, by backend, and apart where it was its first process.

    That one also checks and compiles, which no budget bounds: a backend of which nothing is known yet is guessed to be as others.
    """

    took: dict[tuple[str, bool], list[float]] = field(default_factory=dict)
    jobs: set[Job] = field(default_factory=set)

    def note(self, job: Job, seconds: float) -> None:
        """Keep what a cell took."""
        self.took.setdefault(_kind(job), []).append(seconds)
        self.jobs.add(job)

    def pace(self, elapsed_s: float, at_work: Mapping[Job, float]) -> float:
        """Tell how many seconds have gone by for each that the cells and starts so far account for.

        Under 1 where processes work side by side, over it where they start slowly: on a GPU, or a cold disk.
        """
        seconds = sum(map(sum, self.took.values())) + sum(at_work.values())
        begun = _START_S * len(self.jobs | set(at_work))
        return (elapsed_s + _SOON_S) / (seconds + begun + _SOON_S)

    def rest(self, left: Sequence[Job], at_work: Mapping[Job, float], least: Mapping[bool, float]) -> float | None:
        """Guess the seconds that are left: for each cell that is open its job, and how long those at work have been so.

        least is what a cell takes at any rate, by whether the process is its backend's first. None until a cell is done.
        """
        if left and not self.took:
            return None
        seconds = sum(self._usual(job, least) for job in left)
        late = sum(_rest(self._usual(job, least), gone) - self._usual(job, least) for job, gone in at_work.items())
        return max(seconds + late, 0.0) + _START_S * len(set(left))

    def _usual(self, job: Job, least: Mapping[bool, float]) -> float:
        if own := self.took.get(_kind(job)):
            return fmean(own)
        first = job.replicate == 0
        if not first and (once := self.took.get((job.backend, True))):
            return max(least[first], _LATER * fmean(once))
        others = [fmean(seconds) for (_, its_first), seconds in self.took.items() if its_first is first]
        return max(least[first], fmean(others)) if others else least[first]


def _kind(job: Job) -> tuple[str, bool]:
    return job.backend, job.replicate == 0


def _rest(usual_s: float, gone_s: float) -> float:
    """Guess what a cell at work still takes; one that takes longer than usual may do so for half of that again."""
    return max(usual_s - gone_s, (gone_s - usual_s) / 2)
