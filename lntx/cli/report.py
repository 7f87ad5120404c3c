"""`lntx report`: a study, or a gate, as a page of findings and pictures."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import brief_view, options
from lntx.cli.progress import bar
from lntx.cli.terminal import show, show_json
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.record import Study
    from lntx.report import Rendered
    from lntx.result import GateResult

EXAMPLE = "lntx report results/study.json -o results/report"
STUDY, GATE = "study.json", "gate.json"
"""The files in a results folder that hold the whole study, and the whole gate."""
_OUT = "report"  # the folder beside the results, where no other is named
_KEYS = {"verdict", "rules", "streams"}  # what a gate's file has, and no study's
_MARK = b'"streams"'


def command(
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULTS...",
            help="Result files, or folders: with a study.json, a gate.json, or runs of pytest-benchmark.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder to write to; report/ beside the first.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say where the page lies, and nothing else.")] = False,
    as_json: options.Json = False,
) -> None:
    """Render results (of lntx bench, lntx gate, or any pytest-benchmark JSON) as one offline page, Markdown, figures and CSV.

    Results of one machine, one set of libraries and one commit are taken together. Others stand side by side, the first as
    what the rest is held against; three or more show a trend. So does a folder of pytest-benchmark's, such as .benchmarks.

    Where a targets.json lies beside a study.json, its table is shown too. A gate has a page of its own.
    """
    files = [_file(path) for path in results]
    from lntx.storage import sizes

    for path in filter(Path.exists, files):  # they are read twice: first to see what they hold
        sizes.check_whole(path)
    beside = files[0] if files[0].is_dir() else files[0].parent
    folder = options.writable_folder(out or options.writable_folder(beside, f"{_OUT}/") / _OUT)
    gate = _gate(files) if any(map(_of_gate, files)) else None
    with bar("pictures", 0) as watch:
        rendered = _study(files, folder, watch) if gate is None else _page(gate, folder)
    if as_json:
        left_out = [{"name": name, "reason": reason} for name, reason in rendered.left_out]
        findings = [asdict(finding) for finding in rendered.findings]
        show_json({"page": str(rendered.page), "findings": findings, "left_out": left_out})
        return
    if not quiet:
        show(*(brief_view.view(rendered.brief) if gate is None else _view(gate)))
    show(f"report: {rendered.page}")


def _file(path: Path) -> Path:
    """Find the results in a folder of lntx's: its study, unless it holds a gate alone. Other folders hold runs."""
    own = [path / name for name in (STUDY, GATE) if (path / name).exists()]
    return own[0] if path.is_dir() and own else path


def _of_gate(path: Path) -> bool:
    """Tell by what a file holds whether it is a gate's; what can't be read, its reader complains of."""
    if path.name == GATE:
        return True
    from lntx.storage import sizes

    try:
        content = sizes.content(path, sizes.PARSED)
        document = json.loads(content) if _MARK in content else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and set(document) >= _KEYS


def _gate(files: list[Path]) -> "GateResult":
    if len(files) > 1:
        raise InputError("a gate has a page of its own: pass one gate.json, and nothing else, to lntx report")
    from lntx.storage.gate import read

    return read(files[0])


def _view(result: "GateResult") -> Iterator[Any]:
    from lntx.cli.gate_view import view

    return view(result)


def _page(result: "GateResult", folder: Path) -> "Rendered":
    from lntx.report import gate

    return gate.render(result, folder)


def _study(files: Sequence[Path], folder: Path, watch: Callable[..., None]) -> "Rendered":
    from lntx import report
    from lntx.report.incomplete import placed
    from lntx.storage import targets
    from lntx.storage.folders import runs

    beside = dict.fromkeys(path.parent / targets.FILE for path in files if path.name == STUDY)
    boards = [targets.read(path) for path in beside if path.exists()]
    found = [runs(path) for path in files]
    studies = [placed(run.study, run.path.parent) for given, _ in found for run in given]
    _check(studies)
    return report.render(studies, folder, boards, [one for _, refused in found for one in refused], watch)


def _check(studies: "Sequence[Study]") -> None:
    """Raise InputError where all that there is are benchmarks that can't be used: there would be nothing on the page."""
    unusable = [one for study in studies for one in study.unusable]
    if unusable and not any(study.records or study.absences for study in studies):
        first, more = unusable[0], len(unusable) - 1
        others = f" (and {more:,} more)" if more else ""
        raise InputError(
            f"no benchmark of {first.file or 'these files'} has a time that could be shown: {first.name}: {first.reason}{others}"
        )
