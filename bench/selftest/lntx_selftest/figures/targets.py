"""What GATE.md promised the gate would reach, and what was measured: the first table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from lntx_selftest.figures import met
from lntx_selftest.figures.gates import Gates, Mutated, Slowed
from lntx_selftest.figures.share import Share
from lntx_selftest.runs import counts
from lntx_selftest.runs.gates import AA, DOCS, FULL, MUTATED, SLOW
from lntx_selftest.store import Store

_ALARMS, _INCONCLUSIVE, _COVERED, _DOCS_S = 0.01, 0.02, (0.93, 0.97), 60.0
_COMPARISONS = counts.WANTED


@dataclass(frozen=True, slots=True)
class Row:
    """A measure, what it should be, what it is, and whether that is met; without a target it is just told."""

    measure: str
    target: str
    measured: str
    met: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A slowdown that must be found with at least this probability, in so many seconds a benchmark, on average or at most."""

    share: float
    seconds: float
    mean: bool = True

    def __str__(self) -> str:
        """Say it."""
        how = "mean at most" if self.mean else "cap"
        return f"at least {100 * self.share:g} %, {how} {self.seconds:g} s a benchmark"


PROMISES: Mapping[int, Promise] = {
    10: Promise(0.999, 5.0),
    5: Promise(0.99, 10.0),
    3: Promise(0.95, 30.0, mean=False),
}


def rows(store: Store) -> list[Row]:
    """Hold the stored gates against the targets."""
    aa = Gates(store.rulings(AA))
    slow = {percent: Slowed(store.rulings(SLOW[percent])) for percent in PROMISES}
    return [
        _alarms(aa),
        *(_slowdown(percent, promise, slow[percent]) for percent, promise in PROMISES.items()),
        _inconclusive(aa),
        _coverage(aa, list(slow.values())),
        _docs(Gates(store.rulings(DOCS))),
        *_mutants([Mutated(name, store.rulings(kind)) for name, kind in MUTATED.items()]),
        _counters(store),
    ]


def _alarms(aa: Gates) -> Row:
    share = aa.alarms()
    return Row("A/A suites with a false alarm", "at most 1 %", str(share), met.at_most(share, _ALARMS))


def _slowdown(percent: int, promise: Promise, slow: Slowed) -> Row:
    share, seconds = slow.found(), slow.seconds()
    if not share.of:
        return Row(f"{percent} % slowdown found, by real extra work", str(promise), str(share), met.UNKNOWN)
    took = fmean(seconds) if promise.mean else max(seconds)
    said = f"{share}; {fmean(seconds):.1f} s a benchmark on average, {max(seconds):.1f} s at most"
    answer = met.both(met.at_least(share, promise.share), met.plain(met=took <= promise.seconds))
    return Row(f"{percent} % slowdown found, by real extra work", str(promise), said, answer)


def _inconclusive(aa: Gates) -> Row:
    share = aa.called("inconclusive")
    return Row("A/A benchmarks left inconclusive", "at most 2 %", str(share), met.at_most(share, _INCONCLUSIVE))


def _coverage(aa: Gates, slow: Sequence[Slowed]) -> Row:
    share = _sum([aa.covered(), *(one.covered() for one in slow)])
    return Row("95 % intervals of equal code that hold 1", "93 to 97 %", str(share), met.within(share, *_COVERED))


def _docs(docs: Gates) -> Row:
    share, target = docs.suites("same"), "never flagged, over within a minute"
    if not share.of:
        return Row("change to a text alone, guard on", target, str(share), met.UNKNOWN)
    longest = max(ruling.seconds for ruling in docs.rulings)
    said = f"the same in {share}; {longest:.0f} s at most"
    return Row(
        "change to a text alone, guard on", target, said, met.plain(met=share.hits == share.of and longest <= _DOCS_S)
    )


def _mutants(mutants: Sequence[Mutated]) -> Iterator[Row]:
    target = "always"
    for one in mutants:
        found = one.found()
        yield Row(f"mutant: {one.mutant}, found by counters", target, str(found), _all(found, hits=found.of))
    others = _sum([one.flagged() for one in mutants])
    yield Row("benchmarks beside a mutant, blamed for counters", "none", str(others), _all(others, hits=0))


def _all(share: Share, hits: int) -> str:
    """Answer for what isn't left to chance: it must be so each time."""
    return met.plain(met=share.hits == hits if share.of else None)


def _counters(store: Store) -> Row:
    found = store.documents(counts.COUNTS)
    comparisons = sum(one["comparisons"] for one in found)
    share = Share(min(comparisons, sum(len(one["differences"]) for one in found)), comparisons)
    enough = comparisons >= _COMPARISONS
    answer = (met.plain(met=not share.hits) if enough else met.at_most(share, 0.0)) if comparisons else met.UNKNOWN
    return Row("counters of equal code that differ", f"0 of {_COMPARISONS:,}", str(share), answer)


def told(store: Store) -> Iterator[Row]:
    """Tell what else there is to know of the stored gates."""
    aa, slow = Gates(store.rulings(AA)), [Slowed(store.rulings(kind)) for kind in SLOW.values()]
    flagged = _sum([aa.called("slower"), *(one.flagged() for one in slow)])
    yield Row("unchanged benchmarks called slower, in all runs without guard", "", str(flagged), "")
    whole = Gates(store.rulings(FULL)).alarms()
    yield Row(
        "A/A suites with a false alarm, all measured to the cap", "at most 1 %", str(whole), met.at_most(whole, _ALARMS)
    )
    yield Row("A/A benchmarks called faster", "", str(aa.called("faster")), "")
    yield Row("A/A suites set aside as contaminated", "", str(aa.suites("contaminated")), "")
    if aa.rulings:
        took = f"{fmean(aa.seconds()):.1f} s, {aa.pairs():.1f} pairs"
        yield Row("an A/A benchmark takes, start-up and survey included", "", took, "")
        yield from _reasons(aa, dict(zip(SLOW, slow, strict=True)))
    kinds = store.kinds()
    broken = sum(len(store.failures(kind)) for kind in kinds)
    runs = sum(store.count(kind) for kind in kinds)
    yield Row(
        "runs of all kinds that broke down",
        "none",
        str(Share(broken, runs + broken)),
        met.plain(met=not broken if runs + broken else None),
    )


def _reasons(aa: Gates, slow: Mapping[int, Slowed]) -> Iterator[Row]:
    """Tell where the misses come from: which benchmarks, how unlike their pairs are, what a pair costs."""
    yield Row("left inconclusive in A/A, by benchmark", "", _counted(aa.open()), "")
    for percent, one in slow.items():
        yield Row(f"slowdowns of {percent} % not found, by benchmark", "", _counted(one.missed()), "")
    if aa.pairs():
        whole, own = aa.pair_seconds()
        yield Row(
            "a pair of one A/A benchmark takes, and of that for itself alone", "", f"{whole:.1f} s, {own:.1f} s", ""
        )
    noise = sorted(aa.noise().items(), key=lambda pair: pair[1])
    if noise:
        said = ", ".join(f"{name} {100 * spread:.1f} %" for name, spread in noise)
        yield Row("standard deviation of pairs, by benchmark", "", said, "")


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in found.most_common()) or "none"


def _sum(shares: Sequence[Share]) -> Share:
    return Share(sum(share.hits for share in shares), sum(share.of for share in shares))
