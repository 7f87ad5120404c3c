"""From records to files: frames, what follows from them, a page, and that written."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lntx.record import Study, Unusable
from lntx.report import study_page
from lntx.report import targets as held
from lntx.report.brief import table
from lntx.report.drawing.picture import Watch
from lntx.report.figures import pictures
from lntx.report.findings import findings
from lntx.report.frames import FRAMES, frames
from lntx.report.merging import distinct
from lntx.report.writing import Rendered, write
from lntx.targets import Scoreboard

__all__ = ["Rendered", "render"]


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
