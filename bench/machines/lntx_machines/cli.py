"""`lntx-machines`: try what lntx promises past one machine; the only place here that prints or exits."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.terminal import say, show
from lntx.errors import InputError, LntxError
from lntx.storage.disk import write_text

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_TABLE = "table.md"


class Broken(LntxError):
    """A promise didn't hold."""

    exit_code = 12


@app.command(epilog="Example: lntx-machines --only kills --write docs/machines.md")
def command(
    only: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="A file of parts/; again for more. All, if left out.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Half a minute: a little of what can be short.")] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Put the tables between the markers of this Markdown file, too.")
    ] = None,
    out: options.Out = Path("results/machines"),
) -> None:
    """Kill ranks, train beyond a rank's memory, join gates, merge shards, hold a model to measured times; write DIR/table.md.

    What came of each part is kept in DIR/PART.json, and the tables show all that is kept there. Exit code 12: something wasn't as
    it is promised.
    """
    options.writable_folder(out)
    if quick and write:
        raise InputError("--quick is too short for a page; leave --write out")
    from lntx_machines import session, table  # noqa: PLC0415  (--help loads no torch)

    outcomes = session.play(session.chosen(only or (), quick=quick), out.resolve(), say, quick=quick)
    text = table.markdown(outcomes if quick else list(session.kept(out.resolve())))
    write_text(out / _TABLE, text)
    show(text)
    if write is not None:
        table.splice(write, text)
    if failures := [failure for outcome in outcomes for failure in outcome.failures]:
        raise Broken(f"{len(failures)} failed: {'; '.join(failures[:3])}")


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-machines", arguments, "interrupted; what was done is kept")


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))
