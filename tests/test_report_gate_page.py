"""The page of a gate, its Markdown and the files beside it."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from support import gate_results as samples
from support.browser import OVERLAPS, needed, needs, shown, violations
from support.gate_results import HOSTILE, KINDS
from support.words import words_before_a_picture
from test_report_frames import golden
from test_report_page import Outline

from lntx.errors import InputError
from lntx.report import gate
from lntx.report.gate import findings
from lntx.verdict import Verdict

WIDTHS, THEMES = (360, 1280), ("light", "dark")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return gate.render(samples.everything(), tmp_path_factory.mktemp("gate"))


def test_the_markdown_is_that_of_the_golden_file(rendered):
    text = rendered.markdown.read_text(encoding="utf-8")
    assert text == golden("gate-report.md", text)


def test_the_page_nests_every_id_is_one_and_no_network_is_asked(rendered):
    page = Outline(rendered.page.read_text(encoding="utf-8"))
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    inside = [a["href"].removeprefix("#") for a in page.all("a")]
    assert inside
    assert set(inside) <= set(page.ids)
    loads = [attrs[name] for _, attrs in page.tags for name in ("src", "href", "xlink:href", "action") if name in attrs]
    assert all(link.startswith(("#", "data:")) for link in loads)
    assert not page.all("script")
    assert not page.all("img")


def test_the_verdict_comes_first_then_the_forest_then_what_to_do_then_what_carries_it(rendered):
    page = rendered.page.read_text(encoding="utf-8")
    parts = ("forest", "card-1", "advice", "findings", "benchmarks", "counters", "pictures", "sentinels", "notes")
    places = [page.index(f'id="{name}"') for name in (*parts, "machine", "made")]
    assert places == sorted(places)


def test_every_picture_has_words_and_a_table(rendered):
    page = Outline(rendered.page.read_text(encoding="utf-8"))
    drawings = [attrs for attrs in page.all("svg") if attrs.get("role") == "img"]
    assert (len(page.all("figure")), len(drawings)) == (2, 3)  # the forest has a form for narrow screens
    assert all(len(attrs["aria-label"]) > 100 for attrs in drawings)


def test_figures_and_frames_stand_beside_the_page(rendered):
    names = {str(path.relative_to(rendered.page.parent)) for path in rendered.files}
    assert names == {
        "report.html", "report.md", "figures/forest.svg", "figures/forest.png", "figures/pairs.svg", "figures/pairs.png",
        "frames/benchmarks.csv", "frames/pairs.csv", "frames/counters.csv", "frames/noise.csv",
        "frames/figure-forest.csv", "frames/figure-pairs.csv",
    }  # fmt: skip
    assert all(path.stat().st_size for path in rendered.files)


def test_the_same_ruling_gives_the_same_bytes(rendered, tmp_path):
    again = gate.render(samples.everything(), tmp_path)
    for a, b in zip(rendered.files, again.files, strict=True):
        assert a.read_bytes() == b.read_bytes(), a.name


@pytest.mark.parametrize("kind", [*KINDS, *range(6)])
def test_any_ruling_gives_a_page_that_opens_with_its_verdict(kind, tmp_path):
    found = KINDS[kind] if kind in KINDS else samples.drawn_by_lot(kind)
    made = gate.render(found, tmp_path).page
    page = Outline(made.read_text(encoding="utf-8"))
    assert page.open == []
    assert f"lntx gate: {found.verdict}" in page.texts
    assert (words_before_a_picture(made) or 0) <= 60
    assert "nan" not in " ".join(page.texts).split()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_shown_as_text(text, tmp_path):
    made = gate.render(samples.hostile(text), tmp_path)
    page = Outline(made.page.read_text(encoding="utf-8"))
    assert page.open == []
    assert (words_before_a_picture(made.page) or 0) <= 60
    assert not page.all("script")
    assert not page.all("b")
    outside = made.markdown.read_text(encoding="utf-8")
    assert "<b>" not in outside.partition("```")[0] + outside.rpartition("```")[2]


def test_a_large_suite_is_parted_and_its_table_is_whole(tmp_path):
    made = gate.render(samples.many(60), tmp_path)
    names = sorted(path.name for path in tmp_path.glob("figures/*.svg"))
    assert names == ["forest-1-of-3.svg", "forest-2-of-3.svg", "forest-3-of-3.svg", "pairs.svg"]
    page = Outline(made.page.read_text(encoding="utf-8"))
    assert sum(text.startswith(("suite[", "test_suite[")) for text in page.texts) >= 60


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't write"):
        gate.render(KINDS["nothing"], tmp_path / "file")


def test_words_and_numbers_of_a_gate_load_no_drawing_library():
    code = (
        "import sys; from lntx.report import gate; from lntx.result import GateResult; "
        "gate.junit(GateResult('same', ())), gate.document(GateResult('same', ())); import lntx.cli.gate_progress; "
        "from lntx.report.gate import wording; "
        "assert not {'torch', 'matplotlib', 'pandas', 'seaborn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))


@needed
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_browser_shows_it_in_both_themes_without_complaint(rendered, chromium, width, theme):
    with shown(chromium, rendered.page, width, theme) as page:
        assert "What to do" in page.locator("h2").all_inner_texts()
        assert page.evaluate(OVERLAPS) == []
        assert violations(page) == []
        assert page.complaints == []


@needed
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", ["long", "dollars"])
def test_nothing_is_wider_than_the_screen(tmp_path, chromium, width, text):
    made = gate.render(samples.hostile(HOSTILE[text]), tmp_path / "page")
    with shown(chromium, made.page, width) as page:
        assert needs(page) <= width


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.99, 1.01, "stood still"), (0.976, 0.997, "surely moved by more than the margin of 0.5 %")],
)
def test_controls_whose_interval_leaves_out_no_change_did_not_stand_still(low, high, said):
    found = samples.same()
    controls = tuple(replace(one, verdict=Verdict.SAME, low=low, high=high) for one in found.sentinels)
    assert said in findings.stood(replace(found, sentinels=controls))
