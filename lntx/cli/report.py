"""`lntx report`: a study, or a gate, as a page of findings and pictures."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lntx.cli import options
from lntx.cli.terminal import of_finding, of_table, show, show_json
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.report.document import Finding, Table

EXAMPLE = "lntx report results/study.json -o results/report"
STUDY, GATE = "study.json", "gate.json"
"""The files in a results folder that hold the whole study, and the whole gate."""
_KEYS = {"verdict", "rules", "streams"}  # what a gate's file has, and no study's


def command(
    results: Annotated[
        list[Path],
        typer.Argument(metavar="RESULTS...", help="Result files, or folders that hold a study.json or a gate.json."),
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder to write to; report/ beside the first.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Render results (of lntx bench, lntx gate, or any pytest-benchmark JSON) as one offline page, Markdown, figures and CSV.

    Results of one machine, one set of libraries and one commit are taken together. Others stand side by side, the first as
    what the rest is held against; three or more show a trend.

    Where a targets.json lies beside a study.json, its table is shown too. A gate has a page of its own.
    """
    files = [_file(path) for path in results]
    folder = options.writable_folder(out or files[0].parent / "report")
    page, findings, short = _gate(files, folder) if any(map(_of_gate, files)) else _study(files, folder)
    if as_json:
        show_json({"page": str(page), "findings": [asdict(finding) for finding in findings]})
        return
    show(*map(of_finding, findings))
    if short is not None:
        show("", of_table(short), "")
    show(f"report: {page}")


def _file(path: Path) -> Path:
    """Find the results in a folder: its study, unless it holds a gate alone."""
    if not path.is_dir():
        return path
    return path / GATE if (path / GATE).exists() and not (path / STUDY).exists() else path / STUDY


def _of_gate(path: Path) -> bool:
    """Tell by what a file holds whether it is a gate's; what can't be read, its reader complains of."""
    if path.name == GATE:
        return True
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and set(document) >= _KEYS


def _gate(files: list[Path], folder: Path) -> "tuple[Path, tuple[Finding, ...], Table | None]":
    if len(files) > 1:
        raise InputError("a gate has a page of its own: pass one gate.json, and nothing else, to lntx report")
    from lntx.report import gate
    from lntx.storage.gate import read

    rendered = gate.render(read(files[0]), folder)
    return rendered.page, rendered.findings, None


def _study(files: list[Path], folder: Path) -> "tuple[Path, tuple[Finding, ...], Table | None]":
    from lntx import report, storage
    from lntx.storage import targets

    beside = dict.fromkeys(path.parent / targets.FILE for path in files if path.name == STUDY)
    boards = [targets.read(path) for path in beside if path.exists()]
    rendered = report.render([storage.read(path) for path in files], folder, boards)
    return rendered.page, rendered.findings, rendered.ladder
