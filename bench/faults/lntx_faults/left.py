"""What may be left behind where nothing should be: processes that belong to a folder, and temporary folders in one."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from lntx.host.descendants import VARIABLE
from lntx.host.temporary import PREFIX


def processes(within: Path) -> list[psutil.Process]:
    """List the processes that lntx started for something below a folder, and what they started in turn."""
    found = []
    for one in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            marked = one.environ().get(VARIABLE, "").startswith(str(within.resolve()))
            if marked and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
    return found


def folders(temporary: Path) -> Iterator[Path]:
    """Yield lntx's own in a folder for what is temporary, at any depth."""
    yield from (path for path in temporary.glob(f"**/{PREFIX}*") if path.is_dir())
