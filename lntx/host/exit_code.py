"""A command's exit code is its own: code of the user's that ends the process with 0 would pass for a verdict."""

import os
from typing import Any, NoReturn

from lntx.errors import LntxError


def keep() -> None:
    """Let `os._exit` raise LntxError in this process, from now on; processes that are forked from it end as they ask to."""
    own, end = os.getpid(), os._exit

    def _exit(status: Any = 0) -> NoReturn:
        if os.getpid() != own:
            end(status)
        raise LntxError(f"os._exit({status}) would have ended lntx before it was done")

    setattr(os, end.__name__, _exit)
