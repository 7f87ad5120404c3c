"""Colours, markers and type: set for one drawing at a time, never at import.

Ink, grid and series colours are exact values that `lntx.report.svg` swaps for CSS variables, so that one drawing serves
light and dark pages. The palette keeps its colours apart for people with protanopia, deuteranopia and tritanopia (a
test simulates all three), and a marker says again what the colour says.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import matplotlib as mpl

INK, MUTED, GRID, PAPER, ALARM = "#1b232d", "#59636f", "#dde2e7", "#fdfdfc", "#b3261e"
PALETTE = ("#0d4193", "#a02a05", "#1fa672", "#6f1d50", "#ca8304", "#8f82bd", "#69723c", "#4f7f8c")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", "h", ">")
WIDTH_IN = 5.3

_RC: Any = {  # the keys' type is a list of all settings there are
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.5,
    "text.color": INK,
    "text.parse_math": False,  # a name with dollar signs is a name
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9.8,
    "axes.edgecolor": GRID,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.spines.bottom": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "none",  # text stays text: searchable, and in the reader's font
    "svg.hashsalt": "lntx",  # the same records give the same bytes
    "savefig.facecolor": "auto",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a series looks on every picture."""

    color: str
    marker: str
    filled: bool = True

    @property
    def face(self) -> str:
        """The colour inside the marker."""
        return self.color if self.filled else PAPER


Looks = Mapping[str, Look]


def looks(series: Iterable[tuple[str, str]], backends: Iterable[str] = ()) -> Looks:
    """Give every pair of series and backend its look: colours go by backend, in the order of their names.

    Of several series of one backend the first has filled markers. Backends have a look of their own, too.
    """
    pairs = sorted(set(series))
    names = sorted({*backends, *(backend for _, backend in pairs)})
    kinds = dict(zip(names, zip(cycle(PALETTE), cycle(MARKERS)), strict=False))
    found = {name: Look(*kinds[name]) for name in names}
    seen: set[str] = set()
    for name, backend in pairs:
        found[name] = Look(*kinds[backend], filled=backend not in seen)
        seen.add(backend)
    return found


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the house's style; whatever style the caller has is back afterwards."""
    with mpl.rc_context(_RC), warnings.catch_warnings():
        # A name may hold characters that this machine's font lacks; the reader's may have them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support .* natively")
        yield
