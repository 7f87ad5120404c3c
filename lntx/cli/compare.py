"""`lntx compare`: two stored files against each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options
from lntx.cli.terminal import say, show, show_json, table
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.judge.comparison import Comparison
    from lntx.result import BenchmarkResult

EXAMPLE = "lntx compare base.json head.json --margin 0.2"
_COLUMNS = ("benchmark", "verdict", "ratio", "95 % interval", "why")


def command(
    base: Annotated[Path, typer.Argument(metavar="BASE.json", help="Times before a change.")],
    head: Annotated[Path, typer.Argument(metavar="HEAD.json", help="Times after it.")],
    margin: Annotated[
        float, typer.Option("--margin", metavar="FRACTION", help="A slowdown up to this is not called one.")
    ] = 0.15,
    unlike: Annotated[
        bool, typer.Option("--allow-unlike-machines", help="Compare even where the files come from unlike machines.")
    ] = False,
    allow_inconclusive: options.AllowInconclusive = False,
    as_json: options.Json = False,
) -> int:
    """Compare two files of lntx bench, or any two pytest-benchmark files (lntx gate tells finer differences).

    Exit codes: 0 same or faster, 10 slower, 11 a benchmark is missing, 12 results disagree, 13 inconclusive.
    """
    from lntx import storage
    from lntx.judge import comparison, decision

    if base.exists() and head.exists() and base.samefile(head):
        raise InputError(f"{base} and {head} are the same file; pass two runs")
    found = comparison.compare(storage.read(base), storage.read(head), margin, unlike=unlike)
    if as_json:
        show_json(_document(found))
    else:
        show(*_view(found))
    code = decision.exit_code(found.verdict, allow_inconclusive)
    if code != decision.exit_code(found.verdict):
        say(f"{found.verdict}, which --allow-inconclusive lets pass")
    return code


def _document(found: "Comparison") -> dict[str, Any]:
    """Return everything for a program; no false-alarm rate can be known of two runs that were measured apart."""
    keys = ("name", "verdict", "ratio", "low", "high", "pairs", "seconds", "reason")
    return {
        "verdict": found.verdict,
        "benchmarks": [{key: getattr(judged, key) for key in keys} for judged in found.benchmarks],
        "false_alarm_rate": None,
        "seconds": sum(judged.seconds for judged in found.benchmarks),
        "notes": list(found.notes),
    }


def _view(found: "Comparison") -> Iterator[Any]:
    yield table(_COLUMNS, map(_row, found.benchmarks), numbers=("ratio",))
    yield from (f"- {note}" for note in found.notes)
    yield f"verdict: {found.verdict}"


def _row(judged: "BenchmarkResult") -> tuple[str, ...]:
    ratio = "-" if judged.ratio is None else f"{judged.ratio:.3f}"
    known = judged.low is not None and judged.high is not None
    return judged.name, judged.verdict, ratio, f"{judged.low:.3f} to {judged.high:.3f}" if known else "-", judged.reason
