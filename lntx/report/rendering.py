"""From records to files: all is made in memory first, then written, so that a failure leaves nothing half-done."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lntx.record import Study, Unusable
from lntx.report import document, manifest, study_page, tables
from lntx.report import targets as held
from lntx.report.brief import Brief, table
from lntx.report.brief import warnings as warnings_of
from lntx.report.document import Finding, Table
from lntx.report.drawing.library import DRAWS, MISSING
from lntx.report.drawing.picture import Watch, files
from lntx.report.figures import pictures
from lntx.report.findings import findings
from lntx.report.frames import FRAMES, frames
from lntx.report.html import html
from lntx.report.markdown import markdown
from lntx.report.merging import distinct
from lntx.storage import disk
from lntx.targets import Scoreboard

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


def render(
    studies: Sequence[Study],
    out: Path,
    boards: Sequence[Scoreboard] = (),
    refused: Sequence[Unusable] = (),
    watch: Watch = lambda _done, _whole: None,
) -> Rendered:
    """Write `report.html`, `report.md`, `figures/` and `frames/` into a folder; the page comes last.

    boards are the targets that were measured with the studies, refused the files that were passed over, and watch hears how many
    kinds of pictures are drawn, of how many. Raises InputError where the folder can't be written. Any studies do: empty, partial,
    foreign, of several machines.
    """
    tidy = frames(studies, refused)
    page = study_page.page(distinct(studies), tidy, findings(tidy), tuple(pictures(tidy, watch)), held.sections(boards))
    named = {name: getattr(tidy, name) for name in (*FRAMES, *(("runs",) if len(tidy.runs) > 1 else ()))}
    named |= {"targets": held.frame(boards)} if boards else {}
    left_out = tuple((str(row["name"]), str(row["reason"])) for _, row in tidy.unusable.iterrows())
    return replace(write(page, named, out, table(tidy)), left_out=left_out)


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
    short = Brief(page.title, ladder, page.brief, warnings_of(page.findings))
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
