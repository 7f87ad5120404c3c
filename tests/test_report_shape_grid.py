"""Shapes of data: who is fastest where, and from which epoch on a slow start pays there."""

import re

import pytest
from support import studies

from lntx.record import Study
from lntx.report import units
from lntx.report.analysis import shape_grid
from lntx.report.figures import breakeven, winners
from lntx.report.findings import findings
from lntx.report.frames import frames

SHAPES = [(n, d) for n in (100, 1000, 10_000) for d in (10, 64)]


def study(shapes=SHAPES, names=("eager", "manual", "numpy", "compiled")):
    cells = [studies.cell("shapes", name, n, d, n, 100) for name in names for n, d in shapes]
    cold = [studies.record(studies.cell("first_call", name, phase="first"), timed_epochs=1) for name in names]
    steady = [studies.record(studies.cell("tutorial", name)) for name in names]
    return Study((*map(studies.record, cells), *cold, *steady), (), studies.MACHINE, studies.ABOUT)


def test_the_map_has_a_square_for_each_shape_with_its_winner():
    tidy = frames([study()])
    found = winners.frame(tidy)
    assert len(found) == len(SHAPES)
    for row in found.itertuples():
        cells = tidy.cells[(tidy.cells["samples"] == row.samples) & (tidy.cells["features"] == row.features)]
        assert row.backend == cells.sort_values("unit_s")["backend"].iloc[0]
    assert len(set(found["backend"])) > 1


def test_lines_through_the_plane_leave_no_lone_squares():
    shapes = [*SHAPES, (50_000, 10), (1000, 7), (1000, 8)]
    kept = shape_grid.shapes(frames([study(shapes)]))
    assert set(zip(kept["samples"], kept["features"], strict=True)) == set(SHAPES)


@pytest.mark.parametrize(
    ("value", "long", "short"),
    [
        (0.3, "1", "0.30"),
        (1, "1", "1"),
        (9.96, "10", "10"),
        (996, "1,000", "1k"),
        (130_400, "130,000", "130k"),
        (1.24e6, "1,200,000", "1.2M"),
    ],
)
def test_epochs_are_written_to_two_figures_and_briefly_in_a_square(value, long, short):
    assert (units.epochs(value), units.brief(value)) == (long, short)


def test_a_line_alone_is_no_map():
    assert winners.frame(frames([study([(n, 10) for n in (10, 100, 1000)])])).empty


def test_the_finding_counts_the_shapes():
    (text,) = [str(f) for f in findings(frames([study()])) if f.figure == "winners-doing-every-step"]
    assert text.startswith("Over 6 shapes of data, of those that do every step the fastest is ")
    assert "from 100 to 10,000 samples and 10 to 64 features" in text


def test_a_start_pays_at_each_shape_where_its_own_epochs_say():
    found = breakeven.frame(frames([study()]))
    rows = found[found["backend"] == "compiled"]
    assert len(rows) == len(SHAPES)
    for row in rows.itertuples():
        wanted = (row.start_s - row.eager_start_s) / (row.eager_epoch_s - row.epoch_s)
        assert row.pays_from_epoch == pytest.approx(wanted, rel=1e-6)
        assert row.start_s == pytest.approx(studies.PREPARE_S["compiled"], rel=0.05)
        cell = studies.cell("shapes", "compiled", row.samples, row.features, row.samples, 100)
        assert row.epoch_s == pytest.approx(studies.epoch_s(cell), rel=0.05)


def test_the_finding_says_from_which_epoch_on_a_start_pays_elsewhere():
    (text,) = [str(f) for f in findings(frames([study()])) if f.figure == "breakeven-compiled"]
    assert text.startswith("In full batches, compiled's slow start pays against eager from epoch ")
    assert len(re.findall(r"from epoch [\d,]+ \([\d,]+ to [\d,]+\)", text)) == 2  # the soonest and the latest
    assert "The map has every shape." in text
    assert "Extrapolated: the start is taken to be that of the tutorial's cold call" in text
