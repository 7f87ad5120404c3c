"""The page: one HTML file with everything inside, that asks nothing of any network."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lntx.report import layout, tables
from lntx.report.attachment import attached
from lntx.report.choices import choices
from lntx.report.drawing.picture import Picture
from lntx.report.findings import Finding
from lntx.report.frames import Frames
from lntx.report.intervals import CONFIDENCE
from lntx.report.rows import each
from lntx.report.story import Story
from lntx.report.targets import Section


def page(
    told: Story,
    found: Sequence[Finding],
    drawn: Sequence[Picture],
    frames: Frames,
    aims: Sequence[Section] = (),
) -> str:
    """Lay the page out; every text from outside is escaped by the template."""
    return layout.laid_out(
        "page.html.j2",
        story=told,
        findings=layout.by_topic(found),
        choices=choices(frames),
        lead=layout.lead(found),
        anchor=lambda finding: anchor(finding, drawn),
        pictures=[
            _shown(picture, before, found, drawn) for picture, before in zip(drawn, [None, *drawn], strict=False)
        ],
        suites=[(str(suite), tables.of_cells(part)) for suite, part in frames.cells.groupby("suite", sort=False)],
        absences=_absences(frames.absences),
        raw=attached("processes.csv", frames.processes),
        differences=tables.of_differences(frames.differences, frames.labels) if frames.differences else None,
        labels=_labels(frames),
        aims=aims,
        foreign=len(frames.foreign) > 0,
        confidence=f"{CONFIDENCE:.0%}",
    )


def anchor(finding: Finding, drawn: Sequence[Picture]) -> str:
    """Find the picture that a finding belongs to; empty where there is none."""
    names = [
        picture.name
        for picture in drawn
        if finding.figure in {picture.figure, picture.name, picture.name.removeprefix("other-")}
    ]
    return names[0] if names else ""


def _shown(
    picture: Picture, before: Picture | None, found: Sequence[Finding], drawn: Sequence[Picture]
) -> layout.Shown:
    shows = [finding for finding in found if anchor(finding, drawn) == picture.name]
    said_already = before is not None and before.caption == picture.caption
    return layout.shown(picture, shows, "" if said_already else None)


def _absences(absences: pd.DataFrame) -> list[dict[str, Any]]:
    """Gather cells without a time that share backend, kind and reason."""
    grouped = absences.groupby(["backend", "kind", "reason"], sort=False)
    return [
        {"backend": backend, "kind": kind, "reason": reason, "count": len(part), "suites": sorted(set(part["suite"]))}
        for (backend, kind, reason), part in grouped
    ]


def _labels(frames: Frames) -> list[tuple[str, str, str]]:
    """List every backend with its work class and what it says of itself."""
    rows = frames.cells[["backend", "work", "label"]].drop_duplicates("backend").sort_values("backend")
    return [(str(row.backend), str(row.work), str(row.label)) for row in each(rows)]
