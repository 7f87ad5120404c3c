"""The command line: parse, call, print; the only place that prints or exits.

Each command is a file of this folder. Whatever loads torch or pandas is imported inside a command, so that `lntx --help`
answers at once. A mistake of the user's comes out as one line on stderr and the error's exit code, never as a traceback.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import lntx
from lntx.cli import backends, bench, compare, gate, predict, report, train, verify
from lntx.cli.entry import entered

_COMMANDS = (train, predict, backends, verify, bench, report, compare, gate)

app = typer.Typer(
    name="lntx",
    help="Train one linear model in many ways, prove that they agree, and measure what each costs.",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for module in _COMMANDS:
    app.command(
        module.__name__.rpartition(".")[2],
        epilog=f"Example: [bold]{module.EXAMPLE}[/bold]",
        context_settings={"ignore_unknown_options": module is predict},  # -1.5 is a feature's value there
    )(module.command)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"lntx {lntx.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    return entered(app, "lntx", gate.gathered(arguments))
