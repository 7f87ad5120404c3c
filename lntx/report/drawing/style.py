"""Colours, markers and type: set for one drawing at a time, never at import.

Ink, grid and series colours are exact values that `lntx.report.svg` swaps for CSS variables, so that one drawing serves
light and dark pages. The palette keeps its colours apart for people with protanopia, deuteranopia and tritanopia (a
test simulates all three), and a marker says again what the colour says.
"""

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from typing import Any

INK, MUTED, GRID, PAPER, ALARM = "#1b232d", "#59636f", "#dde2e7", "#fdfdfc", "#b3261e"
PALETTE = ("#0d4193", "#a02a05", "#1fa672", "#6f1d50", "#ca8304", "#8f82bd", "#69723c", "#4f7f8c")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", "h", ">")
WIDTH_IN, WIDE_IN, NARROW_IN = 5.6, 10.4, 4.5
"""Of a picture that all screens show, and of one that is as wide as a page, with its form for a narrow screen."""
_SALT = 3734
"""Chosen so that the eight ways to train on a CPU that come with lntx have the eight colours, and other markers too."""

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
class Style:
    """How a series looks on every picture."""

    color: str
    marker: str
    filled: bool = True

    @property
    def face(self) -> str:
        """The colour inside the marker."""
        return self.color if self.filled else PAPER


Styles = Mapping[str, Style]


def styles(series: Iterable[tuple[str, str]], backends: Iterable[str] = ()) -> Styles:
    """Give every pair of series and backend its style: colours go by backend.

    Of several series of one backend the first has filled markers. Backends have a style of their own, too.
    """
    pairs = sorted(set(series))
    kinds = _kinds({*backends, *(backend for _, backend in pairs)})
    found = {name: Style(*kinds[name]) for name in kinds}
    seen: set[str] = set()
    for name, backend in pairs:
        found[name] = Style(*kinds[backend], filled=backend not in seen)
        seen.add(backend)
    return found


def _kinds(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Choose a colour and a marker for each name by the name alone, so that they are the same in every report.

    Only where two names meet in one colour and others are free, the second takes the one that it likes next.
    """
    found: dict[str, tuple[str, str]] = {}
    wishes = {name: _wishes(name, PALETTE) for name in sorted(set(names), key=_mark)}
    used = Counter[str]()
    settled = {}
    for name, wish in wishes.items():
        if not used[wish[0]]:
            settled[name] = wish[0]
            used[wish[0]] += 1
    for name, wish in wishes.items():
        if name not in settled:
            settled[name] = min(wish, key=lambda color: used[color])
            used[settled[name]] += 1
    for name, color in settled.items():
        taken = {marker for other, marker in found.values() if other == color}
        found[name] = (color, next((m for m in _wishes(name, MARKERS) if m not in taken), MARKERS[0]))
    return found


def _wishes(name: str, kinds: Sequence[str]) -> list[str]:
    """Order kinds as a name likes them: by what a hash says, the same on every machine."""
    return sorted(kinds, key=lambda kind: _mark(f"{name} {len(kinds)} {kinds.index(kind)}"))


def _mark(text: str) -> bytes:
    return md5(f"{_SALT} {text}".encode(), usedforsecurity=False).digest()


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the house's style; whatever style the caller has is back afterwards."""
    import matplotlib as mpl  # noqa: PLC0415  (colours are looked up where nothing is drawn, too)

    with mpl.rc_context(_RC), warnings.catch_warnings():
        # A name may hold characters that this machine's font lacks; the reader's may have them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support .* natively")
        yield
