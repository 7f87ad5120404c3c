"""A page as Markdown, for places that show no HTML: its short form, whose headings have one level."""

from collections.abc import Iterator
from functools import singledispatch
from html import escape

from lntx.escaping import line, paragraph, visible
from lntx.escaping import markdown as plain
from lntx.report.document import (
    Block,
    Cards,
    Facts,
    Finding,
    Findings,
    Folded,
    Gallery,
    Item,
    Items,
    Page,
    Picture,
    Section,
    Snippet,
    Table,
    Text,
)


def markdown(page: Page, level: int = 1) -> str:
    """Write a page, its title a heading of a level; the pictures stand beside it in `figures/`."""
    head = [f"{'#' * level} {plain(page.title)}", plain(page.lead), paragraph(" · ".join(page.summary))]
    opening = map(_written, page.opening)
    parts = [part for section in page.sections if not section.aside for part in _section(section)]
    return "\n\n".join([*filter(None, (*head, *opening)), *parts]) + "\n"


def _section(section: Section) -> Iterator[str]:
    written = [(block, text) for block in section.blocks if (text := _written(block))]
    if section.each is None and section.title and written:
        yield f"## {plain(section.title)}"
    for block, text in written:
        if section.each is None and isinstance(block, Picture):
            yield f"### {plain(block.title)}"
        if section.each is not None and (heading := _heading(section.each, block)):
            yield f"## {plain(heading)}"
        yield text


def _heading(each: str, block: Block) -> str:
    title = block.title if isinstance(block, Table | Picture) else ""
    return ": ".join(part for part in (each, title) if part)


@singledispatch
def _written(block: Block) -> str:  # noqa: ARG001  (what has no writer below has no short form)
    return ""


@_written.register
def _(block: Text) -> str:
    return paragraph(block.text)


@_written.register
def _(block: Findings) -> str:
    lines: list[str] = []
    for topic, part in block.topics:
        lines += [f"\n### {topic}\n"] if topic else []
        lines += map(bullet, part)
    return "\n".join(lines)


def bullet(finding: Finding) -> str:
    """Write a finding as an item of a list."""
    mark = "**Warning:** " if finding.kind == "warning" else ""
    return f"- {mark}**{plain(finding.text)}** {plain(finding.detail)}".rstrip()


@_written.register
def _(block: Table) -> str:
    where = f"stand in `{block.rest}`" if block.rest else "are left out here"
    return table(block) + (f"\n\n{block.left_out:,} more {where}." if block.left_out else "")


def table(data: Table) -> str:
    """Write a table."""
    rule = ["---:" if numeric else "---" for numeric in data.numeric]
    lines = [data.headings, rule, *data.rows]
    return "\n".join(f"| {' | '.join(plain(cell) if line is not rule else cell for cell in line)} |" for line in lines)


@_written.register
def _(block: Picture) -> str:
    setting = f"{paragraph(block.setting)}. " if block.setting else ""
    shown = f"![{plain(block.alt)}](figures/{block.name}.svg)" if block.drawn else _numbers(block)
    said = "".join(f"{bullet(finding)}\n" for finding in block.findings)
    return f"{shown}\n\n{setting}{plain(block.caption)}\n\n{said}".rstrip()


@_written.register
def _(block: Gallery) -> str:
    return "\n\n".join(f"### {plain(picture.title)}\n\n{_written(picture)}" for picture in block.pictures)


@_written.register
def _(block: Cards) -> str:
    return "\n".join(f"- **{plain(card.title)}.** {plain(' '.join(card.sentences))}" for card in block.cards)


def _numbers(picture: Picture) -> str:
    from lntx.report import tables  # noqa: PLC0415  (loads pandas, which a summary without pictures doesn't need)

    return _written(tables.of_picture(picture))


@_written.register
def _(block: Items) -> str:
    return "\n".join(map(_item, block.items))


def _item(item: Item) -> str:
    name = f"**{plain(item.name)}** {item.kind} ({item.count}): " if item.kind else f"**{plain(item.name)}.** "
    return f"- {name}{plain(item.text)}" if item.name else f"- {paragraph(item.text)}"


@_written.register
def _(block: Facts) -> str:
    return "\n".join(f"- {plain(fact.name)}: {plain(fact.value)}" for fact in block.facts)


@_written.register
def _(block: Snippet) -> str:
    fence = "```"
    text = visible(block.text).rstrip()
    while fence in text:
        fence += "`"  # longer than any in the text
    return f"{fence}{block.language}\n{text}\n{fence}"


@_written.register
def _(block: Folded) -> str:
    if block.brief:
        return paragraph(block.brief)
    body = "\n\n".join(filter(None, map(_written, block.blocks)))
    return f"<details><summary>{escape(line(block.title))}</summary>\n\n{body}\n\n</details>"
