"""`lntx gate`: did this change make anything slower?"""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lntx.cli import gate_parts, options
from lntx.cli.terminal import say, show, show_json
from lntx.errors import InputError, LntxError
from lntx.host.interrupts import terminable
from lntx.result import Progress, Rules

if TYPE_CHECKING:
    from lntx.duet.config import GateConfig
    from lntx.result import GateResult

EXAMPLE = "lntx gate main -- benchmarks -k parse"
_PERCENT = 100


def command(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The revision to compare with.")] = "",
    head: Annotated[
        str, typer.Argument(metavar="HEAD", help="The revision that is judged; your worktree as it is, if left out.")
    ] = "",
    margin: Annotated[float, typer.Option(help="Percent; a smaller slowdown is never called one.")] = 0.5,
    tolerated: Annotated[float, typer.Option(help="Percent; the largest slowdown you agree to miss.")] = 3.0,
    pairs: Annotated[int, typer.Option(help="The most pairs of fresh processes.")] = Rules().cap,
    threads: Annotated[
        int | None, typer.Option(help="Threads, and cores, that each arm may use; 1, if left out.")
    ] = None,
    python: Annotated[
        str | None, typer.Option(metavar="PYTHON", help="The interpreter that runs both arms; this one, if left out.")
    ] = None,
    build: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND", help="Installs each arm into an environment of its own; runs in this folder of it."
        ),
    ] = None,
    one_environment: Annotated[
        bool, typer.Option("--one-environment", help="Measure both in one, though they declare different packages.")
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source", metavar="DIR", help="Where the code lies, if not in src or . of here or of the root; again."
        ),
    ] = None,
    asv: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The folder of an asv suite (its benchmark_dir), whose time_ benchmarks are timed."
        ),
    ] = None,
    limit: Annotated[float, typer.Option(metavar="S", help="Seconds that one step of a worker may take.")] = 300.0,
    guard: Annotated[
        bool, typer.Option("--guard/--no-guard", help="Don't time benchmarks whose code is the same in both.")
    ] = True,
    history: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What A/A runs told of the noise; they are added to it.")
    ] = None,
    allow_inconclusive: options.AllowInconclusive = False,
    report_timing: Annotated[
        bool, typer.Option("--report-timing", help="Let time fail nothing: results, coverage and counters still do.")
    ] = False,
    faster: Annotated[
        bool,
        typer.Option(
            "--faster", help="Prove a speed-up: exit with 0 only if something got faster, and nothing slower."
        ),
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="Only say what would be timed, what not and why, and about how long.")
    ] = False,
    part: gate_parts.Part = None,
    join: gate_parts.Join = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML too.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of all that is drawn; another for each gate, if left out.")] = None,
    out: options.Out = Path("results/gate"),
    as_json: options.Json = False,
    pytest: Annotated[list[str] | None, typer.Option(gate_parts.HANDED, hidden=True)] = None,
) -> int:
    """Judge HEAD against BASE by the project's own pytest-benchmark suite, measured in turns; what follows -- goes to pytest.

    Without HEAD, your worktree is judged with all edits in it, committed or not, untracked files that aren't ignored included.

    Exit codes: 0 nothing got slower, 10 slower, 11 a benchmark went missing, 12 results are wrong, 13 inconclusive,
    contaminated or (--faster) no speed-up proved, 2 the gate could not be run.

    What a project always says (--build, --source, --threads, --asv, paths), its margins and budgets may stand in lntx-gate.toml.
    """
    _check(threads, limit)
    deciding = faster or report_timing or allow_inconclusive or junit is not None
    gate_parts.check(base, part, join, deciding=deciding, listing=listing)
    if faster and report_timing:
        raise InputError("--faster is proved by time, which --report-timing leaves aside; give one of them")
    from lntx.duet.asv import named
    from lntx.duet.config import GateConfig
    from lntx.host import locks

    suite, words = named(asv, pytest or [])
    request = GateConfig(
        where=Path.cwd(),
        base=base,
        head=head,
        arguments=tuple(words),
        rules=_rules(margin / _PERCENT, tolerated / _PERCENT, pairs),
        python=python or "",
        build=build or "",
        one_environment=one_environment,
        threads=1 if threads is None else threads,
        limit_s=limit,
        guard=guard,
        history=history,
        asv=suite,
        seed=seed,
        faster=faster,
        beside=(*filter(None, (out, junit, history)), out / locks.NAME),
        unset=_unset(arguments=words, build=build, sources=source, threads=threads, asv=asv),
    )
    if source:
        request = replace(request, sources=tuple(source))
    request = gate_parts.of(request, part)
    if listing:
        return _list(request, as_json=as_json)
    if part:
        return gate_parts.measured(request, out, _measured, as_json=as_json)
    _check_places(out, junit, history)
    from lntx.cli import gate_outcome
    from lntx.duet.preparation import WHO

    fresh = not out.exists()
    with locks.output(out, WHO):
        result = gate_parts.joined(join) if join else _measured(request)
        whole = _tell(result, request, out, junit, fresh=fresh, as_json=as_json)
    code = gate_outcome.exit_code(
        result, allow_inconclusive=allow_inconclusive, report_timing=report_timing, faster=faster
    )
    return code if whole or code else LntxError.exit_code


