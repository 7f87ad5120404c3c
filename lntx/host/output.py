"""What other programs have said: their lines, less the codes by which they colour them for a terminal."""

import os
import re
from pathlib import Path

_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])")
"""Those of ECMA-48: with parameters, with a text such as a link's, and of a letter."""
_TAIL = 2**20  # bytes of a file, in which the last error stands


def lines(text: str) -> list[str]:
    """Return the lines in which something stands, without what surrounds it; FORCE_COLOR colours also what is no terminal."""
    return [line.strip() for line in _CODES.sub("", text).splitlines() if line.strip()]


def last_lines(path: Path) -> list[str]:
    """Return the last of them that a file holds, whatever its size and encoding; OSError where it can't be read."""
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL))
        return lines(stream.read().decode("utf-8", "replace"))
