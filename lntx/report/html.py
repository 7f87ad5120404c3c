"""A page as one HTML file with everything inside, that asks nothing of any network."""

import base64
import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lntx.escaping import visible
from lntx.report import tables
from lntx.report.document import Attachment, Block, Folded, Page, Table, anchor
from lntx.report.names import shortened
from lntx.report.policy import policy
from lntx.report.svg import Drawings

_PACKED_FROM = 200_000  # bytes
_NAME = 40  # letters of a name in a narrow table
_EMPHASIS = re.compile(r"\*([^*]+)\*")


def html(page: Page) -> str:
    """Write a page; every text from outside is escaped by the template, and nothing but the page's own styles and script runs."""
    pictures, environment = page.pictures, _environment()
    sorts = any(table.sorts for block in page.blocks for table in _tables(block))
    drawings = Drawings(pictures)
    styles = [*filter(None, (_source(environment, "page.css"), drawings.style))]
    scripts = [_source(environment, "page.js")] if sorts else []
    return environment.get_template("page.html.j2").render(
        page=page,
        policy=policy(styles, scripts),
        styles=[*map(Markup, styles)],
        scripts=[*map(Markup, scripts)],
        drawings=drawings.elements,
        anchor=lambda finding: anchor(finding, pictures),
    )


def _tables(block: Block) -> Iterator[Table]:
    if isinstance(block, Table):
        yield block
    if isinstance(block, Folded):
        for inner in block.blocks:
            yield from _tables(inner)


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


def _seen(value: Any) -> Any:
    """Spell out what can't be seen in all that the template writes, but for what is HTML already."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lntx.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"kind": lambda block: type(block).__name__}
    environment.filters |= {"numbers": tables.of_picture, "emphasised": emphasised}
    environment.globals |= {"link": link}
    environment.globals |= {"short": lambda data: shortened([row[0] for row in data.rows if row], _NAME)}
    return environment


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101  (set where it was made)
    return environment.loader.get_source(environment, name)[0]
