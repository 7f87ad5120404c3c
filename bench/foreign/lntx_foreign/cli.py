"""`lntx-foreign`: other projects' benchmarks under the gate; the only place here that prints or exits."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.progress import bar
from lntx.cli.terminal import say, show
from lntx.storage.disk import write_text
from lntx_foreign import session, table
from lntx_foreign.projects import chosen
from lntx_foreign.store import Store

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_TABLE = "table.md"


@app.command(epilog="Example: lntx-foreign --only pluggy --equal 5 --write docs/foreign.md")
def command(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A project; again for more. All, if left out.")
    ] = None,
    equal: Annotated[int, typer.Option(min=0, metavar="N", help="Gates of equal code for each project, in all.")] = 3,
    releases: Annotated[
        bool, typer.Option(help="Gate each project's two releases first; --no-releases leaves them for another time.")
    ] = True,
    minutes: Annotated[
        float, typer.Option(min=0, metavar="M", help="Begin no gate after so many; 0 only writes the table.")
    ] = 120.0,
    write: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Put the tables between the markers of this Markdown file, too.")
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where repositories and environments lie; DIR/work of --out, if left out."),
    ] = None,
    out: options.Out = Path("results/foreign"),
) -> None:
    """Run lntx gate on other projects' suites, between two of their releases and on equal code, and write DIR/table.md.

    Source distributions come from the package index, held to their digests. Each run is a folder of its own in DIR, so that the
    same command goes on where it was stopped.
    """
    options.writable_folder(out)
    store, projects = Store(out.resolve()), chosen(only or ())
    try:
        with bar("gates", 0, calm=True) as watch:
            place = (work or out / "work").resolve()
            session.play(store, projects, place, equal, minutes, say, watch, releases=releases)
    finally:
        _written(store, out, write)


def _written(store: Store, out: Path, page: Path | None) -> None:
    text = table.markdown(store, chosen(()))
    write_text(out / _TABLE, text)
    show(text)
    if page is not None:
        table.splice(page, table.parts(store, chosen(())))
    say(f"written to {out / _TABLE}" + (f" and {page}" if page else ""))


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-foreign", arguments, "interrupted; the same command goes on")


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))
