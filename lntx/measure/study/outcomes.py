"""What the outcomes of one cell in several processes come to together."""

from collections.abc import Sequence
from dataclasses import replace

from lntx.measure.cell import plausibility
from lntx.measure.events import Outcome
from lntx.record import Absence, Agreement, Record


def judged(found: Outcome) -> Outcome:
    """Hold a process to what it measured: it judged itself beside somebody else's code, which may have had a hand in that."""
    if not isinstance(found, Record) or not found.cell or not found.agreement or found.agreement.ok:
        return found
    held = found.agreement
    off = held.checkpoints and f"are off by {held.error:.2g}, where rounding explains {held.tolerance:.2g}"
    reason = (
        f"its process calls its weights right, and by its own figures they {off or 'were held to nothing'}; times of wrong "
        "weights are not recorded"
    )
    return Absence(found.cell, "disagrees", reason, found.label, held)


_GRAVEST = ("disagrees", "void", "failed", "timeout", "refused")


def merged(outcomes: Sequence[Outcome]) -> Outcome:
    """Merge the outcomes of one cell, in the order of their processes.

    A process without a time leaves the cell without one: a way that fails now and then, or whose weights once were
    wrong, has no time that could be trusted.
    """
    absences = [outcome for outcome in outcomes if isinstance(outcome, Absence)]
    if absences:
        gravest = min(absences, key=lambda absence: _GRAVEST.index(absence.kind))
        turn = outcomes.index(gravest) + 1
        return replace(gravest, reason=f"in process {turn}: {gravest.reason}") if turn > 1 else gravest
    return _joined([outcome for outcome in outcomes if isinstance(outcome, Record)])


def _joined(records: list[Record]) -> Record:
    first = records[0]
    timed = (first.timed_epochs, first.timed_steps)
    alike = [record for record in records if (record.timed_epochs, record.timed_steps) == timed]
    grown = max(record.counters.get(plausibility.GROWN, 0.0) for record in alike)
    return replace(
        first,
        rounds=tuple(_with_growth(record, grown, rounds) for record in alike for rounds in record.rounds),
        prepare_s=tuple(seconds for record in alike for seconds in record.prepare_s),
        agreement=_agreement(alike),
        counters=_merged(alike),
        changed=tuple(sorted({name for record in alike for name in record.changed})),
    )


def _with_growth(record: Record, grown: float, rounds: tuple[float, ...]) -> tuple[float, ...]:
    """Count what the thorough process found to be trained beforehand into the rounds of those that didn't look."""
    more = grown - record.counters.get(plausibility.GROWN, 0.0)
    return tuple(seconds + more for seconds in rounds) if more else rounds


def _agreement(records: list[Record]) -> Agreement | None:
    found = [record.agreement for record in records if record.agreement]
    return Agreement.worst_of(found) if found else None


def _merged(records: list[Record]) -> dict[str, float]:
    """Take the largest of each counter, and of what the machine can't beat the least: the best that it showed.

    Where a process knows no limit of its time, there is none of them together.
    """
    names = dict.fromkeys(name for record in records for name in record.counters)
    found = {name: [record.counters[name] for record in records if name in record.counters] for name in names}
    limits = {name: min(values) for name, values in found.items() if name.startswith(plausibility.LIMIT)}
    others = {name: max(values) for name, values in found.items() if name not in limits}
    return others | {name: least for name, least in limits.items() if len(found[name]) == len(records)}
