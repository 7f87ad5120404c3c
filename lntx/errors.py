"""What can go wrong, as sentences for the person who reads them.

Every error that a user can cause is a `LntxError`. Its message is one line that says what is wrong and what
to do about it; the command line prints that line and exits with the error's `exit_code`. Anything else that
is raised is a bug in lntx and keeps its traceback.
"""

from typing import Any


class LntxError(Exception):
    """A mistake in the input or a limit of the machine, said in one line."""

    exit_code = 2


class InputError(LntxError, ValueError):
    """A value, a shape or a file that can't be used."""


class MissingExtra(LntxError, ImportError):
    """Something was asked for that needs a library which isn't installed, as it belongs to an extra such as `lntx[train]`."""


class Refused(LntxError):
    """A backend can't carry this recipe out, and says why and what would help."""


class Diverged(LntxError):
    """Training left the finite numbers, or must do so; the message names a learning rate that holds."""


class Unprovable(LntxError):
    """Rounding alone may move the weights so far that agreement would prove nothing."""


class Disagreement(LntxError):
    """The trained weights are not those of the reference, so no time counts."""

    exit_code = 12


_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")  # torch's words, on a CPU and on a GPU


def exhausted(error: BaseException) -> bool:
    """Tell whether memory was asked for that isn't to be had: Python, NumPy and pyarrow have a type for it, torch has words."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)
    )


_LONGEST = 300  # characters of somebody else's message: it may be a whole array


def told(error: BaseException) -> str:
    """Return an exception of somebody else's in one line: its type, and the beginning of its message, if it has one."""
    name = type(error).__name__
    try:
        message = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  (a message is made by whoever wrote the exception, and may fail in turn)
        message = ""
    cut = message if len(message) <= _LONGEST else message[:_LONGEST] + "..."
    return f"{name}: {cut}" if cut else name


class Interrupted(KeyboardInterrupt):
    """Somebody stopped long work; `found` is what had come of it, None for nothing."""

    def __init__(self, found: Any = None) -> None:
        super().__init__()
        self.found = found
