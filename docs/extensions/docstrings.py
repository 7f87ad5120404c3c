"""The page of the public face: docstrings are plain text with a little Markdown, and Sphinx expects reStructuredText."""

import re
from typing import Any

_CODE = re.compile(r"(`[^`]+`)")
_MEANT = re.compile(r"([\\*|_])")  # what reStructuredText would take for a mark


def setup(app: Any) -> dict[str, bool]:
    """Let each docstring be translated as it is read."""
    app.connect("autodoc-process-docstring", _translated)
    return {"parallel_read_safe": True}


def _translated(_app: Any, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    lines[:] = translated(lines)


def translated(lines: list[str]) -> list[str]:
    """Translate lines: `code` in single backticks, indented blocks as code, all else literally.

    What numpy or Python's own classes bring along as their docstring is translated alike.
    """
    found: list[str] = []
    inside = False
    for line in lines:
        indented = line.startswith("    ")
        if indented and not inside and not (found and found[-1].strip()):
            found += [".. code-block:: python", ""]
            inside = True
        elif line.strip() and not indented:
            inside = False
        found.append(line if inside else _prose(line))
    return found


def _prose(line: str) -> str:
    parts = _CODE.split(line)
    return "".join(f"`{part}`" if part.startswith("`") else _MEANT.sub(r"\\\1", part) for part in parts)
