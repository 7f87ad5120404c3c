"""What a gate couldn't judge: by name, with the reason, wherever its result is told."""

from dataclasses import dataclass

from lntx.report import names, units
from lntx.report.document import Table
from lntx.report.gate import wording
from lntx.result import GateResult

HEADINGS = ("benchmark", "why it is left out")
_LONG = 10_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A benchmark that was surveyed and not judged, and why."""

    name: str
    why: str


def left_out(result: GateResult) -> list[LeftOut]:
    """List them, in the order of the suite."""
    judged = {one.name for one in result.benchmarks}
    return [LeftOut(one.name, one.why_idle) for one in result.surveyed if one.idle and one.name not in judged]


def sentence(result: GateResult) -> str:
    """Say that something is left out, and what; empty where nothing is."""
    found = left_out(result)
    if not found:
        return ""
    verb = "is" if len(found) == 1 else "are"
    labels = wording.labels(result)
    named = wording.listed(labels[one.name] for one in found)
    return f"{units.plural(len(found), 'benchmark')} {verb} left out, and not judged: {named}."


def notes(result: GateResult) -> list[str]:
    """Return the notes of a gate but for those that say the same."""
    told = tuple(f"{one.name} is left out: " for one in left_out(result))
    return [note for note in result.notes if not note.startswith(told)] if told else list(result.notes)


def table(result: GateResult, most: int = 200) -> Table:
    """Make their table."""
    found = left_out(result)
    labels = wording.labels(result, 120)
    rows = tuple((labels[one.name], wording.name(one.why, 400)) for one in found[:most])
    return Table(HEADINGS, rows, (False, False), len(found) - len(rows), "Left out", rest="gate.json", narrow=True)


def lines(result: GateResult, most: int = 100) -> list[str]:
    """Return a line for each."""
    found = left_out(result)
    whole = names.distinct(one.name for one in found)
    short = names.shortened(whole.values(), 200)
    told = [f"left out: {short[whole[one.name]]}: {wording.name(one.why, 500)}" for one in found[:most]]
    return [*told, *([f"{len(found) - most:,} more are left out; gate.json names them"] if len(found) > most else [])]
