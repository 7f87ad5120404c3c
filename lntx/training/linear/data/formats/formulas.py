"""Formulas of a workbook that doesn't hold their results: whoever wrote it computed nothing, and those cells read as empty."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PIECE, _OVERLAP = 2**20, 64
_COLUMN = re.compile(r"[A-Z]+")


def unanswered(path: Path, member: str) -> Mapping[int, str]:
    """Return, by column from 0 on, the first cell of a sheet (a member of the archive) whose formula has no result.

    A result may be an empty text; a cell says so by its type.
    """
    with zipfile.ZipFile(path) as archive:
        with archive.open(member) as stream:
            if not _any(stream):
                return {}
        with archive.open(member) as stream:
            return _first(stream)


def _any(stream: Any) -> bool:
    """Tell whether a sheet has a formula at all: most have none, and need no second reading."""
    before = b""
    while piece := stream.read(_PIECE):
        if _FORMULA.search(before + piece):
            return True
        before = piece[-_OVERLAP:]
    return False


def _first(stream: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for _, element in ET.iterparse(stream):  # noqa: S314  (openpyxl has read the same sheet by the same parser)
        kind = element.tag.rpartition("}")[2]
        if kind == "c":
            parts = {child.tag.rpartition("}")[2]: child.text for child in element}
            if "f" in parts and not parts.get("v") and element.get("t") != "str":
                place = element.get("r", "")
                found.setdefault(_counted(place), place)
        if kind == "row":
            element.clear()
    return found


def _counted(place: str) -> int:
    """Return which column a cell stands in: 0 for A7, 26 for AA7."""
    letters = _COLUMN.match(place)
    number = 0
    for letter in letters[0] if letters else "":
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
