"""`lntx merge`: shards of one study, measured on whatever machines there were, as one study."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lntx.cli import options
from lntx.cli.terminal import say, show, show_json
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.judge.shards import Merged
    from lntx.record import Study

EXAMPLE = "lntx merge shard-1 shard-2 shard-3 shard-4 -o results"
_STUDY = "study.json"


def command(
    studies: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="The shards' folders, or files; also what was merged before.")
    ],
    out: options.Out = Path("results"),
    as_json: options.Json = False,
) -> None:
    """Join the shards of a study, each cell with its machine, into DIR/study.json; what is missing is said.

    Refused are shards of unlike studies (another commit, other libraries, another profile or request), one that is given twice,
    and two that hold the same cells.
    """
    folder = options.writable_folder(out, _STUDY)
    from lntx.judge import shards

    given = list(_read(studies))
    tell(shards.merged([study for study, _ in given], [name for _, name in given]), folder, as_json=as_json)


def tell(found: "Merged", folder: Path, *, as_json: bool) -> None:
    """Write what was merged, and print it."""
    from lntx import storage

    path = folder / _STUDY
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


def _read(paths: Sequence[Path]) -> "Iterator[tuple[Study, str]]":
    """Yield each study with the name that messages have for it."""
    from lntx import storage

    for path in paths:
        file = path / _STUDY if path.is_dir() else path
        if path.is_dir() and not file.exists():
            raise InputError(f"{path} holds no {_STUDY}; lntx bench -o {path} writes one")
        yield from ((study, str(path)) for study in storage.runs(file))
