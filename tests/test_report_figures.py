import dataclasses
import re
from importlib import resources
from itertools import pairwise
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from support import studies

from lntx.record import Study
from lntx.report.drawing import axes, style, ticks
from lntx.report.drawing.picture import stem
from lntx.report.figures import first_call, modules, pictures, styles_of
from lntx.report.frames import frames

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    return {picture.name: picture for picture in pictures(frames([studies.study()]))}


def test_every_suite_has_a_picture(drawn):
    expected = {"ladder", "features", "samples", "batches", "speedup-features", "first_call", "agreement"}
    assert expected | {"other-predict", "other-table"} <= set(drawn)


def test_a_suite_nobody_heard_of_has_one_too():
    cells = [studies.cell("momentum", name, samples=n) for name in ("eager", "numpy") for n in (10, 100)]
    found = [picture.name for picture in pictures(frames([Study(tuple(map(studies.record, cells)))]))]
    assert "other-momentum" in found


def test_every_figure_file_has_a_title_a_frame_and_a_drawing():
    for module in modules():
        assert (module.__doc__ or "").strip(), stem(module)
        assert callable(module.frame)
        assert callable(module.draw)
        assert callable(module.alt)


def test_the_same_records_give_the_same_bytes(drawn):
    for picture in pictures(frames([studies.study()])):
        assert picture.svg == drawn[picture.name].svg
        assert picture.png == drawn[picture.name].png


def test_pictures_are_well_formed_and_name_their_backends(drawn):
    for picture in drawn.values():
        text = " ".join(ET.fromstring(picture.svg).itertext())
        for backend in {"numpy", "manual"} & set(picture.frame["backend"]):
            assert backend in text, picture.name
        assert picture.alt


def test_times_scaled_up_are_marked_on_the_ladder(drawn):
    text = " ".join(ET.fromstring(drawn["ladder"].svg).itertext())
    assert text.count("extrapolated from 20 epochs") == 2
    assert "extrapolated from 20 epochs" in drawn["ladder"].alt


def test_drawing_leaves_the_style_of_the_caller_alone():
    before = dict(mpl.rcParams)
    list(pictures(frames([studies.foreign()])))
    assert dict(mpl.rcParams) == before


def test_a_backend_looks_the_same_on_every_picture_and_unlike_the_others():
    styles = styles_of(frames([studies.study()]))
    kinds = [(one.color, one.marker) for one in styles.values()]
    assert len(set(kinds)) == len(kinds)


def test_the_backends_that_come_with_lntx_keep_their_colours_whoever_is_beside_them():
    own = ("compiled", "composed", "eager", "fused", "manual", "numpy", "spectral", "torchscript")
    alone = {name: style.styles([(name, name)])[name] for name in own}
    assert len({one.color for one in alone.values()}) == len(style.PALETTE)
    assert len({one.marker for one in alone.values()}) == len(own)
    together = style.styles((name, name) for name in (*own, "auto", "blocked", "somebody's"))
    assert {name: together[name] for name in own} == alone


def test_a_backend_s_variants_differ_whatever_their_order():
    names = ["eager", "compiled", *(f"compiled:v{i}" for i in range(8)), "manual"]
    styles = style.styles((name, name) for name in names)
    assert len({(one.color, one.marker) for one in styles.values()}) == len(names)
    assert styles == style.styles((name, name) for name in reversed(names))


def test_more_backends_than_colours_still_differ():
    styles = style.styles((f"b{i:02}", f"b{i:02}") for i in range(40))
    assert len({(one.color, one.marker) for one in styles.values()}) == 40


def _seen(color, matrix):
    linear = (np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255) ** 2.2
    return np.clip(np.array(matrix) @ linear, 0, 1)


def _lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.maximum(xyz / [0.9505, 1, 1.089], 1e-4))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira and Fernandes 2009, full severity
SIGHT = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


CSS = (resources.files("lntx.report") / "templates" / "page.css").read_text(encoding="utf-8")
IN_CSS = re.findall(r"--series-\d: (#\w{6});", CSS)
PALETTES = {"light": IN_CSS[: len(style.PALETTE)], "dark": IN_CSS[len(style.PALETTE) :]}
PAPERS = dict(zip(PALETTES, re.findall(r"--paper: (#\w{6});", CSS), strict=True))


def test_the_light_page_has_the_colours_of_the_drawings():
    assert tuple(PALETTES["light"]) == style.PALETTE
    assert PAPERS["light"] == style.PAPER


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("sight", SIGHT)
def test_the_first_colours_stay_apart_for_every_sight(theme, sight):
    seen = [_lab(_seen(color, SIGHT[sight])) for color in PALETTES[theme][:6]]
    distances = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(distances) > 10


