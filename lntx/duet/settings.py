"""What the project's own file says of a gate: read from head, before anything is made or measured."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from lntx.duet import asv
from lntx.duet.config import GateConfig
from lntx.duet.repository import Repository
from lntx.errors import InputError
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
            named = _with(config, found.gate, os.path.relpath(folder, where))
            return _with_asv(named, found.gate.asv, folder, where, repository.files(head)), found
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


def _with_asv(
    config: GateConfig, suite: str, folder: PurePosixPath, where: PurePosixPath, files: Sequence[str]
) -> GateConfig:
    """Take an asv suite that the file in a folder names; InputError for one that head hasn't got."""
    if not suite or "asv" not in config.unset:
        return config
    place = os.path.normpath(folder / suite)
    if not any(PurePosixPath(file).is_relative_to(place) for file in files):
        raise InputError(
            f"{folder / FILE} of head: asv: there is no folder {suite!r} beside it; give asv's benchmark_dir"
        )
    name = os.path.relpath(place, where)
    known = {str(one) for file in files for one in (PurePosixPath(file), *PurePosixPath(file).parents)}

    def counts(word: str) -> bool:  # a path of the same file stands beside the suite, unless it is one of it
        path = os.path.normpath(where / word)
        return path in known and ("arguments" not in config.unset or PurePosixPath(path).is_relative_to(place))

    return replace(config, asv=name, arguments=tuple(asv.told(name, config.arguments, counts)))


def _there(back: str, build: str) -> str:
    """Return a command that runs where the file lies; one of the command line runs where the gate does."""
    return f"cd {shlex.quote(back)} && {build}" if build and back != os.curdir else build
