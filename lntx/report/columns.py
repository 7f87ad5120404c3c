"""A cell's fields as columns, and the names in them."""

from dataclasses import fields
from hashlib import md5
from typing import Any

from lntx import escaping
from lntx.record import Cell

CELL = tuple(field.name for field in fields(Cell))
NAME_LENGTH = 120


def named(text: str) -> str:
    """Return a name of lntx's own; one that must be cut ends in a mark of its own, as computing goes by it."""
    line = escaping.line(text)
    if len(line) <= NAME_LENGTH:
        return line
    mark = md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:8]
    return f"{line[: NAME_LENGTH - len(mark) - 1]}…{mark}"


def place(cell: Cell) -> dict[str, Any]:
    """Return a cell's fields, names of any length cut."""
    names = ("suite", "problem", "backend", "device", "dtype", "model", "optimizer", "axis")
    text = {name: named(getattr(cell, name)) for name in names}
    if isinstance(cell.value, str):
        text["value"] = named(cell.value)
    return {name: text.get(name, getattr(cell, name)) for name in CELL}
