"""The result of a gate as tables that people read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from itertools import compress
from typing import Any

from lntx.judge import budgets
from lntx.judge.counts import PEAK
from lntx.judge.quantities import said_size
from lntx.report import names, units
from lntx.report.document import Table
from lntx.report.gate import left_out, wording
from lntx.report.gate.counters import counters
from lntx.result import ARMS, BenchmarkResult, GateResult
from lntx.verdict import Verdict

HEADINGS = ("benchmark", "verdict", "ratio", "95 % interval", "pairs", "slowdown ruled out above", "timed", "why")
_NUMERIC = (False, False, True, True, True, True, True, False)
_LONG, _SHORT, _WHY = 120, 28, 400
_WIDTH, _GAP = 80, 2  # of a terminal, and between its columns
OPEN = "open"
"""Stands for the verdict of what is still measured."""
FILE = "frames/benchmarks.csv"
"""Holds all benchmarks."""


def of_benchmarks(
    judged: Sequence[BenchmarkResult],
    caption: str = "",
    *,
    most: int = 500,
    length: int = _LONG,
    why: int = _WHY,
    still: Collection[str] = (),
) -> Table:
    """Make the table of some benchmarks, the gravest first, those that are `still` measured last.

    Where all are of one file, names stand without it; a column that says nothing of any is left out. Names are cut at a
    `length`, reasons at that of `why`.
    """
    ordered = sorted(
        wording.worst_first(judged), key=lambda one: (one.name in still, one.name if one.name in still else "")
    )
    labels = names.labels([one.name for one in ordered], length)
    rows = [(labels[one.name], *_row(one, why, still=one.name in still)) for one in ordered[:most]]
    said = [any(column) for column in zip(*rows, strict=True)] or [True] * len(HEADINGS)
    return Table(
        tuple(compress(HEADINGS, said)),
        tuple(tuple(compress(cells, said)) for cells in rows),
        tuple(compress(_NUMERIC, said)),
        len(ordered) - len(rows),
        caption,
        rest=FILE,
        narrow=True,
    )


def in_short(judged: Sequence[BenchmarkResult], most: int) -> Table:
    """Make the table that a terminal of 80 columns has room for, the gravest first: what is judged, how, and by what."""
    shown = wording.worst_first(judged)[:most]
    told = [
        (
            str(one.verdict),
            "" if one.ratio is None else wording.times(one.ratio),
            wording.interval(one),
            f"{one.pairs:,}" if one.pairs else "",
        )
        for one in shown
    ]
    taken = sum(max(map(len, column)) + _GAP for column in zip(HEADINGS[1:5], *told, strict=True))
    labels = names.labels([one.name for one in judged], max(_WIDTH - taken, _SHORT))
    rows = tuple((labels[one.name], *cells) for one, cells in zip(shown, told, strict=True))
    return Table(HEADINGS[:5], rows, _NUMERIC[:5], len(judged) - len(shown))


def _row(one: BenchmarkResult, why: int, *, still: bool) -> tuple[str, ...]:
    """Return all of one benchmark but its name."""
    verdict = f"{one.verdict} by counters" if one.means == "counters" and one.verdict is Verdict.SLOWER else one.verdict
    return (
        OPEN if still else verdict,
        "" if one.ratio is None else wording.times(one.ratio),
        wording.interval(one),
        f"{one.pairs:,}" if one.pairs else "",
        wording.excluded(one),
        units.seconds(one.seconds) if one.seconds else "",
        "" if _told_by_columns(one) else wording.name(one.reason, why),
    )


def _told_by_columns(one: BenchmarkResult) -> bool:
    """Whether the reason says no more than which slowdown is excluded."""
    return one.verdict is Verdict.SAME and one.excluded is not None and one.reason.endswith("is excluded")


def of_budgets(result: GateResult, most: int = 200) -> Table:
    """Make the table of budgets, what is over first, then what can't be told, then what isn't judged."""
    order = ("over", "undecided", "unknown", "within")
    found = sorted(result.budgets, key=lambda one: (order.index(one.outcome), one.name, one.measure))
    labels = wording.labels(result, _LONG)
    rows = tuple(
        (
            labels[one.name],
            one.measure,
            budgets.limit(one),
            budgets.value(one),
            "not judged" if one.outcome == "unknown" else one.outcome,
            wording.name(one.reason or one.why, _WHY),
        )
        for one in found[:most]
    )
    headings = ("benchmark", "of", "budget", "head takes", "outcome", "why")
    return Table(
        headings, rows, (False, False, True, True, False, False), len(found) - len(rows), "Budgets", rest="gate.json"
    )


def of_counters(result: GateResult, most: int = 200) -> Table:
    """Make the table of counters that differ between base and head, what rose first."""
    known = counters(result)
    moved, labels = [one for one in known if one.base != one.head], names.labels([one.name for one in known], _LONG)
    rows = tuple(
        (
            labels[one.name],
            one.counter,
            *(_count(one.counter, value) for value in (one.base, one.head)),
            one.verdict,
        )
        for one in moved[:most]
    )
    return Table(
        ("benchmark", "counter", "base", "head", "verdict"),
        rows,
        (False, False, True, True, False),
        len(moved) - len(rows),
        "Counters that differ between base and head",
        rest="frames/counters.csv",
    )


def _count(counter: str, value: float) -> str:
    return said_size(value, 4) if counter == PEAK else f"{value:,.12g}"


def place(result: GateResult) -> str:
    """Say of which file all benchmarks are, where the tables leave it out; empty where they don't."""
    file = wording.shared([one.name for one in others(result)])
    return wording.name(f"All are of {file}.", _LONG) if file else ""


