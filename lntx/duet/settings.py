"""What the project's own file says of a gate: read from head, before anything is made or measured."""

import os
import shlex
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from lntx.duet.config import GateConfig
from lntx.duet.repository import Repository
from lntx.judge import gate_file
from lntx.judge.acknowledgements import FILE
from lntx.judge.gate_file import Defaults, GateFile


def settled(config: GateConfig, repository: Repository, head: str) -> tuple[GateConfig, GateFile]:
    """Return a gate with the project's defaults where nothing else was said, and head's own file, the nearest above its folder.

    Raises InputError, in one line, for a file that is wrong.
    """
    where = PurePosixPath(os.path.relpath(config.where.resolve(), repository.root.resolve()))
    for folder in (where, *where.parents):
        content = repository.content(head, str(folder / FILE))
        if content is not None:
            found = gate_file.parsed(content, f"{folder / FILE} of head", config.rules)
            return _with(config, found.gate, os.path.relpath(folder, where)), found
    return config, GateFile()


def _with(config: GateConfig, defaults: Defaults, back: str) -> GateConfig:
    """Take the defaults of what is unset; `back` leads from the gate's folder to the file's, from which its paths are meant."""
    given: dict[str, Any] = {
        "arguments": tuple(os.path.normpath(PurePosixPath(back) / path) for path in defaults.paths),
        "build": "" if config.one_environment else _there(back, defaults.build),
        "sources": defaults.source,
        "threads": defaults.threads,
    }
    return replace(config, **{name: value for name, value in given.items() if value and name in config.unset})


def _there(back: str, build: str) -> str:
    """Return a command that runs where the file lies; one of the command line runs where the gate does."""
    return f"cd {shlex.quote(back)} && {build}" if build and back != os.curdir else build
