"""A page to files: all is made in memory first, then written, so that a failure leaves nothing half-done."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lntx.report import document, manifest, tables
from lntx.report.document import Brief, Finding, Table
from lntx.report.drawing.library import DRAWS, MISSING
from lntx.report.drawing.picture import files
from lntx.report.html import html
from lntx.report.markdown import markdown
from lntx.storage import disk

PAGE, SUMMARY = "report.html", "report.md"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written: the page and its Markdown summary, all files, and what they found; `brief` is the short form.

    `left_out` names the benchmarks, and files, that hold no time to go by, each with the reason.
    """

    page: Path
    markdown: Path
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
    brief: Brief
    left_out: tuple[tuple[str, str], ...] = ()


def write(page: document.Page, named: Mapping[str, pd.DataFrame], out: Path, ladder: Table | None = None) -> Rendered:
    """Write a page in all its forms, its pictures, and the frames behind it; warn where the pictures can't be drawn."""
    if page.pictures and not DRAWS:
        warnings.warn(MISSING, stacklevel=2)
    behind = {**named, **{f"figure-{picture.name}": picture.frame for picture in page.pictures}}
    contents = {
        **files(page.pictures),
        **{f"frames/{name}.csv": tables.csv(frame) for name, frame in behind.items()},
        SUMMARY: markdown(page).encode(),
        PAGE: html(page).encode(),
    }
    written = _write(out, contents)
    warned = tuple(finding for finding in page.findings if finding.kind == "warning")
    short = Brief(page.title, ladder, page.brief, warned)
    return Rendered(out / PAGE, out / SUMMARY, written, page.findings, short)


def _write(out: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files by their paths in the folder, and clear away what an earlier report wrote there and this one hasn't.

    All of them or none where there is no room; InputError where they can't be written.
    """
    earlier = manifest.read(out)
    before = {name: content for name, content in contents.items() if name != PAGE}
    files = {**before, manifest.FILE: manifest.noted(contents), PAGE: contents[PAGE]}
    disk.write_all({out / name: content for name, content in files.items()}, within=out, lasting=False)
    for name in earlier.keys() - contents.keys():
        manifest.clear(out, name, earlier[name])
    return tuple(out / name for name in contents)
