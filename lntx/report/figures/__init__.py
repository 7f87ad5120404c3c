"""The pictures: one file each, found by its stem, so that a new file is a new picture.

A figure file has a docstring (its first line is the title, the rest the caption), `ORDER` (its place on the page),
`SUITES` (those it alone has to show, so that `other` passes over them) and three functions: `frame` makes a tidy frame
from all frames, `draw` puts a frame on a figure, `alt` says it in words. The frame's column `picture` parts it into
pictures of one setting each.
"""

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType

import pandas as pd

from lntx.report import units
from lntx.report.document import Picture
from lntx.report.drawing.picture import drawn
from lntx.report.drawing.style import Styles, styles
from lntx.report.frames import Frames

_SLUG = 60


def pictures(frames: Frames) -> Iterator[Picture]:
    """Draw every picture for which there are data, in the order of the page."""
    sheets = modules()
    seen = styles_of(frames)
    shown = frozenset(suite for sheet in sheets for suite in sheet.SUITES)
    names: set[str] = set()
    for sheet in sheets:
        found = sheet.frame(replace(frames, shown=shown))
        for part, data in found.groupby("picture", sort=False):
            name = _unused(_slug(f"{stem(sheet)}-{part}" if part else stem(sheet)), names)
            names.add(name)
            yield _picture(sheet, name, str(part), data.drop(columns="picture").reset_index(drop=True), seen)


def modules() -> list[ModuleType]:
    """Find the figure files of this folder, in the order of the page."""
    found = [import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__)]
    return sorted(found, key=lambda module: (module.ORDER, module.__name__))


def stem(module: ModuleType) -> str:
    """Name a file without its folders."""
    return module.__name__.rpartition(".")[2]


def styles_of(frames: Frames) -> Styles:
    """Give one style to each series, the same on every picture of a report."""
    backends = {*frames.cells["backend"], *frames.checkpoints["backend"]}
    return styles(zip(frames.cells["series"], frames.cells["backend"], strict=True), backends)


def _picture(sheet: ModuleType, name: str, part: str, data: pd.DataFrame, seen: Styles) -> Picture:
    title, _, caption = inspect.cleandoc(sheet.__doc__ or "").partition("\n")
    title = title.rstrip(".")
    words = part.replace("_", " ")
    named = title.replace("{}", words) if "{}" in title else f"{title}: {words}" if part else title
    svg, png = drawn(lambda figure: sheet.draw(data, figure, seen))
    alt = units.clean(sheet.alt(data), 2 * units.LONG)
    setting = str(data["setting"].iloc[0]) if "setting" in data else ""
    return Picture(
        stem(sheet), name, named[:1].upper() + named[1:], " ".join(caption.split()), setting, alt, data, svg, png
    )


def _slug(text: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text)
    return "-".join(part for part in kept.split("-") if part)[:_SLUG]


def _unused(name: str, names: set[str]) -> str:
    return (
        name
        if name not in names
        else next(f"{name}-{i}" for i in range(2, len(names) + 3) if f"{name}-{i}" not in names)
    )
