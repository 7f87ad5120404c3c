"""A page as one HTML file with everything inside, that asks nothing of any network."""

import base64
import gzip
import re
from functools import lru_cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lntx.report import tables
from lntx.report.document import Attachment, Page, Picture, Table, anchor
from lntx.report.drawing.style import ALARM, GRID, INK, MUTED, PALETTE, PAPER
from lntx.report.names import shortened

_PACKED_FROM = 200_000  # bytes
_NAME = 40  # letters of a name in a narrow table
_EMPHASIS = re.compile(r"\*([^*]+)\*")
_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper", ALARM: "alarm"}
_VARIABLES |= {color: f"series-{i}" for i, color in enumerate(PALETTE)}
_PROLOGUE = re.compile(r"^.*?(?=<svg\b)|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_SIZE = re.compile(r"(<svg\b[^>]*?) width=\"[^\"]*\"|(<svg\b[^>]*?) height=\"[^\"]*\"")
_STYLE = re.compile(r'style="[^"]*"')
_FONT = re.compile(r"'DejaVu Sans'(, [^;\"]*)?")


def html(page: Page) -> str:
    """Write a page; every text from outside is escaped by the template."""
    pictures = page.pictures
    sorts = any(isinstance(block, Table) and block.sorts for section in page.sections for block in section.blocks)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(page=page, sorts=sorts, anchor=lambda finding: anchor(finding, pictures))
    )


def drawing(picture: Picture) -> Markup:
    """Turn a whole SVG file into an element: no ids that clash, the page's fonts, and colours that follow its theme."""
    text = _PROLOGUE.sub("", picture.svg)
    for _ in range(2):
        text = _SIZE.sub(r"\1\2", text, count=1)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{picture.name}-", text)
    text = _STYLE.sub(_themed, text)
    return Markup(text.replace("<svg ", f'<svg role="img" aria-label="{escape(picture.alt)}" ', 1).strip())  # noqa: S704  (it escapes what it takes)


def _themed(match: re.Match[str]) -> str:
    """Swap the drawing's colours and font for the page's."""
    style = _FONT.sub("var(--sans)", match.group())
    for color, variable in _VARIABLES.items():
        style = style.replace(color, f"var(--{variable})")
    return style


def link(attachment: Attachment) -> tuple[str, str]:
    """Return the name to save a file by, and a link that holds it, packed where it is large; pandas reads either."""
    content = tables.csv(attachment.frame)
    if len(content) <= _PACKED_FROM:
        return attachment.name, f"data:text/csv;base64,{base64.b64encode(content).decode()}"
    packed = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return f"{attachment.name}.gz", f"data:application/gzip;base64,{packed}"


def emphasised(text: str) -> Markup:
    """Escape words of our own, and set those between asterisks in italics."""
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", escape(text, quote=False)))  # noqa: S704  (it escapes what it takes)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lntx.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "style": Markup(_source(environment, "page.css")),  # noqa: S704  (our own file)
        "script": Markup(_source(environment, "page.js")),  # noqa: S704  (our own file)
        "link": link,
    }
    environment.filters |= {"kind": lambda block: type(block).__name__, "drawing": drawing}
    environment.filters |= {"numbers": tables.of_picture, "emphasised": emphasised}
    environment.globals |= {"short": lambda data: shortened([row[0] for row in data.rows if row], _NAME)}
    return environment


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101  (set where it was made)
    return environment.loader.get_source(environment, name)[0]
