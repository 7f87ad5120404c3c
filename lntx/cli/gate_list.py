"""`lntx gate --list`: what would be timed, what not and why, and about how long it would take."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lntx.cli.terminal import of_table, show, show_json
from lntx.report import names, units
from lntx.report.document import Table
from lntx.report.gate import wording

if TYPE_CHECKING:
    from lntx.duet.listing import Listed, Listing

_NOTHING = 2
_LONG, _WHY = 80, 200


def tell(found: "Listing", *, as_json: bool) -> int:
    """Print it; the exit code: 0 where something could be judged."""
    if as_json:
        show_json(document(found))
    else:
        show(*view(found))
    return 0 if found.judges else _NOTHING


def document(found: "Listing") -> dict[str, Any]:
    """Return what `--json` prints: seconds of each benchmark without the start of processes, `start_s` for that of all."""
    return {
        "benchmarks": [asdict(one) for one in found.benchmarks],
        "left_out": [
            {"name": one.name, "why": one.why.removeprefix("left out: ")} for one in found.benchmarks if not one.judged
        ],
        "seconds": found.seconds,
        "start_s": found.start_s,
        "survey_s": found.survey_s,
        "estimated": found.how,
        "notes": list(found.notes),
        **found.about,
    }


def view(found: "Listing") -> Iterator[Any]:
    """Yield what a person reads."""
    ordered = sorted(found.benchmarks, key=lambda one: (not one.timed, not one.judged))
    labels = names.labels([one.name for one in ordered], _LONG)
    rows = tuple((labels[one.name], *_row(one)) for one in ordered)
    yield of_table(Table(("benchmark", "timed", "seconds", "why"), rows, (False, False, True, False)))
    yield from (f"note: {wording.name(note, 500)}" for note in found.notes if " is left out: " not in note)
    timed, lacking = sum(one.timed for one in ordered), [one.name for one in ordered if not one.judged]
    yield (
        f"\n{timed:,} of {units.plural(len(ordered), 'benchmark')} would be timed; the gate would take about "
        f"{units.seconds(max(found.seconds, 1.0))}: {found.how}."
    )
    if lacking:
        verb = "is" if len(lacking) == 1 else "are"
        which = wording.listed(labels[name] for name in lacking)
        yield f"{units.plural(len(lacking), 'benchmark')} {verb} left out, and would not be judged: {which}."


def _row(one: "Listed") -> tuple[str, str, str]:
    return "yes" if one.timed else "no", f"{one.seconds:.0f}" if one.timed else "", wording.name(one.why, _WHY)
