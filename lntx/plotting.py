"""Pictures of values, for a notebook or a script: each gives matplotlib's axes, drawn as the report draws.

`fit.plot()` and `study.plot()` come here, late: it needs matplotlib and seaborn (`pip install 'lntx[figures]'`). The figures are
pyplot's, so that a notebook shows them and `savefig` writes them.
"""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pandas as pd

from lntx.errors import InputError
from lntx.extras import demand
from lntx.record import Study
from lntx.report import figures
from lntx.report.drawing import picture
from lntx.report.drawing.library import Axes, new_figure, sns
from lntx.report.drawing.style import PALETTE, WIDTH_IN, styled
from lntx.report.frames import frames

_HEIGHT_IN = 3.0
_SHOWN = 30  # names that a message lists


def of_losses(epochs: Any, losses: Any, ax: Axes | None = None) -> Axes:
    """Draw a loss history: mean squared errors over the epochs that they were kept at, logarithmic where all are above 0.

    ax are the axes to draw on, new ones if left out; MissingExtra without what draws.
    """
    demand("fit.plot()", "figures", "matplotlib", "seaborn")
    history = pd.DataFrame({"epoch": list(epochs), "loss": list(losses)})
    with styled():
        axes = ax if ax is not None else new_figure((WIDTH_IN, _HEIGHT_IN)).add_subplot()
        sns.lineplot(history, x="epoch", y="loss", ax=axes, color=PALETTE[0], marker="o", errorbar=None)
        if len(history) and (history["loss"] > 0).all():
            axes.set_yscale("log")
        axes.set(xlabel="epochs", ylabel="mean squared error")
    return axes


def of_study(study: Study, name: str = "", part: str = "") -> Axes:
    """Draw one of the report's pictures of a study: by its name, as ladder or features, the page's first if left out.

    part names one of those that the picture comes in, such as a setting; the first if left out. Raises InputError, which lists
    what there is, for one that this study doesn't have, and MissingExtra without what draws.
    """
    demand("study.plot()", "figures", "matplotlib", "seaborn")
    sheets = {picture.stem(sheet): sheet for sheet in figures.modules()}
    shown = frozenset(suite for sheet in sheets.values() for suite in sheet.SUITES)
    found = replace(frames([study]), shown=shown)
    if name and name not in sheets:
        raise InputError(f"there is no picture {name!r}; there are {_listed(sheets)}")
    drawable = {stem: parts for stem, sheet in sheets.items() if name in {"", stem} and (parts := _parts(sheet, found))}
    if not drawable:
        there = [stem for stem, sheet in sheets.items() if _parts(sheet, found)]
        raise InputError(
            f"this study has nothing for the picture {name!r}; it has {_listed(there)}"
            if name
            else "this study has no picture"
        )
    stem, parts = next(iter(drawable.items()))
    if part and part not in parts:
        raise InputError(f"the picture {stem} has no part {part!r}; it has {_listed(parts)}")
    with styled():
        figure = new_figure((WIDTH_IN, _HEIGHT_IN))
        sheets[stem].draw(parts[part or next(iter(parts))], figure, figures.styles_of(found))
    return figure.axes[0]


def _parts(sheet: ModuleType, found: Any) -> dict[str, pd.DataFrame]:
    """Return the frame of each part of a picture, by its name; empty where there are no data for it."""
    data = sheet.frame(found)
    return {
        str(part): rows.drop(columns="picture").reset_index(drop=True)
        for part, rows in data.groupby("picture", sort=False)
    }


def _listed(names: Any) -> str:
    given = [str(name) or "''" for name in names]
    rest = len(given) - _SHOWN
    return (", ".join(given[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")) or "none"
