"""`lntx-peers`: measure lntx against other libraries and its own targets; the only place here that prints or exits."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.progress import bar
from lntx.cli.terminal import say, show
from lntx.errors import Disagreement, LntxError
from lntx.record import Study
from lntx.targets import Scoreboard

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog="Example: lntx-peers T2 T5")
def command(
    keys: Annotated[list[str] | None, typer.Argument(metavar="TARGET", help="T1, T2, ...; all, if left out.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes and few rounds: shows that it works.")] = False,
    out: options.Out = Path("results/peers"),
) -> None:
    """Measure the targets, each against its peers in turns, and write study.json and targets.json to DIR.

    A target that is missed is said, and is no failure: exit code 12 is for weights that disagree.
    """
    options.writable_folder(out)
    from lntx_peers import lines  # noqa: PLC0415  (--help loads no torch)
    from lntx_peers.session import Session  # noqa: PLC0415

    with bar("targets", 0, calm=True) as watch:
        board, study = Session(tuple(keys or ()), out, quick).play(say, watch)
    show(*lines.of(board), f"{out / 'targets.json'}; now: lntx report {out}")
    judge(board, study)


def judge(board: Scoreboard, study: Study) -> None:
    """Raise for what makes the exit code other than 0."""
    wrong = dict.fromkeys(absence.cell.backend for absence in study.absences if absence.kind == "disagrees")
    off = [target.reason for target in board.targets if "not those of the reference" in target.reason]
    if wrong or off:
        raise Disagreement(f"not the weights of the reference: {', '.join(wrong) or off[0]}")
    if left := study.about.get("left_out"):
        raise LntxError(f"not everything was measured: {left}")


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-peers", arguments)


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))
