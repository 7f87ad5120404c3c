"""From studies to files: all is made in memory first, then written, so that a failure leaves nothing half-done."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lntx.record import Study
from lntx.report import folder, tables
from lntx.report import targets as held
from lntx.report.document import Finding, Picture, Table
from lntx.report.drawing.picture import files
from lntx.report.figures import pictures
from lntx.report.findings import findings
from lntx.report.frames import Frames, frames
from lntx.report.html import html
from lntx.report.markdown import markdown
from lntx.report.merging import distinct
from lntx.report.study_page import page
from lntx.targets import Scoreboard


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written: the page and its Markdown summary, all files, and what they found; `ladder` is the short table."""

    page: Path
    markdown: Path
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
    ladder: Table | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """The findings that a reader must not miss."""
        return tuple(str(finding) for finding in self.findings if finding.kind == "warning")


def render(studies: Sequence[Study], out: Path, boards: Sequence[Scoreboard] = ()) -> Rendered:
    """Write `report.html`, `report.md`, `figures/` and `frames/` into a folder; the page comes last.

    boards are the targets that were measured with the studies. Raises InputError where the folder can't be written. Any
    studies do: empty, partial, foreign, of several machines.
    """
    tidy, alike = frames(studies), distinct(studies)
    found, drawn = findings(tidy), tuple(pictures(tidy))
    made = page(alike, tidy, found, drawn, held.sections(boards))
    contents = {
        **files(drawn),
        **_tables(tidy, drawn),
        **({"frames/targets.csv": folder.csv(held.frame(boards))} if boards else {}),
        folder.SUMMARY: markdown(made).encode(),
        folder.PAGE: html(made).encode(),
    }
    written = folder.write(out, contents)
    return Rendered(out / folder.PAGE, out / folder.SUMMARY, written, found, tables.ladder(tidy.cells))


def _tables(tidy: Frames, drawn: Sequence[Picture]) -> dict[str, bytes]:
    named = {
        name: getattr(tidy, name) for name in ("processes", "cells", "absences", "foreign", "checkpoints", "roofs")
    }
    named |= {f"figure-{picture.name}": picture.frame for picture in drawn}
    return {f"frames/{name}.csv": folder.csv(frame) for name, frame in named.items()}
