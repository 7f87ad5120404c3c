"""`lntx merge`: shards of one study, measured on whatever machines there were, as one study."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lntx.cli import merged_view, options
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.record import Study

EXAMPLE = "lntx merge shard-1 shard-2 shard-3 shard-4 -o results"


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
    folder = options.writable_folder(out, merged_view.STUDY)
    from lntx.judge import shards

    given = list(_read(studies))
    merged_view.tell(shards.merged([study for study, _ in given], [name for _, name in given]), folder, as_json=as_json)


def _read(paths: Sequence[Path]) -> "Iterator[tuple[Study, str]]":
    """Yield each study with the name that messages have for it."""
    from lntx import storage

    for path in paths:
        file = path / merged_view.STUDY if path.is_dir() else path
        if path.is_dir() and not file.exists():
            raise InputError(f"{path} holds no {merged_view.STUDY}; lntx bench -o {path} writes one")
        yield from ((study, str(path)) for study in storage.runs(file))
