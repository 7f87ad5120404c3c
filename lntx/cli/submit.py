"""`lntx bench --submit CONFIG.toml`: the study's shards as jobs of a cluster, collected and merged."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import merged_view
from lntx.cli.terminal import say
from lntx.errors import Disagreement, InputError, LntxError

if TYPE_CHECKING:
    from lntx.record import Study

Config = Annotated[
    Path | None,
    typer.Option(
        "--submit", metavar="CONFIG.toml", help="Measure shards as jobs of a cluster, by submitit; merge them."
    ),
]


def submit(context: typer.Context, config: Path, folder: Path, *, as_json: bool) -> None:
    """Run the command's study as CONFIG.toml says, and merge what came of it into the folder's study.json.

    InputError for options that it doesn't go with; LntxError where shards have no study in the end: the others are merged.
    """
    for name in ("shard", "resume"):
        if _given(context, name):
            raise InputError(f"--submit makes the shards, and goes on with them by itself; leave --{name} away")
    from lntx import storage
    from lntx.judge import shards
    from lntx.measure import submission

    asked = submission.read(config)
    jobs = submission.submitted(asked, list(_words(context, {"submit", "out", "as_json"})), folder, say)
    done = [job for job in jobs if job.whole]
    studies: tuple[Study, ...] = ()
    if done:
        files = [job.folder / submission.STUDY for job in done]
        found = shards.merged([storage.read(file) for file in files], [str(file) for file in files])
        merged_view.tell(found, folder, as_json=as_json)
        studies = found.studies
    if lost := list(submission.missing(jobs)):
        raise LntxError(
            f"{'; '.join(lost)}; logs lie in {folder / 'jobs'}, and the same command tries again what is missing"
        )
    wrong = [gap.cell.backend for study in studies for gap in study.absences if gap.kind == "disagrees"]
    if wrong:
        names = ", ".join(dict.fromkeys(wrong))
        raise Disagreement(f"the weights of {names} are not those of the reference in {len(wrong)} cells")


def _given(context: typer.Context, name: str) -> bool:
    source: Any = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _words(context: typer.Context, without: Collection[str]) -> Iterator[str]:
    """Yield the words of a command line as they were given, but for some options; files by their whole path."""
    for parameter in context.command.params:
        name = str(parameter.name)
        if name in without or not _given(context, name):
            continue
        value = context.params[name]
        values = value if isinstance(value, list | tuple) else [value]
        if parameter.param_type_name == "argument":
            yield from map(_whole, values)
        elif isinstance(value, bool):
            yield parameter.opts[0] if value else parameter.secondary_opts[0]
        else:
            for one in values:
                yield from (parameter.opts[0], _whole(one))


def _whole(value: Any) -> str:
    """Write a value; a path as others find it, too."""
    return str(value.absolute() if isinstance(value, Path) else value)
