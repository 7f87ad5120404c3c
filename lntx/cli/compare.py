"""`lntx compare`: two stored files against each other."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options
from lntx.cli.terminal import prose, say, show, show_json, table
from lntx.errors import InputError
from lntx.escaping import printable
from lntx.report import names
from lntx.verdict import Verdict

if TYPE_CHECKING:
    from lntx.judge.comparison import Comparison
    from lntx.record import Unusable
    from lntx.result import BenchmarkResult
    from lntx.storage.folders import Run

EXAMPLE = "lntx compare base.json head.json --margin 0.2"
_COLUMNS = ("benchmark", "verdict", "ratio", "95 % interval")
_LETTERS, _TOLD = 36, 10  # of a name in the table; benchmarks of which it is said why
_NAMED = 3  # benchmarks that the last sentence lists


def command(
    base: Annotated[Path, typer.Argument(metavar="BASE.json", help="Times before a change, or a folder of runs.")],
    head: Annotated[
        Path | None,
        typer.Argument(metavar="HEAD.json", help="Times after it; without it, the last two runs in BASE."),
    ] = None,
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

    Of a folder, such as .benchmarks, or of a file with several runs, the newest run counts; one alone gives its last two.

    Exit codes: 0 same or faster, 10 slower, 11 a benchmark is missing, 12 results disagree, 13 inconclusive.
    """
    from lntx.judge import comparison, decision

    one, other = _last_two(base) if head is None else _chosen(base, head)
    found = comparison.compare(one.study, other.study, margin, unlike=unlike)
    if as_json:
        show_json(_document(found))
    else:
        show(*_view(found))
    code = decision.exit_code(found.verdict, allow_inconclusive)
    if code != decision.exit_code(found.verdict):
        say(f"{found.verdict}, which --allow-inconclusive lets pass")
    return code


def _last_two(place: Path) -> "tuple[Run, Run]":
    """Take the newest run of a place, and the last before it that comes from a machine like its own."""
    from lntx.storage.folders import runs

    found, refused = runs(place)
    _tell(refused)
    if len(found) == 1:
        where = "the folder holds no other" if place.is_dir() else "name the file to compare it with"
        raise InputError(f"there is one run alone, {found[0]}; {where}")
    last = found[-1]
    before = _like(found[:-1], last)
    say(f"comparing {before} with {last}")
    return before, last


def _chosen(base: Path, head: Path) -> "tuple[Run, Run]":
    """Take each file's run; of a folder, or of a file with several, the newest that isn't the other's own."""
    from lntx.storage.folders import runs

    if base.exists() and head.exists() and base.samefile(head):
        raise InputError(f"{base} and {head} are the same file; pass two runs")
    (ones, refused), (others, refused_too) = runs(base), runs(head)
    _tell([*refused, *refused_too])
    last = others[-1]
    earlier = [run for run in ones if not run.path.samefile(last.path)]
    if not earlier:
        raise InputError(f"{base} holds no run but {last}")
    before = _like(earlier, last)
    if len(ones) > 1 or len(others) > 1:
        say(f"comparing {before} with {last}")
    return before, last


def _like(found: "list[Run]", last: "Run") -> "Run":
    """Return the newest run before another, from a machine like that one's; of all where there is none such."""
    from lntx.fingerprint import differences

    before = [run for run in found if run.ended <= last.ended] or found
    alike = [run for run in before if not differences(run.study.machine, last.study.machine)]
    return (alike or before)[-1]


def _tell(refused: "list[Unusable]") -> None:
    for one in refused[:_NAMED]:
        say(f"left out {one.name}: {one.reason}")
    if len(refused) > _NAMED:
        say(f"left out {len(refused) - _NAMED} more files that are none of pytest-benchmark's")


def _document(found: "Comparison") -> dict[str, Any]:
    """Return everything for a program; no false-alarm rate can be known of two runs that were measured apart."""
    keys = ("name", "verdict", "ratio", "low", "high", "pairs", "seconds", "reason")
    return {
        "verdict": found.verdict,
        "benchmarks": [{key: getattr(judged, key) for key in keys} for judged in found.benchmarks],
        "left_out": [{"name": one.name, "reason": one.reason} for one in found.left_out],
        "false_alarm_rate": None,
        "seconds": sum(judged.seconds for judged in found.benchmarks),
        "notes": list(found.notes),
    }


def _view(found: "Comparison") -> Iterator[Any]:
    """Yield what a person reads: the verdict, a table that fits 80 columns, and why those are not the same that aren't."""
    labels = names.shortened([printable(judged.name) for judged in found.benchmarks], _LETTERS)
    yield prose(f"verdict: {found.verdict}{_without(found)}", found.verdict.style)
    yield ""
    yield table(_COLUMNS, (_row(judged, labels) for judged in found.benchmarks), numbers=_COLUMNS[2:])
    yield ""
    told = [judged for judged in found.benchmarks if judged.reason and judged.verdict is not Verdict.SAME]
    yield from (prose(f"- {labels[printable(judged.name)]}: {printable(judged.reason)}") for judged in told[:_TOLD])
    if len(told) > _TOLD:
        yield f"- and {len(told) - _TOLD:,} more, of which --json says why"
    yield from (prose(f"- left out: {printable(one.name)}: {printable(one.reason)}") for one in found.left_out)
    yield from (prose(f"- {printable(note)}") for note in found.notes)


def _without(found: "Comparison") -> str:
    """Say that benchmarks were left out, and which."""
    lacking = [printable(one.name) for one in found.left_out]
    rest = len(lacking) - _NAMED
    more = f" and {rest} more" if rest > 0 else ""
    return f"; left out, as neither file has a time of them: {', '.join(lacking[:_NAMED])}{more}" if lacking else ""


def _row(judged: "BenchmarkResult", labels: Mapping[str, str]) -> tuple[str, ...]:
    ratio = "-" if judged.ratio is None else f"{judged.ratio:.3f}"
    known = judged.low is not None and judged.high is not None
    interval = f"{judged.low:.3f} to {judged.high:.3f}" if known else "-"
    return labels[printable(judged.name)], judged.verdict, ratio, interval
