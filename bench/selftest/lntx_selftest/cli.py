"""`lntx-selftest`: hold the gate to its promises on this machine; the only place here that prints or exits."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.progress import bar
from lntx.cli.terminal import say, show
from lntx.errors import InputError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_TABLE = "table.md"


def _number(what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, metavar="N", help=f"{what}, in all.")
    return option


@app.command(epilog="Example: lntx-selftest --minutes 240 --write docs/gate.md")
def command(
    aa: Annotated[int, _number("Gates of equal code")] = 300,
    full: Annotated[int, _number("Gates of equal code, to the cap, which replays rest on")] = 20,
    slow: Annotated[int, _number("Gates of each slowdown: 3, 5 and 10 %")] = 40,
    mutants: Annotated[int, _number("Gates of each mutant, for the counters")] = 20,
    docs: Annotated[int, _number("Gates of a change to a text alone")] = 10,
    counts: Annotated[int, _number("Comparisons of equal code's counters")] = 1000,
    rivals: Annotated[int, _number("Repetitions of each other tool")] = 30,
    minutes: Annotated[
        float, typer.Option(min=0, metavar="M", help="Begin nothing that would last longer; 0 only writes the table.")
    ] = 60.0,
    quick: Annotated[
        bool, typer.Option("--quick", help="One of each, tiny: shows that it works, and nothing else.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Put the tables between the markers of this Markdown file, too.")
    ] = None,
    out: options.Out = Path("results/selftest"),
) -> None:
    """Run the gate on a project whose truth is known, other tools too, and write what came of it to DIR/table.md.

    Every run is a file of its own in DIR; numbers of runs are meant with those that lie there already, so that the same
    command goes on where it was stopped. Each time, what is furthest behind comes first.
    """
    options.writable_folder(out)
    if quick and write:
        raise InputError("--quick says nothing of the gate, so it has no place in a page; leave --write out")
    from lntx_selftest.figures import table  # noqa: PLC0415  (--help loads no torch)
    from lntx_selftest.session import Session  # noqa: PLC0415
    from lntx_selftest.sizes import QUICK, Sizes  # noqa: PLC0415
    from lntx_selftest.store import Store  # noqa: PLC0415

    sizes = QUICK if quick else Sizes(aa, full, slow, mutants, docs, counts, rivals)
    store = Store(out)
    store.claim(quick=quick)
    try:
        with bar("runs", 0, calm=True) as watch:
            Session(store, sizes, say, None if quick else minutes, quick, watch).play()
    finally:
        _written(table.markdown(store), out, write)


def _written(text: str, out: Path, page: Path | None) -> None:
    from lntx.storage.disk import write_text  # noqa: PLC0415
    from lntx_selftest.figures import table  # noqa: PLC0415

    write_text(out / _TABLE, text)
    show(text)
    if page is not None:
        table.splice(page, text)
    say(f"written to {out / _TABLE}" + (f" and {page}" if page else ""))


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-selftest", arguments, "interrupted; the same command goes on")


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))
