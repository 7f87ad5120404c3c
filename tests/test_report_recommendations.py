"""What to take: the table at the top of the page."""

import dataclasses

import pytest
from support import studies

from lntx.record import Study
from lntx.report import units
from lntx.report.analysis.recommendations import recommendations
from lntx.report.findings import TOPICS, findings
from lntx.report.frames import frames


def algebra(record):
    return dataclasses.replace(record, work="algebra")


def test_each_training_has_a_row_with_the_fastest_of_both_kinds():
    cells = [studies.cell("samples", name, 1000, 10, 1000, 100) for name in ("eager", "numpy", "manual")]
    fast = algebra(studies.record(studies.cell("samples", "map", 1000, 10, 1000, 100), factor=0.01))
    auto = algebra(studies.record(studies.cell("samples", "auto", 1000, 10, 1000, 100), factor=0.011))
    auto = dataclasses.replace(auto, weighed={"map": 0.1, "numpy": 0.2})
    tidy = frames([Study((*map(studies.record, cells), fast, auto))])
    (row,) = recommendations(tidy).rows
    assert row[:3] == (f"1,000 {units.TIMES} 10", "full", "numpy")
    assert row[5] == "map"
    assert row[7].startswith("map, ")
    assert row[6] < row[7].removeprefix("map, ")
    assert not [f for f in findings(tidy) if f.text.startswith("auto is within")]  # of one cell nothing is counted


def test_what_the_chooser_took_is_counted_where_there_are_cells_enough():
    sizes = (1000, 2000, 4000)
    made = [studies.record(studies.cell("samples", "numpy", n, 10, n, 100)) for n in sizes]
    made += [algebra(studies.record(studies.cell("samples", "map", n, 10, n, 100), factor=0.01)) for n in sizes]
    autos = [algebra(studies.record(studies.cell("samples", "auto", n, 10, n, 100), factor=0.011)) for n in sizes]
    made += [dataclasses.replace(auto, weighed={"map": 0.1, "numpy": 0.2}) for auto in autos]
    said = next(f for f in findings(frames([Study(tuple(made))])) if f.text.startswith("auto is within"))
    assert "in 3 of 3 cells" in said.text
    assert "It took map 3 times" in said.detail


def test_who_cannot_be_told_apart_is_named_too():
    cells = [studies.cell("samples", name, 1000, 10, 1000, 100) for name in ("eager", "numpy")]
    twin = studies.record(studies.cell("samples", "twin", 1000, 10, 1000, 100))
    times = studies.record(cells[1]).rounds
    turned = dataclasses.replace(twin, rounds=(times[1], times[2], times[0]))
    table = recommendations(frames([Study((*map(studies.record, cells), turned))]))
    assert table.rows[0][2] == "numpy or twin"
    assert table.rows[0][5] == "the same"


def test_studies_of_several_places_have_no_such_table():
    assert recommendations(frames([studies.study(), studies.other()])) is None
    assert recommendations(frames([studies.foreign()])) is None
    assert recommendations(frames([Study((studies.record(studies.cell()),))])) is None


def test_findings_come_topic_by_topic_warnings_first():
    found = findings(frames([studies.study()]))
    topics = [finding.topic for finding in found if finding.kind != "warning"]
    assert [finding.kind == "warning" for finding in found] == sorted(
        (f.kind == "warning" for f in found), reverse=True
    )
    assert topics == sorted(topics, key=TOPICS.index)
    assert len(set(topics)) >= 4


def test_cells_whose_processes_part_are_named():
    records = list(studies.study().records)
    wild = dataclasses.replace(records[3], rounds=((0.1,), (0.1,), (10.0,)))
    records[3] = wild
    text = next(f.text for f in findings(frames([studies.study(records=tuple(records))])) if "differ so much" in f.text)
    assert text.startswith(
        "1 of 95 times with an interval is too uncertain to rest anything on: from process to process they differ so much"
    )
    assert not [f for f in findings(frames([studies.study()])) if "differ so much" in f.text]


def test_a_prediction_costs_the_same_whoever_trained():
    text = next(str(f) for f in findings(frames([studies.study()])) if "A prediction costs" in f.text)
    assert "for 1 row and" in text
    assert "the slowest takes" in text  # numpy's model is made up to be faster
    alike = Study(tuple(r for r in studies.study().records if r.cell.backend != "numpy"))
    assert "whichever backend trained." in next(f.text for f in findings(frames([alike])) if "A prediction" in f.text)


@pytest.mark.parametrize(("processes", "factor", "shown"), [(1, 0.1, False), (1, 1.05, True), (3, 0.1, True)])
def test_a_choosers_time_that_one_process_each_contradicts_is_not_shown(processes, factor, shown):
    cells = [studies.cell("samples", name, 1000, 10, 1000, 100) for name in ("eager", "numpy", "manual")]
    numpy = studies.record(cells[1], processes)
    auto = dataclasses.replace(numpy, cell=dataclasses.replace(cells[1], backend="auto"), weighed={"numpy": 0.1})
    auto = dataclasses.replace(auto, rounds=tuple(tuple(factor * s for s in took) for took in numpy.rounds))
    others = (studies.record(cell, processes) for cell in (cells[0], cells[2]))
    (row,) = recommendations(frames([Study((*others, numpy, auto))])).rows
    assert row[7].startswith("numpy")
    assert (", " in row[7]) == shown
