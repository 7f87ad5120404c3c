"""The result of a gate as tables that people read."""

from collections.abc import Sequence
from itertools import compress

from lntx.report import units
from lntx.report.document import Table
from lntx.report.gate import frames, wording
from lntx.report.rows import each
from lntx.result import BenchmarkResult, GateResult, Verdict

HEADINGS = ("benchmark", "verdict", "ratio", "95 % interval", "pairs", "excluded above", "timed", "why")
_NUMERIC = (False, False, True, True, True, True, True, False)
_LONG, _WHY = 120, 400


def of_benchmarks(judged: Sequence[BenchmarkResult], most: int = 500, length: int = _LONG) -> Table:
    """Make the table of some benchmarks, the worst first.

    Where all are of one file, names stand without it; a column that says nothing of any is left out.
    """
    ordered = wording.worst_first(judged)
    labels = wording.labels([one.name for one in ordered[:most]], length)
    rows = [(labels[one.name], *row(one)) for one in ordered[:most]]
    said = [any(column) for column in zip(*rows, strict=True)] or [True] * len(HEADINGS)
    return Table(
        tuple(compress(HEADINGS, said)),
        tuple(tuple(compress(cells, said)) for cells in rows),
        tuple(compress(_NUMERIC, said)),
        left_out=len(ordered) - len(rows),
    )


def row(one: BenchmarkResult) -> tuple[str, ...]:
    """Say all of one benchmark but its name."""
    return (
        f"{one.verdict} by counters" if one.means == "counters" else one.verdict,
        "" if one.ratio is None else wording.times(one.ratio),
        wording.interval(one),
        f"{one.pairs:,}" if one.pairs else "",
        wording.excluded(one),
        units.seconds(one.seconds) if one.seconds else "",
        "" if one.verdict is Verdict.SAME and one.excluded else wording.name(one.reason, _WHY),
    )


def of_counters(result: GateResult, most: int = 200) -> Table:
    """Make the table of counters that differ between base and head, what rose first."""
    found = frames.counters(result)
    moved = found[found["base"] != found["head"]]
    rows = tuple(
        (wording.name(row.name, _LONG), row.counter, f"{row.base:,.12g}", f"{row.head:,.12g}", row.verdict)
        for row in each(moved.head(most))
    )
    return Table(
        ("benchmark", "counter", "base", "head", "verdict"),
        rows,
        (False, False, True, True, False),
        left_out=len(moved) - len(rows),
    )


def place(result: GateResult) -> str:
    """Say of which file all benchmarks are, where the tables leave it out; empty where they don't."""
    names = [one.name for one in others(result)]
    return wording.name(f"All are of {wording.shared(names)}.", _LONG) if wording.shared(names) else ""


def identical(result: GateResult) -> list[BenchmarkResult]:
    """Take the benchmarks that are the same by identity, by name."""
    return sorted((one for one in result.benchmarks if wording.by_identity(one)), key=lambda one: one.name)


def others(result: GateResult) -> list[BenchmarkResult]:
    """Take all but those, the worst first."""
    return wording.worst_first(one for one in result.benchmarks if not wording.by_identity(one))


def alike(result: GateResult) -> str:
    """Say in a line how many execute the same code; empty for none."""
    count = len(identical(result))
    whose = "1 benchmark executes" if count == 1 else f"{count:,} benchmarks execute"
    return f"{whose} the same code in base and head, and so can't have been made slower by the change." if count else ""


def steady(result: GateResult) -> str:
    """Say in a line how many counters did not move; empty for none."""
    found = frames.counters(result)
    count = int((found["base"] == found["head"]).sum())
    return (
        f"{units.plural(count, 'counter')} {'is' if count == 1 else 'are'} the same in base and head." if count else ""
    )
