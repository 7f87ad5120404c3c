"""How a command line is entered: a user's mistake comes out as one line on stderr and an exit code, never as a traceback."""

import warnings
from collections.abc import Sequence

import typer

from lntx.cli.terminal import say
from lntx.errors import LntxError

INTERRUPTED = 130


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
    except Exception as error:
        if not hasattr(error, "format_message"):  # what typer's usage errors have, be they click's or its own copy
            raise
        say(_usage(error, name))
        return 2
    if code == INTERRUPTED:
        say(interrupted)
    return int(code)


def _warned(message: Warning | str, *_: object, **__: object) -> None:
    """Say a warning in a line; the place in the code that warns is of no use to a user."""
    say(str(message))


def _usage(error: Exception, name: str) -> str:
    """Say what was wrong with the arguments, and where to read which there are."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".")  # type: ignore[attr-defined]
    return f"{message}; see {context.command_path if context else name} --help"
