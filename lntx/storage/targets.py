"""Targets on disk: one JSON file beside the study whose times they compare."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.storage.disk import write_text
from lntx.storage.fitting import fitted
from lntx.targets import SCHEMA, Scoreboard, Target

FILE = "targets.json"
"""The file's name in a results folder, beside study.json."""


@dataclass(frozen=True, slots=True)
class _Document:
    schema: int
    targets: tuple[Target, ...]
    machine: Mapping[str, Any]
    about: Mapping[str, Any]


def write(board: Scoreboard, path: Path) -> None:
    """Write the targets, whole or not at all."""
    document = {
        "schema": SCHEMA,
        "targets": [asdict(target) for target in board.targets],
        "machine": dict(board.machine),
        "about": dict(board.about),
    }
    write_text(path, json.dumps(document, indent=1, allow_nan=False) + "\n")


def read(path: Path) -> Scoreboard:
    """Read what `write` wrote; InputError, naming the file, for anything else."""
    try:
        found = fitted(_Document, json.loads(path.read_text(encoding="utf-8")), "the file")
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no file of targets, or damaged: {error}; measure again") from error
    if found.schema != SCHEMA:
        raise InputError(f"{path} was written with schema {found.schema}, this lntx reads {SCHEMA}; measure again")
    for target in found.targets:
        if not all(math.isfinite(value) for value in (target.wanted, *target.values)):
            raise InputError(f"{path} is damaged: {target.key} holds a number that is not finite; measure again")
    return Scoreboard(found.targets, found.machine, found.about)
