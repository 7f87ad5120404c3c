"""A drawing made fit to stand inside a page: no ids that clash, the page's fonts, and colours that follow its theme."""

import re
from html import escape

from lntx.report.drawing.style import ALARM, GRID, INK, MUTED, PALETTE, PAPER

_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper", ALARM: "alarm"}
_VARIABLES |= {color: f"series-{i}" for i, color in enumerate(PALETTE)}
_PROLOGUE = re.compile(r"^.*?(?=<svg\b)|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_SIZE = re.compile(r"(<svg\b[^>]*?) width=\"[^\"]*\"|(<svg\b[^>]*?) height=\"[^\"]*\"")
_STYLE = re.compile(r'style="[^"]*"')
_FONT = re.compile(r"'DejaVu Sans'(, [^;\"]*)?")


def inline(svg: str, name: str, alt: str) -> str:
    """Turn a whole SVG file into an element for HTML; `name` makes its ids its own, `alt` says it in words."""
    text = _PROLOGUE.sub("", svg)
    for _ in range(2):
        text = _SIZE.sub(r"\1\2", text, count=1)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    text = _STYLE.sub(_themed, text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1).strip()


def _themed(match: re.Match[str]) -> str:
    """Swap the drawing's colours and font for the page's."""
    style = _FONT.sub("var(--sans)", match.group())
    for color, variable in _VARIABLES.items():
        style = style.replace(color, f"var(--{variable})")
    return style
