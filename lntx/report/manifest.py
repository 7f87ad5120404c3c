"""Which files in a folder a report wrote: the next one there takes them away again, and nobody else's.

A file is a report's own where it is noted under a name that reports give, and holds what was written then. So a picture that
somebody put beside the others stays, also one that was changed by hand, and a note that names other files names none.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lntx.storage import disk, places, sizes

FILE = ".lntx-report.json"
"""The note, in the folder of a report."""
_OWN = re.compile(r"figures/[\w-]+\.(svg|png)|frames/[\w-]+\.csv", re.ASCII)
"""What is written beside the page, whose own name never changes."""


def noted(contents: Mapping[str, bytes]) -> bytes:
    """Note files, by their paths in the folder, and what they hold."""
    files = {name: _digest(content) for name, content in contents.items() if _OWN.fullmatch(name)}
    return (json.dumps({"schema": 1, "files": files}, indent=1) + "\n").encode()


def read(out: Path) -> dict[str, str]:
    """Return the files that an earlier report noted in a folder, with their digests; none where there is no note of that kind."""
    try:
        places.free(out / FILE, out)
        document: Any = json.loads(sizes.content(out / FILE, sizes.PARSED))
        files = document["files"]
        return {name: str(digest) for name, digest in files.items() if _OWN.fullmatch(name)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def clear(out: Path, name: str, digest: str) -> None:
    """Remove a file that an earlier report wrote, if it still is what that wrote."""
    path = out / name
    try:
        places.free(path, out)
        own = _digest(sizes.content(path)) == digest
    except (OSError, ValueError):
        return
    if own:
        disk.remove(path, out)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
