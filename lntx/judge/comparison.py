"""Two files that were measured apart: what can be said of them, which is less than what `lntx gate` can say.

Whatever changed on the machine between two runs (other tenants, clock, temperature, memory layout) stands in the ratio, and in
no interval. So a wide margin is asked for, of the medians and of the minima, and where those part nothing is said. Where
several processes were measured, the interval between processes must lie beyond the margin too. A benchmark that one of the
files holds no time of costs the others nothing: it is told by its name.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lntx import fingerprint
from lntx.errors import InputError
from lntx.judge.decision import verdict
from lntx.judge.ratios import ratios
from lntx.judge.side import Side
from lntx.judge.twins import Told, told_apart
from lntx.record import Record, Study, Unusable
from lntx.result import BenchmarkResult
from lntx.verdict import Verdict

_NAMED = 3  # benchmarks that a line lists
MARGIN = 0.15
"""A slowdown up to this fraction is not called one: runs of the same code differ by as much on shared machines."""
_TRUST = (
    "the two files were measured apart: what drifted between the runs is in no interval, and a ratio within the margin proves"
    " nothing; lntx gate measures both in turns"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two files, on each benchmark, what to bear in mind, and which benchmarks neither file has a time of."""

    verdict: Verdict
    benchmarks: tuple[BenchmarkResult, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[Unusable, ...] = ()


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
    told = told_apart((base, head))
    one, other = (Side.of(study) for study in told.studies)
    judged = _swapped(tuple(_judged(one, other, margin, told.unequal)), told, (one, other))
    notes = (_TRUST, *_warnings(base, head, parted), *told.notes)
    return Comparison(verdict(judged), judged, notes, tuple(_left_out(one, other, {found.name for found in judged})))


def _judged(base: Side, head: Side, margin: float, unequal: Mapping[str, str]) -> Iterator[BenchmarkResult]:
    names = list(dict.fromkeys([*base.records, *head.records, *head.absences]))
    for side, word in ((base, "base"), (head, "head")):
        if not side.records and not side.absences:
            why = (
                f" with a time: {_listed(side.unusable.values())}" if side.unusable else ": there is nothing to compare"
            )
            raise InputError(f"{word} has no benchmark{why}")
    common = [name for name in names if name in base.records and name in head.records]
    if not common and not any(map(head.wrong, names)):
        raise InputError(_nothing(base, head))
    if common and all(map(_copied(base, head), common)):
        raise InputError(_twice(base, head, common))
    for name in names:
        found = _one(name, base, head, margin)
        if found is not None:
            unsure = unequal.get(name)
            yield BenchmarkResult(name, Verdict.INCONCLUSIVE, "coverage", unsure) if unsure else found


def _nothing(base: Side, head: Side) -> str:
    """Say that two files share no benchmark, and what each has."""
    if shared := [one for name, one in {**base.unusable, **head.unusable}.items() if _either(name, base, head)]:
        return f"there is no benchmark of which both files hold a time: {_listed(shared)}"
    sides = [[*side.records, *side.unusable, *side.absences] for side in (base, head)]
    tests = [{name.rpartition("/")[2] for name in names} for names in sides]
    advice = "are they of the same suite?"
    if tests[0] & tests[1]:
        advice = "their folders alone differ: measure both from the same root folder (pytest --rootdir)"
    has = [f"{word} has {_few(names)}" for word, names in zip(("base", "head"), sides, strict=True)]
    return f"the files have no benchmark in common; {', '.join(has)}; {advice}"


def _twice(base: Side, head: Side, common: Sequence[str]) -> str:
    """Say that what both files hold are the same measurements, and what only one of them holds."""
    same = "so nothing was measured twice"
    alone = {
        word: [name for name in (*side.records, *side.absences) if name not in common]
        for word, side in (("base", base), ("head", head))
    }
    others = [f"{word} alone has {_few(names)}" for word, names in alone.items() if names]
    if not others:
        return f"both files hold the same measurements, {same}"
    what = f"what both files hold, {len(common):,} benchmark{'s' * (len(common) > 1)}, is the same measurements"
    return f"{what}, {same}; {' and '.join(others)}"


def _either(name: str, base: Side, head: Side) -> bool:
    return all(name in side.records or name in side.unusable for side in (base, head))


def _few(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _listed(found: Iterable[Unusable]) -> str:
    several = [f"{one.name} ({one.reason})" for one in found]
    return _few(several)


def _copied(base: Side, head: Side) -> Callable[[str], bool]:
    """Return what tells whether two records of a name are one: all numbers are the same, and no clock says that they aren't.

    A coarse clock gives the same numbers twice.
    """
    apart = bool(base.ended and head.ended and base.ended != head.ended)

    def alike(name: str) -> bool:
        one, other = base.records[name], head.records[name]
        return not apart and (one.rounds, one.stated) == (other.rounds, other.stated)

    return alike


def _one(name: str, base: Side, head: Side, margin: float) -> BenchmarkResult | None:
    wrong, before, after = head.wrong(name), base.timed(name), head.timed(name)
    if wrong is not None:
        return BenchmarkResult(name, Verdict.DISAGREES, "results", wrong)
    for side, word, other in ((head, "head", before), (base, "base", after)):
        if other is not None and name in side.unusable:
            why = f"{word} has no time of it: {side.unusable[name].reason}"
            return BenchmarkResult(name, Verdict.INCONCLUSIVE, "coverage", why)
    if after is None:
        absence = head.absences.get(name)
        why = f"head has no time: {absence.reason}" if absence else "head hasn't got it"
        return BenchmarkResult(name, Verdict.MISSING, "coverage", why) if before else None
    if before is None:
        return BenchmarkResult(
            name, Verdict.NEW, "coverage", f"base has no time that counts: {base.wrong(name) or 'it is not there'}"
        )
    found = ratios(before, after)
    return BenchmarkResult(
        name=name,
        verdict=found.verdict(margin),
        means="time",
        reason=found.reason,
        ratio=found.median,
        low=found.low,
        high=found.high,
        seconds=_seconds(before) + _seconds(after),
    )


def _seconds(record: Record) -> float:
    """Return what was measured of a record, as far as that is known."""
    return math.fsum(value for rounds in record.rounds for value in rounds) or record.stated.get("total", 0.0)


def _swapped(judged: tuple[BenchmarkResult, ...], told: Told, sides: Sequence[Side]) -> tuple[BenchmarkResult, ...]:
    """Say nothing of benchmarks that their order alone tells apart, where they may have changed places.

    In one order by their times, in another in the file: what looks slower may be the other one.
    """
    unsure: dict[str, str] = {}
    for name, ordered in told.by_order.items():
        if any(one.verdict in {Verdict.SLOWER, Verdict.FASTER} for one in judged if one.name in ordered):
            ranks = [_ranks(side, ordered) for side in sides]
            if ranks[0] != ranks[1]:
                unsure |= dict.fromkeys(
                    ordered, f"{name} stands {len(ordered)} times in either file, perhaps in another order"
                )
    return tuple(
        replace(one, verdict=Verdict.INCONCLUSIVE, means="coverage", reason=f"{unsure[one.name]}: {one.reason}")
        if one.name in unsure
        else one
        for one in judged
    )


def _ranks(side: Side, names: Sequence[str]) -> list[str]:
    """Order benchmarks by their times; those without come first, in their order."""
    timed = {name: record.medians for name in names if (record := side.records.get(name))}
    return sorted(names, key=lambda name: timed.get(name, ()))


def _left_out(base: Side, head: Side, judged: set[str]) -> Iterator[Unusable]:
    """Yield what can't be judged, as no file that has it holds a time of it."""
    for name in dict.fromkeys([*base.unusable, *head.unusable]):
        if name not in judged:
            several = [side.unusable[name] for side in (base, head) if name in side.unusable]
            reasons = dict.fromkeys(one.reason for one in several)
            yield replace(several[-1], reason="; ".join(reasons))


def _warnings(base: Study, head: Study, parted: Sequence[str]) -> Iterator[str]:
    if parted:
        yield f"the machines differ ({'; '.join(parted)}): the ratios are as much theirs as the code's"
    if not base.machine or not head.machine:
        yield "not both files say on which machine they were measured"
    stated = [
        word for word, study in (("base", base), ("head", head)) if any(record.stated for record in study.records)
    ]
    if stated:
        yield f"of some benchmarks {' and '.join(stated)} held no raw rounds: what is stated of them counts"
    if all(len(record.rounds) < len(("two", "processes")) for study in (base, head) for record in study.records):
        yield "each file holds one process: what is constant inside a process can't be told from the change"
