"""What all pages share: templates that escape, one style sheet inside the page, and pictures with their tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lntx.report import tables
from lntx.report.document import Finding, Picture, Table
from lntx.report.html import drawing


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it."""

    picture: Picture
    drawing: Markup
    table: Table
    findings: tuple[Finding, ...]
    caption: str


def laid_out(template: str, **values: Any) -> str:
    """Fill a template; every text from outside is escaped by it."""
    return _environment().get_template(template).render(**values)


def shown(picture: Picture, found: Sequence[Finding] = (), caption: str | None = None) -> Shown:
    """Make a picture ready for a page, its table beneath it; the caption is its own unless another is given."""
    said = picture.caption if caption is None else caption
    return Shown(picture, drawing(picture), tables.of_frame(picture.frame), tuple(found), said)


def lead(found: Sequence[Finding]) -> Finding | None:
    """Find the first result among some findings, which a page sets in large type; None where there is none."""
    return next((finding for finding in found if finding.kind == "result"), None)


def by_topic(found: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """Part findings, which come topic by topic, by what they are about."""
    return [(topic, list(part)) for topic, part in groupby(found, key=lambda finding: finding.topic)]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lntx.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup(_source(environment, "page.css"))  # noqa: S704  (our own file)
    environment.globals["script"] = Markup(_source(environment, "page.js"))  # noqa: S704  (our own file)
    return environment


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101  (set where it was made)
    return environment.loader.get_source(environment, name)[0]
