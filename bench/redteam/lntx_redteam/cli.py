"""`lntx-redteam`: let backends that are wrong on purpose try to be believed; the only place here that prints or exits."""

import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import entered, options
from lntx.cli.progress import bar, working
from lntx.cli.terminal import say, show
from lntx.errors import LntxError
from lntx.storage.disk import splice

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_PAGE, _COUNTS = "report.md", "counts.md"
_TITLE = "# What was counted of the proof\n"
_USUAL = {"--slack": 600, "--honest": 3000, "--rates": 5000, "--studies": 10, "--busy": 10, "--networks": 300}
"""How many are drawn, or made, where a count isn't given."""
_SEED = 0
_BEGIN, _END = "<!-- networks: begin -->", "<!-- networks: end -->"
"""Of a page, around the tables of the networks."""


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
    studies: Annotated[int, _number("Regular studies whose shares of limits and voided cells are counted")] = 0,
    busy: Annotated[int, _number("The same, beside a process for each core that works in bursts")] = 0,
    networks: Annotated[
        int, _number("Random networks whose honest ways are verified, and planted faults of loops")
    ] = 0,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A page with markers, for the tables of --networks: docs/proof.md."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder for report.md, or counts.md.")
    ] = None,
) -> None:
    """Take every member through lntx verify, lntx train and lntx bench, and say by what it was found, or that it wasn't.

    Exit code 12: a member that should be found wasn't, one took a command down with it, or a control was rejected.
    With an option that counts and no --only, that is done instead; its table takes the place of the earlier one in counts.md.
    """
    if out:
        options.writable_folder(out)
    asked = {"slack": slack, "honest": honest, "rates": rates, "studies": studies, "busy": busy, "networks": networks}
    counted = {name: number for name, number in asked.items() if number}
    from lntx_redteam import session, table  # noqa: PLC0415  (--help loads no torch)

    with bar("wrong backends", 0, calm=True) as watch:
        rows = [] if counted and not only else session.play(only or (), say, watch, short=quick)
    if rows:
        show(table.markdown(rows))
        if out:
            _written(table.markdown(rows), out / _PAGE)
    failures = table.failures(rows)
    for name, number in counted.items():
        with working(f"{name}, {number:,}"):
            section, wrong = _counted(name, number)
        failures += wrong
        show("\n".join(section))
        if out:  # each as it is done: the next may take an hour
            _kept(section, out / _COUNTS)
        if page and name == "networks":
            splice(page, _BEGIN, _END, "\n".join(section[2:]))
    if failures:
        of = f" of {len(rows)}" if rows else ""
        raise Undetected(f"{len(failures)}{of} came out otherwise than they should: {', '.join(failures)}")


def _counted(name: str, number: int) -> tuple[list[str], list[str]]:
    """Run one of the modules that count over random problems, and give its table, and what came out otherwise than it should."""
    module = import_module(f"lntx_redteam.{name}")
    about = str(module.__doc__).partition("\n")[0]
    asked = f"`nox -s redteam -- --{name} {number}`"
    found = module.run(number, _SEED)
    section = [f"## {name.capitalize()}", "", f"{about} {asked}", "", *module.table(found), ""]
    return section, getattr(found, "failures", [])


def _kept(section: list[str], path: Path) -> None:
    """Put a table into the file of counts, in the place of the one with its heading."""
    heading, order = section[0], [f"## {name.removeprefix('--').capitalize()}" for name in _USUAL]
    earlier = path.read_text() if path.exists() else ""
    parts = re.split(r"^(?=## )", earlier, flags=re.MULTILINE)[1:]
    sections = {part.partition("\n")[0]: part for part in parts}
    sections[heading] = "\n".join(section) + "\n"
    known = sorted(sections, key=lambda name: order.index(name) if name in order else len(order))
    _written("\n".join([_TITLE, *(sections[name].strip() + "\n" for name in known)]), path)


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
