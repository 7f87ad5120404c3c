"""`lntx-faults`: do to lntx what goes wrong around it; the only place here that prints or exits."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.terminal import bar, say, show
from lntx.errors import InputError, LntxError
from lntx.storage.disk import write_text

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_TABLE = "table.md"


class Broken(LntxError):
    """A promise didn't hold."""

    exit_code = 12


@app.command(epilog="Example: lntx-faults --only writes --write docs/reliability.md")
def command(
    only: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="A file of parts/; again for more. All, if left out.")
    ] = None,
    times: Annotated[int, typer.Option(min=0, metavar="N", help="How often, in place of what each part says.")] = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="A minute: a little of each part, as far as it can be short.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Put the tables between the markers of this Markdown file, too.")
    ] = None,
    out: options.Out = Path("results/faults"),
) -> None:
    """Kill lntx, fill its disk, feed it hostile files and odd repositories, let it run for long; write DIR/table.md.

    What came of each part is kept in DIR/PART.json, and the tables show all that is kept there. Exit code 12: something was
    lost, leaked, or ended in a traceback.
    """
    options.writable_folder(out)
    if quick and write:
        raise InputError("--quick is too short for a page; leave --write out")
    from lntx_faults import session, store, table  # noqa: PLC0415  (--help loads no torch)

    every = session.every()
    with bar("parts", 0, calm=True) as watch:
        outcomes = session.play(session.chosen(only or ()), out.resolve(), say, times, watch, quick=quick)
    text = table.markdown(outcomes if quick else list(store.kept(out, [part.name for part in every])), every)
    write_text(out / _TABLE, text)
    show(text)
    if write is not None:
        table.splice(write, text)
    say(f"written to {out / _TABLE}" + (f" and {write}" if write else ""))
    if failures := [failure for outcome in outcomes for failure in outcome.failures]:
        raise Broken(f"{len(failures)} failed: {'; '.join(failures[:3])}")


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-faults", arguments, "interrupted; what was done is kept")


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))
