"""`lntx report`: a study as a page of findings and pictures."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import options
from lntx.cli.terminal import show, show_json

EXAMPLE = "lntx report results/study.json -o results/report"
STUDY = "study.json"
"""The file in a results folder that holds the whole study."""
_MARKS = {"warning": "!", "result": "*", "note": "-"}


def command(
    results: Annotated[
        list[Path], typer.Argument(metavar="RESULTS...", help="Result files, or folders that hold a study.json.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder to write to; report/ beside the first.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Render results (of lntx bench, or any pytest-benchmark JSON) as one offline page, Markdown, figures and CSV.

    Where a targets.json lies beside a study.json, its table is shown too.
    """
    files = [path / STUDY if path.is_dir() else path for path in results]
    folder = options.writable_folder(out or files[0].parent / "report")
    from lntx import report, storage
    from lntx.storage import targets

    beside = dict.fromkeys(path.parent / targets.FILE for path in files if path.name == STUDY)
    boards = [targets.read(path) for path in beside if path.exists()]
    rendered = report.render([storage.read(path) for path in files], folder, boards)
    if as_json:
        show_json({"page": str(rendered.page), "findings": [asdict(finding) for finding in rendered.findings]})
        return
    show(*(f"{_MARKS[finding.kind]} {finding}" for finding in rendered.findings), f"report: {rendered.page}")
