"""Two files that were measured apart: what can be said of them, which is less than what `lntx gate` can say.

Whatever changed on the machine between two runs (other tenants, clock, temperature, memory layout) stands in the ratio, and in
no interval. So a wide margin is asked for, of the medians and of the minima, and where those part nothing is said. Where
several processes were measured, the interval between processes must lie beyond the margin too.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lntx import fingerprint
from lntx.errors import InputError
from lntx.judge.decision import verdict
from lntx.judge.scores import welch
from lntx.record import Absence, Record, Study
from lntx.result import BenchmarkResult
from lntx.verdict import Verdict

MARGIN = 0.15
"""A slowdown up to this fraction is not called one: runs of the same code differ by as much on shared machines."""
_TRUST = (
    "the two files were measured apart: what drifted between the runs is in no interval, and a ratio within the margin proves"
    " nothing; lntx gate measures both in turns"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two files, on each benchmark, and what to bear in mind."""

    verdict: Verdict
    benchmarks: tuple[BenchmarkResult, ...]
    notes: tuple[str, ...] = ()


def compare(base: Study, head: Study, margin: float = MARGIN, *, unlike: bool = False) -> Comparison:
    """Judge head's times against base's; `unlike` lets the machines differ.

    Raises InputError for a margin that is none, for machines that differ, and where there is nothing to compare.
    """
    if not 0 < margin < math.inf:
        raise InputError(f"the margin must be a fraction above 0, as 0.15, not {margin:g}")
    parted = fingerprint.differences(base.machine, head.machine)
    if parted and not unlike:
        raise InputError(
            f"the files come from unlike machines ({'; '.join(parted)}); --allow-unlike-machines compares them all the same"
        )
    judged = tuple(_judged(_Side.of(base), _Side.of(head), margin))
    return Comparison(verdict(judged), judged, (_TRUST, *_warnings(base, head, parted)))


@dataclass(frozen=True, slots=True)
class _Side:
    """A file's times and absences, by what names a benchmark."""

    records: Mapping[str, Record]
    absences: Mapping[str, Absence]

    @classmethod
    def of(cls, study: Study) -> "_Side":
        records: dict[str, Record] = {}
        for record in study.records:
            name = record.cell.key if record.cell else record.name
            records[name] = _joined(records[name], record) if name in records else record
        return cls(records, {absence.cell.key: absence for absence in study.absences})

    def wrong(self, name: str) -> str | None:
        """Return why a benchmark's results are wrong; None where they aren't."""
        absence, record = self.absences.get(name), self.records.get(name)
        if absence and absence.kind == "disagrees":
            return absence.reason
        if record and record.agreement and not record.agreement.ok:
            return "its weights are not those of the reference"
        return None

    def timed(self, name: str) -> Record | None:
        """Return a time that counts."""
        return None if self.wrong(name) else self.records.get(name)


def _joined(one: Record, other: Record) -> Record:
    """Take a benchmark that was measured again as further processes; other epochs are another measurement."""
    if one.timed_epochs != other.timed_epochs:
        return other
    return replace(other, rounds=one.rounds + other.rounds)


def _judged(base: _Side, head: _Side, margin: float) -> Iterator[BenchmarkResult]:
    names = list(dict.fromkeys([*base.records, *head.records, *head.absences]))
    for side, word in ((base, "base"), (head, "head")):
        if not side.records and not side.absences:
            raise InputError(f"{word} has no benchmark: there is nothing to compare")
    common = [name for name in names if name in base.records and name in head.records]
    if not common and not any(map(head.wrong, names)):
        raise InputError("the files have no benchmark in common; are they of the same suite?")
    if common and all(base.records[name].rounds == head.records[name].rounds for name in common):
        raise InputError("both files hold the same measurements, so nothing was measured twice")
    for name in names:
        found = _one(name, base, head, margin)
        if found is not None:
            yield found


def _one(name: str, base: _Side, head: _Side, margin: float) -> BenchmarkResult | None:
    wrong, before, after = head.wrong(name), base.timed(name), head.timed(name)
    if wrong is not None:
        return BenchmarkResult(name, Verdict.DISAGREES, "results", wrong)
    if after is None:
        absence = head.absences.get(name)
        why = f"head has no time: {absence.reason}" if absence else "head hasn't got it"
        return BenchmarkResult(name, Verdict.MISSING, "coverage", why) if before else None
    if before is None:
        return BenchmarkResult(
            name, Verdict.NEW, "coverage", f"base has no time that counts: {base.wrong(name) or 'it is not there'}"
        )
    return _times(name, before, after, margin)


def _times(name: str, before: Record, after: Record, margin: float) -> BenchmarkResult:
    per = (before.timed_epochs or 1) / (after.timed_epochs or 1)
    ones, others = (sorted(value for rounds in record.rounds for value in rounds) for record in (before, after))
    median = per * after.seconds / before.seconds
    count = min(len(ones), len(others))
    least = per * minimum(others, count) / minimum(ones, count)
    low, high = welch([per * value for value in after.medians], before.medians) or (None, None)
    return BenchmarkResult(
        name=name,
        verdict=_verdict((median, least, low, high), math.log1p(margin)),
        means="time",
        reason=f"ratio of medians {median:.3f}, of minima {least:.3f}",
        ratio=median,
        low=low,
        high=high,
        seconds=math.fsum(ones) + math.fsum(others),
    )


def _verdict(ratios: Sequence[float | None], margin: float) -> Verdict:
    """Return what holds for all ratios that are known; inconclusive where they part."""
    logs = [math.log(ratio) for ratio in ratios if ratio is not None]
    if min(logs) > margin:
        return Verdict.SLOWER
    if max(logs) < -margin:
        return Verdict.FASTER
    return Verdict.SAME if all(abs(log) <= margin for log in logs) else Verdict.INCONCLUSIVE


def minimum(values: Sequence[float], count: int) -> float:
    """Return the mean of the minima of all subsets of some size, for sorted values.

    The least of more rounds is less, so two minima may only be compared at equal counts.
    """
    total, weight, left = 0.0, count / len(values), len(values)
    for value in values:
        total += weight * value
        left -= 1
        if left < count:
            break
        weight *= (left - count + 1) / left
    return total


def _warnings(base: Study, head: Study, parted: Sequence[str]) -> Iterator[str]:
    if parted:
        yield f"the machines differ ({'; '.join(parted)}): the ratios are as much theirs as the code's"
    if not base.machine or not head.machine:
        yield "not both files say on which machine they were measured"
    if all(len(record.rounds) < len(("two", "processes")) for study in (base, head) for record in study.records):
        yield "each file holds one process: what is constant inside a process can't be told from the change"
