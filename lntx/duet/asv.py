"""An asv suite under the gate: its folder, and pytest's arguments with it among them."""

import os
from collections.abc import Sequence
from pathlib import Path

from lntx.errors import InputError


def named(folder: Path | None, arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the folder of an asv suite as it is named from here, empty without one, and what pytest is told.

    pytest is told the folder unless the arguments name files or folders of their own. InputError for a folder that there isn't.
    """
    if folder is None:
        return "", list(arguments)
    if not folder.is_dir():
        raise InputError(
            f"--asv {folder}: there is no such folder here; give asv's benchmark_dir (asv.conf.json names it)"
        )
    name = os.path.relpath(folder)
    own = any(Path(word.partition("::")[0]).exists() for word in arguments if word and not word.startswith("-"))
    return name, [*arguments, *([] if own else [name])]
