"""From studies to files: all is made in memory first, then written, so that a failure leaves nothing half-done."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lntx.record import Study
from lntx.report import targets as held
from lntx.report.drawing.picture import Picture, files
from lntx.report.figures import pictures
from lntx.report.findings import Finding, findings
from lntx.report.frames import Frames, frames
from lntx.report.markdown import markdown
from lntx.report.merging import distinct
from lntx.report.page import page
from lntx.report.story import story
from lntx.storage import write_bytes
from lntx.targets import Scoreboard


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written: the page and its Markdown summary, all files, and what they found."""

    page: Path
    markdown: Path
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The findings that a reader must not miss."""
        return tuple(str(finding) for finding in self.findings if finding.kind == "warning")


def render(studies: Sequence[Study], out: Path, boards: Sequence[Scoreboard] = ()) -> Rendered:
    """Write `report.html`, `report.md`, `figures/` and `frames/` into a folder; the page comes last.

    boards are the targets that were measured with the studies. Raises InputError where the folder can't be written. Any
    studies do: empty, partial, foreign, of several machines.
    """
    tidy = frames(studies)
    found, drawn, told = findings(tidy), tuple(pictures(tidy)), story(distinct(studies), tidy)
    aims = held.sections(boards)
    contents = {
        **{out / path: content for path, content in files(drawn).items()},
        **_tables(out, tidy, drawn),
        **({out / "frames" / "targets.csv": _csv(held.frame(boards))} if boards else {}),
        out / "report.md": markdown(told, found, drawn, tidy, aims).encode(),
        out / "report.html": page(told, found, drawn, tidy, aims).encode(),
    }
    for path, content in contents.items():
        write_bytes(path, content)
    return Rendered(out / "report.html", out / "report.md", tuple(contents), found)


def _tables(out: Path, tidy: Frames, drawn: Sequence[Picture]) -> dict[Path, bytes]:
    named = {name: getattr(tidy, name) for name in ("processes", "cells", "absences", "foreign", "checkpoints")}
    named |= {f"figure-{picture.name}": picture.frame for picture in drawn}
    return {out / "frames" / f"{name}.csv": _csv(frame) for name, frame in named.items()}


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()
