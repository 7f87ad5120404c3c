"""Names of any kind on the page of somebody else's benchmarks, as a browser shows it."""

import re

import pytest
from support import foreign
from support.browser import OVERLAPS, needed, needs, shown, violations

from lntx import report
from lntx.record import Record, Study, Unusable

STEM = "suites/wire/test_negotiation.py::TestOfManyVersions::test_agrees_on_the_best_of_all["
NAMES = [
    *(f"{STEM}peer=2.{i}-{'strict-' * 20}end]" for i in range(6)),
    "t/test_a.py::test_read",
    "t/test_b.py::test_read",
    "t.py::test_kind[ns::Kind]",
    "t.py::test_kind[ns::Other]",
    "t.py::test_params[{'a': None, 'b': [1, 2.5]}-<object at 0x7f>]",
    "t.py::test_عربي[مرحبا-بالعالم]",
    "t.py::test_עברית",
    "t.py::test_emoji[👩‍🚀-😀]",
    "t.py::test_html[<script>alert(1)</script>-&amp;]",
    "t.py::test_lines[a\nb\tc]",
    "t.py::test_turned[\u202eabc]",
    f"t.py::test_long[{'x' * 1000}]",
    "t.py::test_markdown[|*_`#]",
]


def study(names=NAMES, factor=1.0, day="2026-05-01"):
    records = tuple(
        Record(name, (tuple(foreign.rounds(factor * 1e-6 * 3 ** (i % 17), seed=i)),)) for i, name in enumerate(names)
    )
    left = (
        Unusable("t.py::test_blink[<b>]", "its median is 0 s", "a.json"),
        Unusable(f"{STEM}{'y' * 500}]", "it has no stats", "a.json"),
    )
    return Study(records, (), foreign.MACHINE, {"ended": f"{day}T01:00:00+00:00"}, left)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return report.render([study()], tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def nightly(tmp_path_factory):
    runs = [study(factor=1 + (i > 6) * 0.5, day=f"2026-05-{i + 1:02}") for i in range(9)]
    return report.render(runs, tmp_path_factory.mktemp("nightly"))


@pytest.fixture(scope="module")
def thousands(tmp_path_factory):
    return report.render(
        [study([f"t.py::test_{i // 40}[{i % 40}-of-many]" for i in range(3000)], 1e-6)], tmp_path_factory.mktemp("many")
    )


def test_no_two_labels_in_a_picture_are_the_same(one, nightly):
    for made in (one, nightly):
        for path in (made.page.parent / "figures").glob("*.svg"):
            texts = re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))
            labels = [text for text in texts if "test_" in text or "ns::" in text]
            assert len(set(labels)) == len(labels), path.name


def test_every_name_stands_whole_in_the_table_behind_the_picture(one):
    text = (one.page.parent / "frames" / "foreign.csv").read_text(encoding="utf-8")
    assert "x" * 1000 in text
    assert text.count("\n") == 1 + len(NAMES)
    assert r"test_lines[a\nb\tc]" in text
    assert "\u202e" not in text


def test_what_was_left_out_is_listed(one):
    for name in ("report.md", "report.html"):
        text = (one.page.parent / name).read_text(encoding="utf-8")
        assert "a.json" in text
        assert "its median is 0 s" in text
        assert "<b>" not in text


@needed
@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
def test_everything_fits_and_nothing_overlaps(one, nightly, thousands, chromium, width):
    for made in (one, nightly, thousands):
        with shown(chromium, made.page, width) as page:
            assert needs(page) <= width
            assert page.evaluate(OVERLAPS) == []
            page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
            assert needs(page) <= width
            assert violations(page) == []
            assert page.complaints == []


@needed
def test_no_name_is_cut_so_that_it_looks_like_another(one, chromium):
    with shown(chromium, one.page) as page:
        page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
        cut = page.evaluate(
            "[...document.querySelectorAll('td')].filter((td) => td.scrollWidth > td.clientWidth + 1).map((td) => td.textContent)"
        )
        assert not [text for text in cut if "test_" in text]
