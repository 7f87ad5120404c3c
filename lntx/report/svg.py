"""Pictures within a page: whole SVG files as elements of it, whose looks stand in one sheet of styles.

A page that says which styles it has (`lntx.report.policy`) can't have them at each element, as a drawing library writes them:
each look becomes a class, and the same look in several pictures the same class.
"""

import re
from collections.abc import Iterable
from html import escape, unescape

from markupsafe import Markup

from lntx.escaping import line, visible
from lntx.report.document import Picture
from lntx.report.drawing.style import ALARM, GRID, INK, MUTED, PALETTE, PAPER

_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper", ALARM: "alarm"}
_VARIABLES |= {color: f"series-{i}" for i, color in enumerate(PALETTE)}
_PROLOGUE = re.compile(r"^.*?(?=<svg\b)|<metadata>.*?</metadata>|<!--.*?-->|<style\b.*?</style>", re.DOTALL)
_SIZE = re.compile(r"(<svg\b[^>]*?) width=\"[^\"]*\"|(<svg\b[^>]*?) height=\"[^\"]*\"")
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")  # in words, the library escapes what begins one; quotes it leaves
_NAMES = re.compile(r'(\sid="|href="#|url\(#)')
_STYLE = re.compile(r'(?<=\s)style="([^"]*)"')
_LOOK = re.compile(r"[\w\s:;#.,%()'+-]*")  # anything else would be no look of the library's
_FONT = re.compile(r"'DejaVu Sans'(, [^;\"]*)?")
_LINES = "stroke-linejoin: round; stroke-linecap: butt"  # what the library sets for all elements of a file


class Drawings:
    """The pictures of a page as elements, by their names, and the styles that all of them need."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._classes: dict[str, str] = {}
        self._elements: dict[str, tuple[Markup, ...]] = {}
        for picture in filter(lambda one: one.drawn, pictures):
            forms = {picture.name: picture.svg, f"narrow-{picture.name}": picture.narrow}
            drawn = (self._element(name, svg, picture.alt) for name, svg in forms.items() if svg)
            self._elements[picture.name] = tuple(drawn)

    def elements(self, picture: Picture) -> tuple[Markup, ...]:
        """Return a drawn picture, and then its form for a narrow screen, where it has one."""
        return self._elements[picture.name]

    @property
    def style(self) -> str:
        """The sheet of styles; empty without a picture."""
        if not self._elements:
            return ""
        # Of each element alone: what is used again is drawn where no selector sees the elements around it.
        looks = (f".{name} {{ {_LINES}; {look} }}" for look, name in self._classes.items())
        return "\n".join([f".drawing svg {{ {_LINES} }}", *looks])

    def _element(self, name: str, svg: str, alt: str) -> Markup:
        """Turn a file into an element: no ids that clash, the page's fonts, and colours that follow its theme."""
        text = _PROLOGUE.sub("", visible(svg))
        for _ in range(2):
            text = _SIZE.sub(r"\1\2", text, count=1)
        text = _TAG.sub(lambda tag: _STYLE.sub(self._named, _NAMES.sub(rf"\g<1>{name}-", tag.group())), text)
        said = escape(line(alt))
        return Markup(text.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1).strip())  # noqa: S704  (it escapes what it takes)

    def _named(self, match: re.Match[str]) -> str:
        """Put the class of a look in its place, in the page's colours and font."""
        look = _FONT.sub("var(--sans)", unescape(match[1]))
        if not _LOOK.fullmatch(look):
            return ""
        for color, variable in _VARIABLES.items():
            look = look.replace(color, f"var(--{variable})")
        return f'class="{self._classes.setdefault(look, f"look-{len(self._classes)}")}"'
