"""`lntx-faults`: do to lntx what goes wrong around it; the only place here that prints or exits."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.progress import bar
from lntx.cli.terminal import say, show
from lntx.errors import InputError, LntxError
from lntx.storage.disk import write_text

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_TABLE = "table.md"


class Broken(LntxError):
    """A promise didn't hold."""

    exit_code = 12


@app.command(epilog="Example: lntx-faults --only kills --minutes 60 --write docs/reliability.md")
def command(
    only: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="A file of parts/; again for more. All, if left out.")
    ] = None,
    step: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Only the steps with this in their name."),
    ] = "",
    times: Annotated[int, typer.Option(min=0, metavar="N", help="How often, in place of what each part says.")] = 0,
    minutes: Annotated[
        float, typer.Option(min=0, metavar="M", help="Begin nothing after so many; 0 only writes the tables.")
    ] = 120.0,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="A minute: a little of each part, as far as it can be short; nothing is kept."),
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Put the tables between the markers of this Markdown file, too.")
    ] = None,
    out: options.Out = Path("results/faults"),
) -> None:
    """Kill lntx, fill its disk, feed it hostile files and odd repositories, let it run for long; write DIR/table.md.

    What came of each step of each part is kept in DIR, with its commit, and the tables show all that is kept there: the same
    command goes on where it was stopped, and does again what failed on other code. Exit code 12: something was lost, leaked,
    or ended in a traceback.
    """
    options.writable_folder(out)
    if quick and write:
        raise InputError("--quick is too short for a page; leave --write out")
    from lntx_faults import session, table  # noqa: PLC0415  (--help loads no torch)
    from lntx_faults.store import Store  # noqa: PLC0415  (likewise)

    parts = session.chosen(only or ())
    folder = out.resolve() / "quick" if quick else out.resolve()
    if quick:
        shutil.rmtree(folder, ignore_errors=True)
    store = Store(folder)
    try:
        with bar("parts", 0, calm=True) as watch:
            session.play(store, parts, say, minutes, times, watch, named=step, quick=quick)
    finally:
        _written(table.markdown(store, parts if quick else session.every()), folder, write)
    failures = [failure for part in parts for done in store.done(part.name) for failure in done.failures]
    if failures:
        raise Broken(f"{len(failures)} failed: {'; '.join(failures[:3])}")


def _written(text: str, folder: Path, page: Path | None) -> None:
    from lntx_faults import table  # noqa: PLC0415  (--help loads no torch)

    write_text(folder / _TABLE, text)
    show(text)
    if page is not None:
        table.splice(page, text)
    say(f"written to {folder / _TABLE}" + (f" and {page}" if page else ""))


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-faults", arguments, "interrupted; the same command goes on")


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))
