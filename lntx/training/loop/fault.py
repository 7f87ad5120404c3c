"""What somebody's own code raises, in one line: whose it is, the error, and the line in their file."""

import inspect
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lntx.errors import InputError, LntxError, exhausted, told


@contextmanager
def blamed(who: str, files: frozenset[str]) -> Iterator[None]:
    """Raise InputError in place of whatever is raised inside, in the name of who; files are those that its author wrote."""
    try:
        yield
    except LntxError:
        raise
    except (Exception, SystemExit) as error:
        if exhausted(error):
            raise InputError(f"{who} exhausted the memory{_place(error, files)}; try smaller sizes") from error
        raise InputError(f"{who} failed: {told(error)}{_place(error, files)}") from error


def written_in(function: Any) -> str:
    """Return the file in which a function was written, as a traceback names it; empty where that isn't known."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_filename if code else ""


def _place(error: BaseException, files: frozenset[str]) -> str:
    """Name the innermost line of the author's own code that the error came through, if it came through any."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename in files]
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
