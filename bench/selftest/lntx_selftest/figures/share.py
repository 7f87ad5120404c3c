"""Shares: so many of so many, and what that says of the probability behind it."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import betaincinv

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @classmethod
    def counted(cls, found: Iterable[bool]) -> "Share":
        """Count what is true."""
        whole = list(found)
        return cls(sum(whole), len(whole))

    @property
    def rate(self) -> float:
        """The share itself; of nothing, there is none."""
        return self.hits / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """The probabilities with which so many hits are not surprising (Clopper and Pearson's binomial interval)."""
        tail, misses = (1 - CONFIDENCE) / 2, self.of - self.hits
        low = float(betaincinv(self.hits, misses + 1, tail)) if self.hits else 0.0
        high = float(betaincinv(self.hits + 1, misses, 1 - tail)) if misses else 1.0
        return low, high

    def __str__(self) -> str:
        """Say it with its interval."""
        if not self.of:
            return "nothing measured yet"
        low, high = self.interval
        return f"{self.hits} of {self.of} ({percent(self.rate)}; {percent(low)} to {percent(high)})"


def percent(fraction: float) -> str:
    """Write a fraction in percent, with as many digits as say something."""
    number = 100 * fraction
    return f"{number:.0f} %" if number in {0, 100} else f"{number:.3g} %"
