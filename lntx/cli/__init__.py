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
from lntx.cli.terminal import say
from lntx.errors import LntxError

INTERRUPTED = 130
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
    try:
        code = app(gate.gathered(arguments), prog_name="lntx", standalone_mode=False) or 0
    except LntxError as error:
        say(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message"):  # what typer's usage errors have, be they click's or its own copy
            raise
        say(_usage(error))
        return 2
    if code == INTERRUPTED:
        say("interrupted")
    return int(code)


def _usage(error: Exception) -> str:
    """Say what was wrong with the arguments, and where to read which there are."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".")  # type: ignore[attr-defined]
    return f"{message}; see {context.command_path if context else 'lntx'} --help"
