"""Several studies as one: told apart only where their machines differ."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lntx.record import Absence, Record, Study


def labelled(studies: Sequence[Study]) -> list[tuple[str, Study]]:
    """Studies of one machine share a label, so their processes count together."""
    prints: list[Any] = []
    for study in studies:
        if (mark := _fingerprint(study)) not in prints:
            prints.append(mark)
    if len(prints) < 2:  # noqa: PLR2004  (one machine needs no name)
        return [("", _joined(studies))] if studies else []
    return [
        (f"machine {i + 1}", _joined([study for study in studies if _fingerprint(study) == mark]))
        for i, mark in enumerate(prints)
    ]


def _fingerprint(study: Study) -> dict[str, Any]:
    return dict(study.machine.get("lntx") or study.machine)


def _joined(studies: Sequence[Study]) -> Study:
    records = tuple(record for study in studies for record in study.records)
    return replace(studies[0], records=records, absences=tuple(gap for study in studies for gap in study.absences))


def merged(records: Iterable[Record]) -> list[Record]:
    """One record for each cell: the processes of a repeated study count as further processes."""
    found: dict[Any, Record] = {}
    for record in records:
        mark = (record.cell, record.timed_epochs) if record.cell else len(found)
        if (known := found.get(mark)) is not None:
            record = replace(  # noqa: PLW2901  (the record as it goes on)
                record, rounds=known.rounds + record.rounds, prepare_s=known.prepare_s + record.prepare_s
            )
        found[mark] = record
    return [record for record in found.values() if record.medians]


def wrong(record: Record) -> bool:
    return record.agreement is not None and not record.agreement.ok


def missing(study: Study) -> list[Absence]:
    """The cells without a time, and those whose time doesn't count because their weights disagree."""
    disagreeing = [
        Absence(record.cell, "disagrees", "its weights are not those of the reference", record.label, record.agreement)
        for record in study.records
        if record.cell and wrong(record)
    ]
    return [*study.absences, *disagreeing]
