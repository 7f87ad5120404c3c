"""The command line: parse, call, print; the only place that prints or exits.

Each command is a file of this folder. Whatever loads torch or pandas is imported inside a command, so that `lntx --help`
answers at once. A mistake of the user's comes out as one line on stderr and the error's exit code, never as a traceback.
"""

import errno
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from types import ModuleType
from typing import Annotated, Any

import typer

from lntx.cli import (
    backends,
    bench,
    compare,
    doctor,
    flags,
    gate,
    gate_parts,
    merge,
    new,
    predict,
    report,
    schema,
    terminal,
    train,
    verify,
)
from lntx.cli.terminal import say
from lntx.errors import LntxError, exhausted, told
from lntx.extras import demand_training, explained
from lntx.host import exit_code

INTERRUPTED = 130
_COMPLETING = "_LNTX_COMPLETE"
"""The variable by which a shell asks what a word may be completed to."""
_COMPLETION = {"--install-completion", "--show-completion"}
_COMMANDS = (train, predict, backends, verify, bench, merge, new, report, compare, gate, doctor, schema)
_TRAINING = (train, predict, backends, verify, bench)
"""The commands that need what `lntx[train]` brings."""

app = typer.Typer(
    name="lntx",
    cls=flags.Group,
    help="Train a model (by a loop of your own, or the linear model that lntx brings) in many ways, prove that they agree, and"
    " measure what each costs; and tell of any project's benchmarks whether a change made them slower.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _installed(module: ModuleType) -> Callable[..., Any]:
    """Return a module's command; one that trains says what would have to be installed, of torch before it does anything."""
    command: Callable[..., Any] = module.command
    who = f"lntx {_name(module)}"
    if module not in _TRAINING:
        return command

    @wraps(command)
    def checked(*arguments: Any, **options: Any) -> Any:
        demand_training(who)
        from lntx.host import caches

        if note := caches.settled():
            say(note)
        try:
            return command(*arguments, **options)
        except ImportError as error:
            raise explained(who, error) from error.__cause__

    return checked


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


for module in _COMMANDS:
    app.command(
        _name(module),
        cls=flags.Command,
        epilog=f"Example: [bold]{module.EXAMPLE}[/bold]",
        context_settings={"ignore_unknown_options": module is predict},  # -1.5 is a feature's value there
    )(_installed(module))


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version, and those of Python and the libraries.")
    ] = False,
) -> None:
    if version:
        from lntx.host.installation import described

        terminal.show(*(f"{name} {value}" for name, value in described().items()))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line and exit."""
    exit_code.keep()
    terminal.take_streams()
    sys.exit(terminal.finished(run(sys.argv[1:])))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        say(f"the working directory can't be used ({error.strerror}); change to one that is there")
        return LntxError.exit_code
    return entered(app, "lntx", gate_parts.gathered(arguments))


def entered(app: typer.Typer, name: str, arguments: Sequence[str], interrupted: str = "interrupted") -> int:
    """Run one command of an app that is called so; return its exit code. interrupted is what is said on Ctrl-C."""
    warnings.showwarning = _warned
    try:
        code = app(list(arguments), prog_name=name, standalone_mode=False) or 0
    except LntxError as error:
        say(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except OSError as error:
        if not error.strerror:  # raised by somebody for reasons of his own
            raise
        say(_failing(error))
        return LntxError.exit_code
    except SystemExit as ended:
        # Completion ends so; else it is what rich raises, this Python's own code for a crash, where nobody reads the help.
        completing = _COMPLETING in os.environ or not _COMPLETION.isdisjoint(arguments)
        return int(ended.code or 0) if completing else LntxError.exit_code
    except Exception as error:
        if exhausted(error):
            say(f"the memory was exhausted ({told(error)}); ask for less at once, or free some")
            return LntxError.exit_code
        if not hasattr(error, "format_message"):  # what typer's usage errors have, be they click's or its own copy
            raise
        say(_usage(error, name))
        return 2
    if code == INTERRUPTED:
        say(interrupted)
    # 1 is typer's, for a shell that it doesn't know; it has said so.
    return LntxError.exit_code if code == 1 else int(code)


def _failing(error: OSError) -> str:
    """Say what the system wouldn't do: no command expects this here, and none can go on."""
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return f"{str(error.strerror).lower()}: let this process have more of them (ulimit -n 1024)"
    names = ", ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    return f"{names}: {error.strerror}" if names else f"the system says: {error.strerror}"


def _warned(message: Warning | str, *_: object, **__: object) -> None:
    """Say a warning in a line; the place in the code that warns is of no use to a user."""
    say(str(message))


def _usage(error: Exception, name: str) -> str:
    """Return what was wrong with the arguments, and where to read which there are."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".")  # type: ignore[attr-defined]
    return f"{message}; see {context.command_path if context else name} --help"
