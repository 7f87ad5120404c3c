"""What the commands do as one of several ranks, and where the snapshots of a training of ranks go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lntx.cli.blame import blamed
from lntx.cli.problem_options import ProblemOptions
from lntx.cli.terminal import say
from lntx.errors import InputError, Refused

if TYPE_CHECKING:
    from lntx.training.linear.problem import Problem
    from lntx.training.recipe import Recipe

_PANEL = "With several ranks (docs/machines.md)"
Snapshots = Annotated[
    Path | None,
    typer.Option(
        "--snapshots",
        metavar="DIR",
        help="Write there where the training stands, and go on from it (distributed).",
        rich_help_panel=_PANEL,
    ),
]
Every = Annotated[
    float,
    typer.Option("--snapshot-every", metavar="SECONDS", help="Between two snapshots.", rich_help_panel=_PANEL),
]


def outside(command: str) -> None:
    """Raise InputError where a command that starts ranks by itself is started as one of several."""
    from lntx.training.linear.ranks import joined

    place = joined.given()
    if place and place.ranks > 1:
        raise InputError(
            f"lntx {command} has all its ranks in one process, and this one is rank {place.rank} of {place.ranks}; run it once, "
            "without torchrun (ranks run lntx train --backend distributed)"
        )


def follows(backend: str) -> bool:
    """Whether this process is a rank that leaves what is checked, proved, printed and saved to rank 0.

    InputError where it is one of several, and the backend knows no ranks.
    """
    from lntx.training.backends import find
    from lntx.training.linear.ranks import joined

    place = joined.given()
    if place is None or place.ranks == 1:
        return False
    if not find(backend).ranks:
        raise InputError(
            f"backend {backend} trains alone, and this process is rank {place.rank} of {place.ranks}; use --backend distributed, "
            "or start one process"
        )
    return place.rank > 0


def problem(asked: ProblemOptions, backend: str) -> "Problem":
    """Make or read the problem; a Parquet table of several ranks some rows at a time, into files that they map."""
    from lntx.training.backends import find
    from lntx.training.linear.ranks import joined, parquet

    place = joined.given()
    of_ranks = place and place.ranks > 1 and find(backend).ranks
    if not (place and of_ranks and asked.data and asked.data.suffix.lower() in parquet.ENDINGS):
        return asked.problem()
    if asked.standardize:
        raise InputError(
            "ranks read a Parquet table as it lies, some rows at a time; standardise it before, and leave --standardize away"
        )
    from lntx.training.linear.data.reading import Reading
    from lntx.training.recipe import precision

    dtype = precision(asked.dtype or "float32")
    return parquet.problem(asked.data, asked.target, Reading(**asked.reading), dtype, joined.met(place))


def follow(problem: "Problem", recipe: "Recipe", backend: str, device: str) -> None:
    """Do this rank's part of a training."""
    from lntx.training.backends import find
    from lntx.training.boundary import Lent, prepared
    from lntx.training.request import request

    problem, recipe, device = request(problem, recipe, device)
    chosen = find(backend)
    if reason := chosen.refuses(problem, recipe, device):
        raise Refused(f"backend {backend} can't do this: {reason}")
    with blamed(backend):
        prepared(chosen, Lent.of(problem, recipe), recipe, device)()


@contextmanager
def keeping(folder: Path | None, every_s: float, backend: str) -> Iterator[None]:
    """Let a training inside write snapshots, where a folder for them is given; InputError for a backend that writes none."""
    if folder is None:
        yield
        return
    from lntx.training.backends import find
    from lntx.training.linear.ranks import snapshots

    if not find(backend).ranks:
        raise InputError(f"backend {backend} writes no snapshots; use --backend distributed, or leave --snapshots away")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--snapshots {folder} is no folder; name one, which is made where there is none")
    with snapshots.keeping(folder, every_s) as found:
        yield
    if found.went_on:
        say(f"went on from the snapshot in {folder}; remove it to train from the start")
