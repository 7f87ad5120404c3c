"""Every page says what it may load and run: its own styles and script by their hashes, and nothing else."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support import gate_results, studies

from lntx import report
from lntx.report import gate
from lntx.report.document import Page, Section, Text
from lntx.report.gate import figures
from lntx.report.html import html
from lntx.report.svg import Drawings


class Inline(HTMLParser):
    """The policy of a page, its inline sheets and scripts, what it loads, and its attributes."""

    def __init__(self, text):
        super().__init__()
        self.policy, self.texts, self.attributes, self.links, self._open = (
            None,
            {"style": [], "script": []},
            [],
            [],
            None,
        )
        self.before = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        elif self.policy is None and tag in {"style", "script", "link", "img"}:
            self.before += 1  # nothing that stands before it is held by it
        self.attributes += [name for name, _ in attrs]
        self.links += [given[name] for name in ("src", "href", "xlink:href", "action", "data") if name in given]
        self._open = tag
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, _):
        self._open = None

    def handle_data(self, data):
        if self._open in self.texts:
            self.texts[self._open][-1] += data

    def allowed(self, kind):
        found = next(part for part in self.policy.split("; ") if part.startswith(f"{kind}-src "))
        return set(found.split(" ")[1:])


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


PAGES = {
    "study": lambda out: report.render([studies.study()], out).page,
    "another project's": lambda out: report.render([studies.foreign(("a", "b"))], out).page,
    "gate": lambda out: gate.render(gate_results.everything(), out).page,
}


@pytest.fixture(scope="module", params=PAGES)
def page(request, tmp_path_factory):
    return Inline(PAGES[request.param](tmp_path_factory.mktemp("page")).read_text(encoding="utf-8"))


def test_a_page_allows_its_own_styles_and_script_by_hash_and_nothing_else(page):
    assert page.policy.startswith("default-src 'none'; ")
    assert page.before == 0
    assert page.allowed("style") == {digest(text) for text in page.texts["style"]}
    assert page.allowed("script") == ({digest(text) for text in page.texts["script"]} or {"'none'"})
    assert page.allowed("img") == {"data:"}
    assert {"base-uri 'none'", "form-action 'none'"} <= set(page.policy.split("; "))
    assert "unsafe" not in page.policy


def test_nothing_in_a_page_needs_more_than_that(page):
    assert not [
        name for name in page.attributes if name.startswith("on") or name in {"style", "srcset", "srcdoc", "ping"}
    ]
    assert all(link.startswith(("#", "data:text/csv;", "data:application/gzip;", "data:,")) for link in page.links)


def test_a_page_without_a_table_that_sorts_runs_nothing():
    page = Inline(html(Page("title", (), (Section("a", (Text("b"),)),))))
    assert page.allowed("script") == {"'none'"}
    assert page.texts["script"] == []


WORDS = 'style="} body { display: none } .a {" id="b" url(#c) <i>'


def test_words_in_a_picture_become_no_style():
    picture = next(figures.pictures(gate_results.everything()))
    escaped = WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    named = picture.svg.replace("</text>", f"{escaped}</text>", 1)
    assert named != picture.svg
    plain, hostile = (Drawings([replace(picture, svg=svg)]) for svg in (picture.svg, named))
    assert hostile.style == plain.style
    assert escaped in hostile.elements(picture)[0]


def test_looks_are_classes_and_the_same_look_is_one():
    picture = next(figures.pictures(gate_results.everything()))
    drawings = Drawings([picture, replace(picture, name="other")])
    element = "".join(map(str, drawings.elements(picture)))
    assert "style" not in element
    used = set(re.findall(r'class="(look-\d+)"', element))
    assert used == set(re.findall(r"(?m)^\.(look-\d+) \{", drawings.style)) != set()
    looks = re.findall(r"(?m)^\.look-\d+ \{ (.*) \}$", drawings.style)
    assert len(set(looks)) == len(looks)
