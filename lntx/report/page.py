"""The page: one HTML file with everything inside, that asks nothing of any network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lntx.report import svg, tables
from lntx.report.figures import Picture
from lntx.report.findings import Finding
from lntx.report.frames import Frames
from lntx.report.intervals import CONFIDENCE
from lntx.report.rows import each
from lntx.report.story import Story
from lntx.report.tables import Table
from lntx.report.targets import Section


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as the page shows it."""

    picture: Picture
    drawing: Markup
    table: Table
    findings: tuple[Finding, ...]
    caption: str


def page(
    told: Story,
    found: Sequence[Finding],
    drawn: Sequence[Picture],
    frames: Frames,
    aims: Sequence[Section] = (),
) -> str:
    """Lay the page out; every text from outside is escaped by the template."""
    environment = Environment(
        loader=PackageLoader("lntx.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup(_source(environment, "page.css"))  # noqa: S704  (our own file)
    return environment.get_template("page.html.j2").render(
        story=told,
        findings=found,
        lead=next((i for i, finding in enumerate(found) if finding.kind == "result"), -1),
        anchor=lambda finding: anchor(finding, drawn),
        pictures=[
            _shown(picture, before, found, drawn) for picture, before in zip(drawn, [None, *drawn], strict=False)
        ],
        suites=[(str(suite), tables.of_cells(part)) for suite, part in frames.cells.groupby("suite", sort=False)],
        absences=_absences(frames.absences),
        labels=_labels(frames),
        aims=aims,
        foreign=len(frames.foreign) > 0,
        confidence=f"{CONFIDENCE:.0%}",
    )


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101  (set where it was made)
    return environment.loader.get_source(environment, name)[0]


def anchor(finding: Finding, drawn: Sequence[Picture]) -> str:
    """Find the picture that a finding belongs to; empty where there is none."""
    names = [
        picture.name for picture in drawn if finding.figure in {picture.figure, picture.name.removeprefix("other-")}
    ]
    return names[0] if names else ""


def _shown(picture: Picture, before: Picture | None, found: Sequence[Finding], drawn: Sequence[Picture]) -> Shown:
    drawing = Markup(svg.inline(picture.svg, picture.name, picture.alt))  # noqa: S704  (it escapes what it takes)
    shows = tuple(finding for finding in found if anchor(finding, drawn) == picture.name)
    caption = "" if before and before.caption == picture.caption else picture.caption  # said once is enough
    return Shown(picture, drawing, tables.of_frame(picture.frame), shows, caption)


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
