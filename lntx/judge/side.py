"""One of two files that were measured apart: its times and absences, by what names a benchmark in both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lntx.record import Absence, Record, Study, Unusable


@dataclass(frozen=True, slots=True)
class Side:
    """A file's times and absences, by what names a benchmark, and when it was measured."""

    records: Mapping[str, Record]
    absences: Mapping[str, Absence]
    unusable: Mapping[str, Unusable]
    ended: object = None

    @classmethod
    def of(cls, study: Study) -> "Side":
        """Take what a study holds."""
        records: dict[str, Record] = {}
        for record in study.records:
            name = record.cell.key if record.cell else record.name
            records[name] = _joined(records[name], record) if name in records else record
        absences = {absence.cell.key: absence for absence in study.absences}
        return cls(records, absences, {one.name: one for one in study.unusable}, study.about.get("ended"))

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
