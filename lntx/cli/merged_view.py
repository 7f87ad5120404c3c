"""A merged study, written and told."""

from pathlib import Path
from typing import TYPE_CHECKING

from lntx.cli.terminal import say, show, show_json

if TYPE_CHECKING:
    from lntx.judge.shards import Merged

STUDY = "study.json"


def tell(found: "Merged", folder: Path, *, as_json: bool) -> None:
    """Write what was merged, and print it."""
    from lntx import storage

    path = folder / STUDY
    storage.write_several(found.studies, path)
    cells = sum(len(study.records) for study in found.studies)
    if as_json:
        show_json(
            {"study": str(path), "records": cells, "machines": len(found.studies), "missing": list(found.missing)}
        )
    else:
        machines = len(found.studies)
        show(f"{cells} cells of {machines} machine{'s' * (machines > 1)}: {path}", f"now: lntx report {path}")
    if found.lost:
        say(found.lost)
