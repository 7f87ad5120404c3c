"""Whatever a name holds, it is text to each of the places that it may reach."""

import csv
import io
import json
import re
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from support import gate_results as samples

from lntx import escaping
from lntx.cli import terminal
from lntx.report import gate, rows, tables
from lntx.report.document import (
    Attachment,
    Fact,
    Facts,
    Finding,
    Findings,
    Folded,
    Item,
    Items,
    Page,
    Section,
    Snippet,
    Table,
)
from lntx.report.document import Text as Paragraph
from lntx.report.gate import step_summary
from lntx.report.html import html
from lntx.report.markdown import markdown
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

PIECES = [
    "a", "b", " ", "x::y", "[1]", "\n", "\r\n", "\t", "\x1b[31m", "\x1b]0;t\x07", "\x9b2J", "\x00", "\x7f",
    "\u2028", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u061c", "\u3164", "\ud800",
    "\udcff", "\ufffe", "\U0001fffe", "\U000e0041", "::error::", "##[error]", "##vso[task.setvariable]",
    "##teamcity[x]", "--- ", "=1+1", "+", "-", "@user", "@", "=cmd|' /C calc'!A0", "|", "`", "```", "~~~",
    "<script>", "</style>", "<!--", "-->", "![a](http://e)", "[b](javascript:x)", "https://e.org", "www.e.org",
    "#12", "o/r#1", "GH-3", "# h", "> q", "1. ", "* ", "&lt;", "&#64;user", "$x$", "\\", "]]>", "'", '"',
    "{{ 7 * 7 }}", "/close", "ß", "שלום", "👩‍🚀", "x" * 400,
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=20)
ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]"
)
COMMAND = re.compile(r"(?m)^\s*::|##\w*\[|^(---|\+\+\+|~~~|\^\^\^)\s")


def seen(text):
    return not ODD.search(text) and all(
        unicodedata.category(letter) not in {"Cc", "Cs"} for letter in text if letter != "\n"
    )


@given(hostile)
def test_a_line_is_one_and_all_of_it_can_be_seen(text):
    found = escaping.line(text)
    assert seen(found)
    assert "\n" not in found
    assert escaping.line(found) == found
    found.encode()
    ET.fromstring(f"<a>{found.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</a>")


@given(hostile, hostile)
def test_two_names_stay_two(one, other):
    spelled = {text.encode("unicode_escape") for text in (one, other)}
    if len(spelled) == 2 and "\\" not in one + other:
        assert escaping.line(one) != escaping.line(other)


@given(hostile)
def test_no_runner_finds_a_command(text):
    assert not COMMAND.search(escaping.log(escaping.visible(text)))
    document = json.dumps({text: text})
    assert json.loads(escaping.json_text(document)) == json.loads(document)
    assert not COMMAND.search(escaping.json_text(document))


@pytest.mark.parametrize(
    "line",
    [
        "::error::no", "  ::warning file=a::no", "\u200d::error::no", ":\u200d:error::no", "\x1b[1m::error::no", "a ##[error]no",
        "##vso[task.complete]", "x ##teamcity[no]", "--- group", "+++ group", "~~~ group", "a\n::error::no",
    ],
)  # fmt: skip
def test_what_a_runner_might_take_for_a_command_is_spelled_out(line):
    found = escaping.log(line)
    assert found != line
    assert (
        found.replace("\\x3a", ":")
        .replace("\\x23", "#")
        .replace("\\x2d", "-")
        .replace("\\x2b", "+")
        .replace("\\x7e", "~")
        == line
    )


@pytest.mark.parametrize("line", ["a::b", "test_a.py::test_b", "# head", "a ## b [c]", "-- x", "- x", "---", "a: b"])
def test_what_is_no_command_stays(line):
    assert escaping.log(line) == line


def printed(*things):
    out = io.StringIO()
    with redirect_stdout(out):
        terminal.show(*things)
    return out.getvalue()


@given(hostile, hostile)
def test_a_terminal_and_a_log_are_told_text_alone(name, words):
    out = printed(
        name,
        terminal.table((name, words), [(words, Text(name))]),
        terminal.of_table(Table((words,), ((name,),), (False,))),
    )
    assert seen(out)
    assert not COMMAND.search(out)
    err = io.StringIO()
    with redirect_stderr(err):
        terminal.say(name)
    assert seen(err.getvalue())
    assert not COMMAND.search(err.getvalue())
    assert err.getvalue().count("\n") == 1


