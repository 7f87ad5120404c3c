"""Several studies as one: told apart only where their machines differ."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lntx.record import Absence, Record, Study


def labelled(studies: Sequence[Study]) -> list[tuple[str, Study]]:
    """Label studies: those of one machine share a label, so their processes count together."""
    prints: list[Any] = []
    for study in studies:
        if (mark := _fingerprint(study)) not in prints:
            prints.append(mark)
    if len(prints) <= 1:
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


def merged(study: Study) -> list[Record]:
    """Make one record for each cell whose weights hold: processes of a repeated study count as further ones."""
    found: dict[Any, Record] = {}
    for record in (record for record in study.records if not wrong(record)):
        mark = (record.cell, record.timed_epochs) if record.cell else len(found)
        known = found.get(mark, replace(record, rounds=(), prepare_s=()))
        rounds, prepare_s = known.rounds + record.rounds, known.prepare_s + record.prepare_s
        found[mark] = replace(record, rounds=rounds, prepare_s=prepare_s)
    return [record for record in found.values() if record.medians]


def wrong(record: Record) -> bool:
    """Say whether a record's weights disagree with the reference."""
    return record.agreement is not None and not record.agreement.ok


def missing(study: Study) -> list[Absence]:
    """List the cells without a time, and those whose time doesn't count because their weights disagree."""
    disagreeing = [
        Absence(record.cell, "disagrees", "its weights are not those of the reference", record.label, record.agreement)
        for record in study.records
        if record.cell and wrong(record)
    ]
    return [*study.absences, *disagreeing]