def identical(result: GateResult) -> list[BenchmarkResult]:
    """Take the benchmarks that are the same by identity, by name."""
    return sorted((one for one in result.benchmarks if wording.by_identity(one)), key=lambda one: one.name)


def others(result: GateResult) -> list[BenchmarkResult]:
    """Take all but those, the worst first."""
    return wording.worst_first(one for one in result.benchmarks if not wording.by_identity(one))


def alike(result: GateResult) -> str:
    """Return in a line how many execute the same code; empty for none."""
    count = len(identical(result))
    whose = "1 benchmark executes" if count == 1 else f"{count:,} benchmarks execute"
    return f"{whose} the same code in base and head, and so can't have been made slower by the change." if count else ""


def steady(result: GateResult) -> str:
    """Return in a line how many counters did not move; empty for none."""
    same = [one for one in counters(result) if one.base == one.head]
    verb = "is" if len(same) == 1 else "are"
    kinds = units.listing(sorted({one.counter for one in same}))
    return f"{units.plural(len(same), 'counter')} {verb} the same in base and head ({kinds})." if same else ""


def document(result: GateResult) -> dict[str, Any]:
    """Return what `--json` prints: names as they are, None where nothing was timed, seconds."""
    return {
        "verdict": result.verdict,
        "benchmarks": [benchmark(judged) for judged in result.benchmarks],
        "sentinels": [benchmark(judged) for judged in result.sentinels],
        "false_alarm_rate": result.rules.alarms,
        "seconds": result.seconds,
        "left_out": [{"name": one.name, "why": one.why} for one in left_out.left_out(result)],
        **{arm: dict(given) for arm in ARMS if isinstance(given := result.about.get(arm), Mapping)},
        "notes": list(result.notes),
        "margins": {name: {"margin": margin, "tolerated": most} for name, (margin, most) in result.margins.items()},
        "budgets": [asdict(one) for one in result.budgets],
    }


def benchmark(judged: BenchmarkResult) -> dict[str, Any]:
    """Return one benchmark's verdict with all that carries it."""
    return {
        "name": judged.name,
        "verdict": judged.verdict,
        "ratio": judged.ratio,
        "low": judged.low,
        "high": judged.high,
        "pairs": judged.pairs,
        "seconds": judged.seconds,
        "means": judged.means,
        "reason": judged.reason,
        "excluded": judged.excluded,
        "needs": judged.needs,
    }