@pytest.mark.parametrize("width", range(196, 206))
def test_a_name_that_is_folded_begins_no_line_with_a_command(width):
    name = f"{'a' * width}::error::no"
    out = printed(terminal.table(("benchmark", "b"), [(name, "c" * 200)]))
    assert not COMMAND.search(out)


def test_colours_of_our_own_stay_on_a_terminal_and_no_others(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = printed(Text("bold\x1b]0;title\x07", "bold"))
    assert out.startswith("\x1b[1mbold")
    assert "\x1b]" not in out
    assert "\x07" not in out


def test_what_is_said_is_short():
    err = io.StringIO()
    with redirect_stderr(err):
        terminal.say("x" * 10**6 + "end")
    assert len(err.getvalue()) < 5000
    assert err.getvalue().endswith("end\n")


class Seen(HTMLParser):
    """The tags of a page, and the names of their attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}


def page(text):
    finding = Finding(text, text, kind="warning", topic="topic")
    folded = Folded("title", (Paragraph(text), Items((Item(text), Item(text, text)))))
    data = Table((text, "b"), ((text, text),), (False, True), caption=text, title=text, sorts=True, narrow=True)
    blocks = (
        Findings((finding,)),
        Paragraph(text),
        data,
        Facts((Fact(text, text, text),)),
        Snippet(text, text),
        folded,
    )
    attached = Attachment("a.csv", "label", rows.table([{"name": text}], ["name"]))
    return Page(text, (text, text), (Section(text, (*blocks, attached), "name"),))


PLAIN = Seen(html(page("plain")))


@given(hostile.filter(bool))
def test_a_page_has_the_tags_that_it_has_with_a_plain_name(text):
    written = html(page(text))
    found = Seen(written)
    assert [tag for tag in found.tags if tag != "a"] == [tag for tag in PLAIN.tags if tag != "a"]
    assert found.attributes <= PLAIN.attributes
    assert seen(written)
    written.encode()


LINKED = re.compile(r"(?i)https?://|www\.|@\w|#\d|GH-\d|mailto:\w")


@given(hostile)
def test_markdown_holds_no_markup_link_mention_or_reference_of_a_name(text):
    found = escaping.markdown(text)
    assert "\n" not in found
    assert not LINKED.search(found)
    bare = re.sub(r"\\[\\`*_{}\[\]#|~$]", "", found)
    assert not re.search(r"[`*_\[\]|~$<>]", bare)
    assert not re.search(r"&(?!(amp|lt|gt);)", found)
    assert not re.match(r"([-+=/>#*]|\d+[.)](\s|$))", escaping.paragraph(text))


@given(hostile)
def test_a_page_in_markdown_has_the_lines_that_it_has_with_a_plain_name(text):
    def kinds(found):
        outside = re.sub(r"(?s)(`{3,})toml\n.*?\n\1", "snippet", found)
        return [re.match(r"(#+ |\| |- |<details>|</details>|)", line)[0] for line in outside.splitlines()]

    if text.strip() and text.isprintable():
        assert kinds(markdown(page(text))) == kinds(markdown(page("plain")))


@given(hostile)
def test_no_cell_of_a_csv_is_a_formula(text):
    frame = rows.table([{"name": text, "value": -1.5}, {"name": "b", "value": 2.0}], ["name", "value"])
    written = list(csv.reader(io.StringIO(tables.csv(frame.rename(columns={"name": escaping.line(text)})).decode())))
    assert len(written) == 3
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for row in written for cell in row)
    assert not written[0][0].startswith("-")
    assert not written[1][0].startswith("-")
    assert written[1][-1] == "-1.5"  # a number stays one


@given(hostile)
def test_junit_is_xml_of_as_many_cases(text):
    one = BenchmarkResult(text, Verdict.SLOWER, "time", text, 1.1, 1.0, 1.2, 8)
    root = ET.fromstring(gate.junit(GateResult(Verdict.SLOWER, (one, replace(one, name="b")))).encode())
    assert len(root.findall(".//testcase")) == 2


def test_a_summary_is_never_longer_than_it_may_be():
    found = samples.hostile("<&`@x" * 3000)
    for limit in (100_000, 20_000, 5_000):
        assert len(step_summary.summary(found, limit).encode()) <= limit
