"""`lntx-redteam`: let backends that are wrong on purpose try to be believed; the only place here that prints or exits."""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import options
from lntx.cli.entry import entered
from lntx.cli.terminal import say, show
from lntx.errors import LntxError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_PAGE, _COUNTS = "report.md", "counts.md"
_USUAL = {"--slack": 600, "--honest": 3000, "--rates": 5000}
"""How many problems are drawn where a count isn't given."""
_SEED = 0


class Undetected(LntxError):
    """A wrong backend was believed, or an honest one wasn't."""

    exit_code = 12


def _number(what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, metavar="[N]", help=f"{what}; 0 for none.")
    return option


@app.command(epilog="Example: lntx-redteam --only memo --only goes-on")
def command(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A member; again for more. All, if left out.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A minute: through the Python interface, until something finds a member.")
    ] = False,
    slack: Annotated[int, _number("Problems on which to measure how much wrong the tolerances let through")] = 0,
    honest: Annotated[int, _number("Random verifications of honest backends")] = 0,
    rates: Annotated[int, _number("Random recipes whose largest stable rates are tried")] = 0,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder for report.md, or counts.md.")
    ] = None,
) -> None:
    """Take every member through lntx verify, lntx train and lntx bench, and say by what it was found, or that it wasn't.

    Exit code 12: a member that should be found wasn't, one took a command down with it, or a control was rejected.
    With --slack, --honest or --rates and no --only, these are done instead.
    """
    if out:
        options.writable_folder(out)
    counted = {name: number for name, number in (("slack", slack), ("honest", honest), ("rates", rates)) if number}
    from lntx_redteam import session, table  # noqa: PLC0415  (--help loads no torch)

    rows = [] if counted and not only else session.play(only or (), say, short=quick)
    more = [line for name, number in counted.items() for line in _counted(name, number)]
    text = table.markdown(rows, more) if rows else "\n".join(more) + "\n"
    show(text)
    if out:
        _written(text, out / (_PAGE if rows else _COUNTS))
    if failures := table.failures(rows):
        raise Undetected(f"{len(failures)} of {len(rows)} came out otherwise than they should: {', '.join(failures)}")


def _counted(name: str, number: int) -> list[str]:
    """Run one of the modules that count over random problems, and give its table."""
    module = import_module(f"lntx_redteam.{name}")
    about = str(module.__doc__).partition("\n")[0]
    asked = f"`nox -s redteam -- --{name} {number}`"
    return [f"## {name.capitalize()}", "", f"{about} {asked}", "", *module.table(module.run(number, _SEED)), ""]


def _written(text: str, path: Path) -> None:
    from lntx.storage.disk import write_text  # noqa: PLC0415

    write_text(path, text)
    say(f"written to {path}")


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    return entered(app, "lntx-redteam", list(_counts_filled_in(arguments)))


def _counts_filled_in(arguments: Sequence[str]) -> Iterator[str]:
    """Give the options that count their usual number where none follows: the parser knows no option with a value or without."""
    for word, following in pairwise([*arguments, ""]):
        yield word
        if word in _USUAL and not following.isdecimal():
            yield str(_USUAL[word])


def main() -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
