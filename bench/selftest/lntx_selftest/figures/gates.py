"""What the stored gates tell: who was flagged that shouldn't be, who was found, how sure it was, and what that took."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict
from lntx_selftest.figures.share import Share
from lntx_selftest.short_form import variances
from lntx_selftest.subject.commits import HALVES, MUTANTS, slowed
from lntx_selftest.subject.repository import texts


@dataclass(frozen=True, slots=True)
class Gates:
    """Gates of one kind."""

    rulings: Sequence[GateResult]

    def suites(self, verdict: str) -> Share:
        """Share of the gates with a verdict."""
        return Share.counted(ruling.verdict == verdict for ruling in self.rulings)

    def alarms(self) -> Share:
        """Share of the gates in which anything was called slower, first calls included."""
        return Share.counted(any(one.verdict is Verdict.SLOWER for one in ruling.benchmarks) for ruling in self.rulings)

    def called(self, verdict: str) -> Share:
        """Share of the benchmarks with a verdict."""
        return Share.counted(one.verdict == verdict for one in self._each())

    def covered(self) -> Share:
        """Share of the intervals of unchanged benchmarks that hold 1."""
        return covered(self._each())

    def seconds(self) -> list[float]:
        """Give the seconds of each benchmark of each gate, its share in start-up and survey included."""
        return [seconds for ruling in self.rulings for seconds in spent(ruling).values()]

    def open(self) -> Counter[str]:
        """Count, by benchmark, how often it was left inconclusive."""
        return Counter(short(one.name) for one in self._each() if one.verdict is Verdict.INCONCLUSIVE)

    def noise(self) -> dict[str, float]:
        """Give, by benchmark, by how much pairs differ: the standard deviation of their log ratios, over all gates."""
        found: dict[str, list[float]] = {}
        for ruling in self.rulings:
            for name, value in variances(ruling).items():
                found.setdefault(short(name), []).append(value)
        return {name: math.sqrt(fmean(values)) for name, values in found.items()}

    def pair_seconds(self) -> tuple[float, float]:
        """Give the mean seconds that a benchmark's pair takes, and of these those that are its own (the rest is start-up)."""
        pairs = sum(one.pairs for one in self._each())
        return sum(self.seconds()) / pairs, math.fsum(one.seconds for one in self._each()) / pairs

    def pairs(self) -> float:
        """Give the mean number of pairs of a benchmark."""
        return fmean(one.pairs for one in self._each())

    def _each(self) -> Iterator[BenchmarkResult]:
        return (one for ruling in self.rulings for one in own(ruling))


@dataclass(frozen=True, slots=True)
class Slowed:
    """Gates of a planted slowdown, of which half of the benchmarks have no part."""

    rulings: Sequence[GateResult]

    def found(self) -> Share:
        """Share of the slowed benchmarks that were called slower, by time."""
        return Share.counted(_timed_slower(one) for _, one in self._those(slow=True))

    def missed(self) -> Counter[str]:
        """Count, by benchmark, how often its slowdown wasn't found."""
        return Counter(short(one.name) for _, one in self._those(slow=True) if not _timed_slower(one))

    def flagged(self) -> Share:
        """Share of the unchanged benchmarks that were called slower."""
        return Share.counted(one.verdict is Verdict.SLOWER for _, one in self._those(slow=False))

    def covered(self) -> Share:
        """Share of the intervals of unchanged benchmarks that hold 1."""
        return covered(one for _, one in self._those(slow=False))

    def seconds(self) -> list[float]:
        """Give the seconds of each slowed benchmark, its share in start-up and survey included."""
        return [spent(ruling)[one.name] for ruling, one in self._those(slow=True)]

    def _those(self, *, slow: bool) -> Iterator[tuple[GateResult, BenchmarkResult]]:
        for ruling in self.rulings:
            chosen = slowed(texts()["work.py"], half(ruling))
            yield from ((ruling, one) for one in own(ruling) if (short(one.name) in chosen) is slow)


@dataclass(frozen=True, slots=True)
class Mutated:
    """Gates of one mutant."""

    mutant: str
    rulings: Sequence[GateResult]

    def found(self) -> Share:
        """Share of the gates in which the mutated benchmark was called slower by its counters."""
        return Share.counted(
            one.means == "counters" and one.verdict is Verdict.SLOWER for one in self._those() if self._mutated(one)
        )

    def flagged(self) -> Share:
        """Share of the other benchmarks that were blamed for their counters."""
        return Share.counted(one.means == "counters" for one in self._those() if not self._mutated(one))

    def _mutated(self, one: BenchmarkResult) -> bool:
        return short(one.name) == MUTANTS[self.mutant].name

    def _those(self) -> Iterator[BenchmarkResult]:
        return (one for ruling in self.rulings for one in own(ruling))


def _timed_slower(one: BenchmarkResult) -> bool:
    return one.verdict is Verdict.SLOWER and one.means == "time"


def own(ruling: GateResult) -> list[BenchmarkResult]:
    """Give the benchmarks themselves, without what is told of their first calls beside them."""
    names = {one.name for one in ruling.surveyed}
    return [one for one in ruling.benchmarks if one.name in names]


def spent(ruling: GateResult) -> dict[str, float]:
    """Share the gate's seconds out: to each benchmark its own, and a part of what was spent on none alone.

    That is start-up for the most part, once a pair: so the parts are as the numbers of pairs that a benchmark was in.
    """
    found = own(ruling)
    common = ruling.seconds - math.fsum(one.seconds for one in found)
    weights = [one.pairs for one in found] if any(one.pairs for one in found) else [1] * len(found)
    return {one.name: one.seconds + common * weight / sum(weights) for one, weight in zip(found, weights, strict=True)}


def short(name: str) -> str:
    """Give the work that a benchmark does: what stands in brackets."""
    return name.partition("[")[2].removesuffix("]")


def half(ruling: GateResult) -> str:
    """Tell which half was slowed, by the tag that was head."""
    revision = str(ruling.about["head"]["revision"])
    return next(name for name in HALVES if revision.endswith(f"-{name}"))


def covered(judged: Iterable[BenchmarkResult]) -> Share:
    """Count the intervals that hold 1, of those that there are; a bound that isn't known excludes nothing."""
    shown = [one for one in judged if one.ratio is not None]
    return Share.counted((one.low or 0.0) <= 1 <= (one.high or math.inf) for one in shown)
