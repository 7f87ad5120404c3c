import dataclasses
import math
import os
import subprocess
import sys
from html.parser import HTMLParser
from importlib import resources

import pytest
from support import studies
from test_report_frames import golden

from lntx import report, storage
from lntx.errors import InputError
from lntx.record import Absence, Record, Study

VOID = {"meta", "link", "br", "img", "hr", "input"}
SCRIPT = (resources.files("lntx.report") / "templates" / "page.js").read_text(encoding="utf-8")


class Outline(HTMLParser):
    """The tags of a page, their attributes, and whether they nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.texts, self.scripts = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.scripts if self.open[-1:] == ["script"] else self.texts).append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return report.render([studies.study()], tmp_path_factory.mktemp("report"))


def test_the_markdown_is_that_of_the_golden_file(rendered):
    text = rendered.markdown.read_text(encoding="utf-8")
    assert text == golden("report.md", text)


def test_the_page_nests_and_every_id_is_one(rendered):
    page = Outline(rendered.page.read_text(encoding="utf-8"))
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    inside = [a["href"].removeprefix("#") for a in page.all("a") if a["href"].startswith("#")]
    assert inside
    assert set(inside) <= set(page.ids)


def test_the_page_asks_nothing_of_a_network(rendered):
    page = Outline(rendered.page.read_text(encoding="utf-8"))
    loads = [attrs[name] for _, attrs in page.tags for name in ("src", "href", "xlink:href", "action") if name in attrs]
    assert all(link.startswith(("#", "data:")) for link in loads)
    assert not page.all("img")
    assert "@import" not in rendered.page.read_text(encoding="utf-8")


def test_every_picture_has_words_and_a_table(rendered):
    page = Outline(rendered.page.read_text(encoding="utf-8"))
    drawings = [attrs for attrs in page.all("svg") if attrs.get("role") == "img"]
    files = [path for path in rendered.files if path.suffix == ".svg"]
    assert len(files) == len(page.all("figure")) <= len(drawings)
    assert len(files) == len([attrs for attrs in page.all("details") if attrs.get("class") == "numbers"])
    assert all(len(attrs["aria-label"]) > 20 for attrs in drawings)


def test_the_answer_comes_first_then_chapters_and_tables(rendered):
    page = rendered.page.read_text(encoding="utf-8")
    parts = (
        "ladder",
        "card-1",
        "which-is-fastest",
        "what-starting-costs",
        "whether-to-trust-this",
        "cells",
        "absences",
    )
    places = [page.index(f'id="{name}"') for name in (*parts, "reading", "machine")]
    assert page.index("<h1>Take numpy: ") < places[0]
    assert places == sorted(places)


def test_all_that_was_found_is_somewhere_on_the_page(rendered):
    page = Outline(rendered.page.read_text(encoding="utf-8"))
    texts = " ".join(" ".join(page.texts).split())
    for finding in rendered.findings:
        assert finding.text in texts
        assert finding.detail in texts


def test_colours_follow_the_page(rendered):
    page = rendered.page.read_text(encoding="utf-8")
    drawing = page[page.index("<svg") : page.rindex("</svg>")]
    looks = page[page.index(".look-0") : page.index("</style>", page.index(".look-0"))]
    assert "var(--ink)" in looks
    assert "#1b232d" not in drawing + looks
    assert "prefers-color-scheme: dark" in page


def test_the_same_records_give_the_same_bytes(rendered, tmp_path):
    again = report.render([studies.study()], tmp_path)
    for a, b in zip(rendered.files, again.files, strict=True):
        assert a.read_bytes() == b.read_bytes(), a.name


def test_a_study_from_disk_gives_the_page_of_the_study_in_memory(rendered, tmp_path):
    storage.write(studies.study(), tmp_path / "study.json")
    again = report.render([storage.read(tmp_path / "study.json")], tmp_path)
    assert again.page.read_bytes() == rendered.page.read_bytes()


def test_figures_and_frames_stand_beside_the_page(rendered):
    names = {str(path.relative_to(rendered.page.parent)) for path in rendered.files}
    assert {"report.html", "report.md", "figures/ladder.svg", "figures/ladder.png", "frames/cells.csv"} <= names


def test_a_folder_used_again_holds_this_report_alone(tmp_path):
    report.render([studies.study()], tmp_path)
    (tmp_path / "figures" / "mine.txt").write_text("mine")
    again = report.render([Study((ONE,))], tmp_path)
    left = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*again.files, tmp_path / "figures" / "mine.txt", tmp_path / ".lntx-report.json"}


def test_a_folder_that_is_no_report_s_keeps_what_it_has(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "mine.svg").write_text("mine")
    report.render([Study((ONE,))], tmp_path)
    assert (tmp_path / "figures" / "mine.svg").exists()


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "</style><b>", "😀", "\u202eabc", "x" * 10_000, "a|b\n# c", "]\x00["]
)
def test_hostile_names_are_shown_as_text(name, tmp_path):
    place = studies.cell(backend=name)
    study = Study(
        (studies.record(place), *studies.foreign((name,)).records),
        (Absence(studies.cell(backend=name + "2"), "failed", name),),
        {"lntx": {name: name, "cpu": name}},
        {"profile": name, "command": name, "commit": {"id": name}, "started": name, name: name},
    )
    found = report.render([study], tmp_path)
    page = Outline(found.page.read_text(encoding="utf-8"))
    assert page.open == []
    assert set(page.scripts) <= {SCRIPT}
    assert not page.all("b")
    assert "<script" not in found.markdown.read_text(encoding="utf-8")


ONE = studies.record(studies.cell())
PARTIAL = {
    "nothing": [],
    "empty": [Study(())],
    "one cell": [Study((ONE,))],
    "one process": [Study(tuple(studies.records(processes=1)))],
    "one process, one cell": [Study((studies.record(studies.cell(), processes=1),))],
    "failures only": [studies.study(records=())],
    "no eager": [Study(tuple(studies.records(("manual", "numpy"))))],
    "foreign": [studies.foreign()],
    "foreign, one round": [Study((Record("t::x", ((0.5,),)),))],
    "foreign, many": [studies.foreign(tuple(f"t::x{i}" for i in range(300)))],
    "first call alone": [Study((studies.record(studies.cell("first_call", phase="first")),))],
    "two commits": [studies.study(), studies.other()],
    "two that share nothing": [
        studies.study(),
        studies.study(records=(ONE,), machine={"lntx": {"cpu": "another"}}),
    ],
    "three foreign": [studies.foreign(), dataclasses.replace(studies.foreign(), machine={"cpu": 1}), Study(())],
    "two machines": [studies.study(), studies.study(machine={"lntx": {"cpu": "another"}})],
    "ours and foreign": [studies.study(), studies.foreign()],
    "weights that are no numbers": [
        studies.study(
            absences=(
                Absence(studies.cell(backend="off"), "disagrees", "NaN", "", studies.agreement(math.nan)),
                Absence(studies.cell(backend="far"), "disagrees", "infinite", "", studies.agreement(math.inf)),
            )
        )
    ],
    "no machine": [studies.study(machine={}, about={"commit": None, "started": 7})],
}


@pytest.mark.parametrize("name", PARTIAL)
def test_partial_studies_give_a_page(name, tmp_path):
    found = report.render(PARTIAL[name], tmp_path)
    page = Outline(found.page.read_text(encoding="utf-8"))
    assert page.open == []
    assert found.findings
    assert "nan" not in " ".join(page.texts).replace("Finance", "").split()


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't write"):
        report.render([Study(())], tmp_path / "file")


def test_rendering_loads_no_torch(tmp_path):
    code = (
        "import sys, pathlib; from lntx import report; from lntx.record import Study; "
        f"report.render([Study(())], pathlib.Path({str(tmp_path)!r})); "
        "heavy = ('torch', 'lntx.training', 'lntx.measure'); "
        "assert not [name for name in sys.modules if name.startswith(heavy)]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "MPLBACKEND": "agg"})
