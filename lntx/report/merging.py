"""Several studies as one: told apart only where their machines, their libraries or their commits differ.

Of somebody else's files nobody knows the libraries, so two that share a benchmark are two runs, whatever they say of themselves;
those that share none, of one machine and one commit, are parts of one.
"""

import json
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from lntx.fingerprint import fingerprint, lasting
from lntx.record import Absence, Agreement, Cell, Record, Study
from lntx.report import environments


def distinct(studies: Sequence[Study]) -> list[Study]:
    """Leave out every study of which another one has all: a copy is no further process.

    Of two that are equal the first stays. Raw rounds tell: two processes never take the same times to the last digit. Of files
    that may keep no rounds, or were timed by a coarse clock, their own date tells as well.
    """
    held = [_marks(study) for study in studies]

    def given(i: int) -> bool:
        return bool(held[i]) and any(held[i] < marks or (held[i] == marks and j < i) for j, marks in enumerate(held))

    return [study for i, study in enumerate(studies) if not given(i)]


def _marks(study: Study) -> frozenset[Any]:
    machine = repr(_fingerprint(study))
    times = {(machine, *_mark(study, record)) for record in study.records}
    return frozenset(times | {(machine, gap.cell, gap.kind, gap.reason) for gap in study.absences})


def _mark(study: Study, record: Record) -> tuple[Any, ...]:
    if record.cell:
        return (record.cell, record.timed_epochs, record.rounds)
    turn, stated = record.traits.get("turn"), tuple(sorted(record.stated.items()))
    return (record.name, turn, record.rounds, stated, str(study.about.get("ended")))


def labelled(studies: Sequence[Study]) -> list[tuple[str, Study]]:
    """Label studies by what sets them apart.

    Those of one machine, one set of libraries and one commit share a label, so their processes count together.
    """
    groups: dict[str, list[tuple[list[Study], set[str]]]] = {}
    order: list[list[Study]] = []
    for study in studies:
        names = {record.name for record in study.records if record.cell is None}
        beside = groups.setdefault(_key(study), [])
        joined = next((group for group in beside if not group[1] & names), None)
        if joined is None:
            joined = ([], set())
            beside.append(joined)
            order.append(joined[0])
        joined[0].append(study)
        joined[1].update(names)
    if len(order) <= 1:
        return [("", _joined(studies))] if studies else []
    parts = [_joined(group) for group in order]
    return list(zip(environments.labels(parts), parts, strict=True))


def _key(study: Study) -> str:
    """Return what is the same for studies that were made alike, whatever the order of their facts."""
    return json.dumps([_fingerprint(study), environments.commit(study)], sort_keys=True, default=repr)


def _fingerprint(study: Study) -> Any:
    return fingerprint(study.machine) or lasting(study.machine)


def _joined(studies: Sequence[Study]) -> Study:
    return replace(
        studies[0],
        records=tuple(record for study in studies for record in study.records),
        absences=tuple(gap for study in studies for gap in study.absences),
        unusable=tuple(one for study in studies for one in study.unusable),
    )


def refuted(studies: Iterable[Study]) -> frozenset[Cell]:
    """Find the cells whose weights any study found to disagree: none of them has a time that could be trusted."""
    return frozenset(gap.cell for study in studies for gap in _disagreeing(study))


def merged(study: Study, without: Collection[Cell]) -> list[Record]:
    """Make one record for each cell but some: processes of a repeated study count as further ones."""
    alike: dict[Any, list[Record]] = {}
    for i, record in enumerate(study.records):
        if record.cell is None or record.cell not in without:
            alike.setdefault((record.cell, record.timed_epochs) if record.cell else i, []).append(record)
    found = [_one(records) for records in alike.values()]
    return [record for record in found if record.medians or record.stated]


def _one(records: list[Record]) -> Record:
    return replace(
        records[-1],
        rounds=tuple(rounds for record in records for rounds in record.rounds),
        prepare_s=tuple(seconds for record in records for seconds in record.prepare_s),
        agreement=min((record.agreement for record in records), key=_trust),
    )


def _trust(found: Agreement | None) -> tuple[bool, bool, float]:
    """Order agreements, the worst first: none at all proves nothing, and one that fails is worse than any that holds."""
    if found is None or not found.checkpoints:
        return (False, False, -math.inf)
    return (True, found.ok, -found.worst.share)


def wrong(record: Record) -> bool:
    """Return whether a record's weights disagree with the reference."""
    return record.agreement is not None and not record.agreement.ok


def _disagreeing(study: Study) -> list[Absence]:
    """List what disagrees: what the study says so of, and the records whose weights aren't the reference's."""
    said = [gap for gap in study.absences if gap.kind == "disagrees"]
    return said + [
        Absence(record.cell, "disagrees", "its weights are not those of the reference", record.label, record.agreement)
        for record in study.records
        if record.cell and wrong(record)
    ]


def missing(study: Study, without: Collection[Cell]) -> list[Absence]:
    """List the cells without a time, each reason once, and those whose time doesn't count (see `refuted`).

    A cell that has a time all the same, from another study of the machine, says so.
    """
    timed = {record.cell for record in merged(study, without)}
    others = [gap for gap in study.absences if gap.kind != "disagrees"]
    others = [_beside(gap) if gap.cell in timed else gap for gap in others]
    own = _disagreeing(study)
    known = {gap.cell for gap in own}
    elsewhere = [
        Absence(record.cell, "disagrees", "its weights disagree on another machine", record.label)
        for record in study.records
        if record.cell and record.cell in without and record.cell not in known
    ]
    return list(dict.fromkeys([*others, *own, *elsewhere]))


def _beside(gap: Absence) -> Absence:
    return replace(gap, reason=f"{gap.reason.rstrip('. ')} (another study of this machine has a time)")
