"""What may read files without Python's knowing: compiled libraries that open files themselves, and what ran before the watch."""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

_SEEN = {"numpy", "torch", "coverage", "markupsafe", "yaml", "_yaml", "tomli", "charset_normalizer"}
"""Libraries whose compiled parts open no files of text, or by Python's own `open`."""


def libraries() -> list[str]:
    """List the compiled libraries that are loaded and may open files themselves: all but Python's own and a few known ones."""
    return sorted({name.partition(".")[0] for name, module in list(sys.modules.items()) if _foreign(name, module)})


def _foreign(name: str, module: Any) -> bool:
    path = getattr(module, "__file__", None)
    if not isinstance(path, str) or not path.endswith(tuple(EXTENSION_SUFFIXES)):
        return False
    top = name.partition(".")[0]
    # Python 3.9 has no list of its own modules; those that are compiled lie in one folder.
    own: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
    return top not in own and top not in _SEEN and "lib-dynload" not in Path(path).parts
