"""Families of pictures: one file each, found by its stem, so that a new file is a new picture.

A figure file has a docstring (its first line is the title, in which {} stands for the part, and the rest the caption), `ORDER`
(its place on the page) and three functions: `frame` makes a tidy frame from what all pictures are made of, `draw` puts a frame
on a figure, `alt` says it in words. Where a part of the caption holds for some frames alone, `untrue` lists sentences of it that
don't for one. One that is too wide for a narrow screen has `narrow` besides, which draws the same for that;
one on a page of studies has `TOPIC`, what it is about. Where nothing can draw (`lntx.report.drawing.library`), a picture has its
frame and its words alone. The frame's column `picture` parts it into pictures of one setting each, which the column `setting`
says, where there is one.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from io import BytesIO
from types import ModuleType
from typing import Any

import pandas as pd

from lntx.report import units
from lntx.report.document import Picture
from lntx.report.drawing.library import DRAWS, Figure
from lntx.report.drawing.style import styled

Watch = Callable[[int, int], None]
"""Hears how much is done, and of how much."""
_DPI = 200
_SLUG = 60


def family(package: str, path: Iterable[str]) -> list[ModuleType]:
    """Find the figure files of a package, in the order of the page."""
    found = [import_module(f"{package}.{item.name}") for item in pkgutil.iter_modules(path)]
    return sorted(found, key=lambda module: (module.ORDER, module.__name__))


def pictures(
    sheets: Sequence[ModuleType], source: Any, shared: Any, watch: Watch = lambda _done, _whole: None
) -> Iterator[Picture]:
    """Draw every picture for which there are data: frames are made from `source`, and drawn with what all pictures share.

    watch hears how many of the sheets are done, and of how many.
    """
    names: set[str] = set()
    for done, sheet in enumerate(sheets):
        watch(done, len(sheets))
        for part, data in sheet.frame(source).groupby("picture", sort=False):
            name = _unused(_slug(f"{stem(sheet)}-{part}" if part else stem(sheet)), names)
            names.add(name)
            yield _picture(sheet, name, str(part), data.drop(columns="picture").reset_index(drop=True), shared)


def stem(module: ModuleType) -> str:
    """Name a file without its folders."""
    return module.__name__.rpartition(".")[2]


def _picture(sheet: ModuleType, name: str, part: str, data: pd.DataFrame, shared: Any) -> Picture:
    title, _, told = inspect.cleandoc(sheet.__doc__ or "").partition("\n")
    caption = " ".join(told.split())
    for words in sheet.untrue(data) if hasattr(sheet, "untrue") else ():
        caption = caption.replace(words, "")
    title = title.rstrip(".")
    words = part.replace("_", " ")
    named = title.replace("{}", words) if "{}" in title else f"{title}: {words}" if part else title
    svg, png = _drawn(lambda figure: sheet.draw(data, figure, shared)) if DRAWS else ("", b"")
    slim = getattr(sheet, "narrow", None)
    narrow = _vector(lambda figure: slim(data, figure, shared)) if DRAWS and slim else ""
    alt = units.clean(sheet.alt(data), 4 * units.LONG)
    setting = str(data["setting"].iloc[0]) if "setting" in data else ""
    return Picture(
        stem(sheet), name, named, " ".join(caption.split()), setting, alt, data, svg, png,
        narrow=narrow, topic=getattr(sheet, "TOPIC", ""),
    )  # fmt: skip


def _drawn(draw: Callable[[Figure], None]) -> tuple[str, bytes]:
    """Draw on an empty figure in the house's style; give it as SVG and PNG."""
    with styled():
        figure, raster = Figure(), BytesIO()
        draw(figure)
        vector = _svg(figure)
        figure.savefig(raster, format="png", dpi=_DPI, metadata={"Software": None})
    return vector, raster.getvalue()


def _vector(draw: Callable[[Figure], None]) -> str:
    """Draw on an empty figure in the house's style; give it as SVG alone."""
    with styled():
        figure = Figure()
        draw(figure)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    """Write a figure: neither the date nor the version of a library belongs into the picture of the same records."""
    vector = BytesIO()
    figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
    return vector.getvalue().decode()


def _slug(text: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text)
    return "-".join(part for part in kept.split("-") if part)[:_SLUG]


def _unused(name: str, names: set[str]) -> str:
    return (
        name
        if name not in names
        else next(f"{name}-{i}" for i in range(2, len(names) + 3) if f"{name}-{i}" not in names)
    )


def files(found: Iterable[Picture]) -> dict[str, bytes]:
    """Return what is written of some pictures, by path; nothing of those that weren't drawn."""
    written: dict[str, bytes] = {}
    for picture in filter(lambda picture: picture.drawn, found):
        written[f"figures/{picture.name}.svg"] = picture.svg.encode()
        written[f"figures/{picture.name}.png"] = picture.png
    return written
