"""Targets on disk: one JSON file beside the study whose times they compare."""

import json
from pathlib import Path
from typing import Any

from lntx.storage import values
from lntx.storage.disk import write_text
from lntx.storage.values import decoded, encoded, schema
from lntx.targets import SCHEMA, Scoreboard

FILE = "targets.json"
"""The file's name in a results folder, beside study.json."""


def write(board: Scoreboard, path: Path) -> None:
    """Write the targets, whole or not at all."""
    write_text(path, json.dumps({"schema": SCHEMA, **encoded(board)}, indent=1, allow_nan=False) + "\n")


def read(path: Path) -> Scoreboard:
    """Read what `write` wrote; InputError, naming the file, for anything else."""
    return values.read(path, _board, "file of targets", "measure again")


def _board(document: Any) -> Scoreboard:
    return decoded(Scoreboard, schema(document, SCHEMA), "the file", whole=(Scoreboard,))