def _tell(
    result: "GateResult", request: "GateConfig", out: Path, junit: Path | None, *, fresh: bool, as_json: bool
) -> bool:
    """Write all that there is to read, and print; whether all could be written. fresh: the folder is a new one.

    What can't be had again is written first, and what can't be written keeps nothing else from it.
    """
    from lntx.cli import gate_outcome
    from lntx.cli.gate_view import view
    from lntx.report import gate as told
    from lntx.report.gate import left_out
    from lntx.storage import gate as stored
    from lntx.storage import write_text

    written = gate_outcome.Written()
    written.attempt(lambda: stored.write(result, out / stored.FILE))
    written.attempt(lambda: gate_outcome.remember(result, request))
    if fresh:
        written.attempt(lambda: gate_outcome.unseen(out, request.where))
    page = written.attempt(lambda: told.render(result, out / "report").page)
    if junit:
        written.attempt(lambda: write_text(junit, told.junit(result)))
    summary = told.summary(result)
    written.attempt(lambda: write_text(out / "summary.md", summary))
    if place := os.environ.get(gate_outcome.STEP_SUMMARY):
        written.attempt(lambda: gate_outcome.append(Path(place), summary))
    lacking = left_out.sentence(result)
    if as_json:
        show_json(told.document(result))
        if lacking:
            say(lacking)
    else:
        show(*view(result), *([f"report: {page}"] if page else []), *filter(None, [lacking]))
    for failure in written.failures:
        say(failure)
    return not written.failures


def _check_places(out: Path, junit: Path | None, history: Path | None) -> None:
    """Raise InputError, before minutes are spent, where what comes of them can't be written."""
    from lntx.cli.gate_outcome import STEP_SUMMARY

    options.writable_folder(out, "report/", "gate.json", "summary.md", ".gitignore")
    for path in filter(None, (junit, history)):
        options.writable_file(path)
    if place := os.environ.get(STEP_SUMMARY):
        options.open_to_more(Path(place), STEP_SUMMARY)


def _measured(request: "GateConfig") -> "GateResult":
    """Run the gate, and show how far it is."""
    from lntx.cli.gate_progress import watching

    try:
        with terminable(), watching() as watch:
            from lntx.duet.gate import gate

            return gate(request, watch)
    except KeyboardInterrupt:
        raise LntxError("interrupted before anything was timed; nothing is left behind") from None


def _list(request: "GateConfig", *, as_json: bool) -> int:
    """Survey, and say what the gate would do."""
    from lntx.cli import gate_list
    from lntx.cli.gate_progress import watching
    from lntx.duet.listing import listing

    with terminable(), watching() as watch:
        found = listing(request, lambda name: watch(Progress("survey", 0, request.rules.cap, at=name)))
    return gate_list.tell(found, as_json=as_json)


def _unset(**given: object) -> frozenset[str]:
    """Name what wasn't said, so that the project's own file may."""
    return frozenset(name for name, value in given.items() if value is None or value == [])


def _check(threads: int | None, limit: float) -> None:
    """Raise InputError where the gate can't run, or a number makes no sense."""
    if os.name != "posix":
        raise InputError("lntx gate needs Linux or macOS; compare two files with lntx compare")
    if threads is not None and threads < 1:
        raise InputError("--threads must be 1 or more")
    if limit <= 0:
        raise InputError("--limit must be a number of seconds above 0")


def _rules(margin: float, tolerated: float, pairs: int) -> Rules:
    if not 0 <= margin < tolerated < 1:
        raise InputError("--margin and --tolerated are percent, 0 <= margin < tolerated < 100")
    if pairs < min(Rules().looks):
        raise InputError(f"--pairs must be {min(Rules().looks)} or more: fewer tell nothing of the noise")
    looks = (*(look for look in Rules().looks if look < pairs), pairs)
    return Rules(margin=margin, tolerated=tolerated, looks=looks)
