"""The page in a real browser: readable on a phone and a desk, in the light and the dark, on paper, by everybody, offline."""

import io

import pandas as pd
import pytest
from support import studies
from support.browser import OVERLAPS, needed, needs, shown, violations

from lntx import report

pytestmark = needed
WIDTHS = {"phone": 360, "tablet": 768, "desk": 1280}
THEMES = ("light", "dark")
CELLS = "section[aria-labelledby=cells]"


def unfold(page):
    """Open all that is folded away."""
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return report.render([studies.study()], tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """Two studies side by side: longer names on every picture."""
    return report.render([studies.study(), studies.other()], tmp_path_factory.mktemp("beside"))


def test_all_headings_findings_and_pictures_are_there(rendered, chromium):
    with shown(chromium, rendered.page) as page:
        headings = page.locator("h2").all_inner_texts()
        assert {
            "What to take",
            "When not",
            "Whether to trust it",
            "Which is fastest",
            "What starting costs",
            "How time grows",
            "Every cell",
            "Without a time",
            "How to read this",
            "The machine",
        } <= set(headings)
        drawings = page.locator('svg[role="img"]').filter(visible=True)
        assert drawings.count() == len(list(rendered.page.parent.glob("figures/*.svg")))
        assert page.locator("h1").inner_text().startswith("Take numpy: it trains the tutorial in ")
        assert page.complaints == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_everything_fits_and_nothing_overlaps(rendered, beside, chromium, width, theme):
    for found in (rendered, beside):
        with shown(chromium, found.page, width, theme) as page:
            assert needs(page) <= width
            assert page.evaluate(OVERLAPS) == []
            paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (paper == "rgb(253, 253, 252)") == (theme == "light")
            assert page.complaints == []


@pytest.mark.parametrize(
    ("width", "theme"), [(WIDTHS["phone"], "dark"), (WIDTHS["desk"], "light")], ids=["phone-dark", "desk-light"]
)
def test_nothing_serious_stands_in_anybodys_way(rendered, chromium, width, theme):
    with shown(chromium, rendered.page, width, theme) as page:
        unfold(page)
        assert violations(page) == []


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_one_form_of_the_opening_picture_is_shown_and_it_is_as_wide_as_the_words_beneath_it(rendered, chromium, width):
    with shown(chromium, rendered.page, width) as page:
        forms = page.locator(".first .drawing")
        boxes = [form.bounding_box() for form in forms.all() if form.is_visible()]
        assert (forms.count(), len(boxes)) == (2, 1)
        cards = page.locator(".cards").bounding_box()
        assert boxes[0]["width"] >= cards["width"] - 1
        assert boxes[0]["y"] + boxes[0]["height"] < 900  # within the first screen of a desk, and of a phone's two


def test_the_page_can_be_printed(rendered, chromium):
    with shown(chromium, rendered.page, 718) as page:  # A4 less its margins, in CSS pixels
        page.emulate_media(media="print")
        assert needs(page) <= 718
        printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") > 3


def test_a_click_on_a_heading_sorts_and_another_turns_round(rendered, chromium):
    with shown(chromium, rendered.page) as page:
        unfold(page)
        table = page.locator(f"{CELLS} table.sorts").first
        heading = table.locator("th", has_text="time").first
        column = heading.evaluate("(th) => th.cellIndex") + 1
        times = table.locator(f"tbody td:nth-child({column})")
        heading.locator("button").click()
        rising = times.all_inner_texts()
        assert heading.get_attribute("aria-sort") == "ascending"
        assert [_seconds(text) for text in rising] == sorted(_seconds(text) for text in rising)
        heading.locator("button").press("Enter")
        assert heading.get_attribute("aria-sort") == "descending"
        assert times.all_inner_texts() == rising[::-1]


def _seconds(text):
    number, unit = text.replace(",", "").split()
    return float(number) * {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]


def test_words_filter_the_rows_of_all_tables(rendered, chromium):
    with shown(chromium, rendered.page) as page:
        rows = page.locator(f"{CELLS} table.sorts tbody tr:visible")
        assert rows.count() == 0
        page.get_by_label("Show rows with").fill("numpy 1,000")
        assert 0 < rows.count() < len(studies.study().records)
        assert all("numpy" in text for text in rows.all_inner_texts())
        assert page.locator("output").inner_text().strip() == f"{rows.count()} rows"
        page.get_by_label("Show rows with").fill("")
        assert rows.count() == 0


def test_without_scripts_the_tables_are_whole_and_plain(rendered, chromium):
    with shown(chromium, rendered.page, script=False) as page:
        assert page.locator(f"{CELLS} table.sorts tbody tr").count() == len(studies.study().records)
        page.locator(f"{CELLS} summary").first.click()
        assert page.locator(f"{CELLS} table.sorts").first.is_visible()
        assert page.locator("table.sorts button").count() == 0
        assert page.get_by_label("Show rows with").count() == 0


def test_the_raw_numbers_are_one_click_away(rendered, chromium, tmp_path):
    with shown(chromium, rendered.page) as page:
        with page.expect_download() as waiting:
            page.get_by_role("link", name="raw numbers").click()
        waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    (saved,) = tmp_path.iterdir()
    assert saved.name == "processes.csv"
    beside = rendered.page.parent / "frames" / "processes.csv"
    assert saved.read_bytes() == beside.read_bytes()
    assert len(pd.read_csv(io.BytesIO(saved.read_bytes()))) == 3 * len(studies.study().records)


HOLE = """<p onmouseover="document.title = 'run'">hole<img src="data:," onerror="document.title = 'run'"></p>
<script>document.title = "run"</script><style>main { display: none }</style><iframe srcdoc="<p>framed</p>"></iframe>"""


def test_what_a_hole_in_escaping_would_bring_along_does_nothing(rendered, chromium, tmp_path):
    text = rendered.page.read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(text.replace("</main>", f"{HOLE}</main>"), encoding="utf-8")
    with shown(chromium, tmp_path / "page.html") as page:
        page.hover("text=hole")
        assert page.title() != "run"
        assert page.locator("main").is_visible()
        assert sum("Content Security Policy" in complaint for complaint in page.complaints) >= 3