@pytest.mark.parametrize("theme", PALETTES)
def test_every_colour_stands_out_from_the_paper(theme):
    weights = np.array([0.2126, 0.7152, 0.0722])
    paper = weights @ _seen(PAPERS[theme], SIGHT["normal"])
    for color in PALETTES[theme]:
        bright, dark = sorted((weights @ _seen(color, SIGHT["normal"]), paper), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 3, color


def test_labels_are_moved_apart():
    found = axes.spread([0.5, 0.5, 0.51, 0.9], 0.1)
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(found))
    assert found[-1] == 0.9


@pytest.mark.parametrize(
    ("decades", "widths", "shown"),
    [
        (range(-4, 2), 1, [-4, -3, -2, -1, 0, 1]),
        (range(-4, 2), 4, [-4, -2, 0]),
        (range(-5, 2), 6, [-5, -2, 1]),
        (range(-4, 2), 6, [-3, 0]),  # ms and s, not 100 us and 100 ms
        (range(-4, 2), 90, [-2]),
        ([-3], 90, [-3]),
        ([], 1, []),
    ],
)
def test_words_of_ticks_are_left_out_evenly_where_they_would_overlap(decades, widths, shown):
    values = [10.0**decade for decade in decades]
    assert ticks.legible(values, [widths] * len(values), decade=2.2) == {10.0**decade for decade in shown}


def test_powers_of_ten_keep_their_words_before_others():
    assert 10 in ticks.legible([2, 5, 10, 20, 50], [1.2] * 5, decade=2.2)


PAYS = st.one_of(st.sampled_from([0.0, float("nan"), 1e-9, 1.0, 1e12]), st.floats(0, 1e6))
"""From which epoch on a slow start has paid: 0 for always, not a number for never."""


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_ring_stands_where_a_slow_start_has_paid_and_nowhere_else(draw):
    made = frames([studies.study()])
    data = first_call.frame(made)
    data = data.head(draw.draw(st.integers(2, len(data))))  # a few have their epochs written beside their rings
    pays = draw.draw(st.lists(PAYS, min_size=len(data), max_size=len(data)))
    data = data.assign(pays_from_epoch_eager=pays, start_s=data["cold_whole_s"])
    with style.styled():
        figure = Figure()
        first_call.draw(data, figure, styles_of(made))
    (drawn,) = figure.axes
    rings = [line.get_xdata()[0] for line in drawn.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    assert sorted(rings) == sorted(epoch for epoch in pays if 1 <= epoch <= drawn.get_xlim()[1])


@pytest.mark.parametrize("name", ["ladder", "first_call"])
def test_words_of_an_axis_of_many_decades_dont_overlap(name):
    backends = ("eager", "compiled:unrolled", "numpy", *(f"peer{i}" for i in range(12)))
    study = Study((*studies.records(backends), studies.record(studies.cell(backend="fast"), factor=1e-6)))
    data = next(picture.frame for picture in pictures(frames([study])) if picture.name == name)
    sheet = next(module for module in modules() if stem(module) == name)
    with style.styled():
        figure = Figure()
        sheet.draw(data, figure, styles_of(frames([study])))
        figure.draw_without_rendering()
        for part in figure.axes:
            boxes = [label.get_window_extent() for label in part.get_xticklabels() if label.get_text()]
            assert boxes
            assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "$x^2$", "😀 مرحبا", "a" * 10_000, 'quo"te&amp;', "\x00\ud800"]
)
def test_hostile_names_are_text_in_a_picture(name):
    cells = [studies.cell(suite, name, samples=n) for suite in ("tutorial", "features") for n in (10, 100)]
    study = Study((*map(studies.record, cells), *studies.foreign((name, name + "2")).records))
    for picture in pictures(frames([study])):
        root = ET.fromstring(picture.svg)
        assert not [item for item in root.iter() if item.tag.lower().endswith("script")]
        assert len(picture.svg) < 200_000
        assert re.fullmatch(r"[\w-]+", picture.name)


def test_extreme_numbers_are_drawn():
    slow, fast = studies.record(studies.cell(), 1), studies.record(studies.cell(backend="numpy"), 1)
    cells = (dataclasses.replace(slow, rounds=((1e7,),)), dataclasses.replace(fast, rounds=((1e-9,),)))
    assert list(pictures(frames([Study(cells)])))
