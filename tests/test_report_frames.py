import dataclasses
import math
import os
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import studies

from lntx.record import Absence, Study
from lntx.report import intervals, units
from lntx.report.frames import frames

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "LNTX_UPDATE_GOLDEN"
"""Set this variable to 1 to write the golden files anew; look at the difference before you commit it."""


def golden(name, text):
    if os.environ.get(UPDATE):
        (GOLDEN / name).write_text(text, encoding="utf-8")
    return (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cells", "absences", "checkpoints"])
def test_tidy_frames_are_those_of_the_golden_files(name):
    text = getattr(frames([studies.study()]), name).to_csv(index=False, float_format="%.6g", lineterminator="\n")
    expected = golden(f"{name}.csv", text)
    pd.testing.assert_frame_equal(pd.read_csv(StringIO(text)), pd.read_csv(StringIO(expected)), rtol=1e-5)


def test_one_row_for_each_process_with_the_median_of_its_rounds():
    record = studies.record(studies.cell(), processes=2, timed_epochs=20)
    tidy = frames([studies.study(records=(record,), absences=())])
    assert tidy.processes["seconds"].tolist() == list(record.medians)
    assert tidy.processes["unit_s"].tolist() == pytest.approx([second / 20 for second in record.medians])
    assert not tidy.cells["whole"].any()
    assert tidy.cells["whole_s"].iloc[0] == pytest.approx(record.seconds / 20 * 1000)


def test_one_process_has_no_interval():
    tidy = frames([studies.study(records=tuple(studies.records(processes=1)))])
    assert tidy.cells["low"].isna().all()
    assert tidy.cells["speedup"].notna().any()
    assert tidy.cells["speedup_low"].isna().all()


def test_weights_that_disagree_are_never_given_a_time():
    wrong = dataclasses.replace(studies.record(studies.cell(backend="off")), agreement=studies.agreement(1e4))
    tidy = frames([studies.study(records=(wrong,), absences=())])
    assert tidy.cells.empty
    assert tidy.absences["kind"].tolist() == ["disagrees"]


def test_a_ratio_pairs_processes_by_their_turn():
    drift = (1.0, 2.0, 4.0)  # the machine slows down for both alike
    slow, fast = studies.record(studies.cell()), studies.record(studies.cell(backend="numpy"))
    slow = dataclasses.replace(slow, rounds=tuple((2.0 * d,) for d in drift))
    fast = dataclasses.replace(fast, rounds=tuple((1.0 * d,) for d in drift))
    tidy = frames([studies.study(records=(slow, fast), absences=())])
    found = tidy.ratio(0, 1)
    assert (found.low, found.center, found.high) == (pytest.approx(2), pytest.approx(2), pytest.approx(2))


def test_cold_calls_of_unlike_epochs_have_no_ratio():
    slow = studies.record(studies.cell("first_call", phase="first"), timed_epochs=20)
    fast = studies.record(studies.cell("first_call", "numpy", phase="first"))
    assert frames([Study((slow, fast))]).cells["speedup"].isna().tolist() == [False, True]


def test_one_machine_counts_processes_together_and_two_are_told_apart():
    one = studies.study()
    again = studies.study(records=tuple(studies.records(factor=1.01)))
    assert set(frames([one, again]).cells["processes"]) == {6}
    other = dataclasses.replace(one, machine={"lntx": {"cpu": "another"}})
    found = frames([one, other]).cells
    assert set(found["processes"]) == {3}
    assert "numpy · another" in set(found["series"])


def again(record, factor=1.5, **changes):
    rounds = tuple(tuple(second * factor for second in rounds) for rounds in record.rounds)
    return dataclasses.replace(record, rounds=rounds, **changes)


@pytest.mark.parametrize("said", ["absence", "record"])
@pytest.mark.parametrize("machine", [studies.MACHINE, {"lntx": {"cpu": "another"}}])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_cell_that_one_study_found_to_disagree_has_no_time_from_another(said, machine, turn):
    record, other = studies.record(studies.cell(backend="off")), studies.record(studies.cell(backend="manual"))
    off = studies.agreement(1e4)
    gap = Absence(record.cell, "disagrees", "weights are off", "", off)
    timed = studies.study(records=(record, other), absences=())
    if said == "absence":
        wrong = studies.study(records=(), absences=(gap,), machine=machine)
    else:
        wrong = studies.study(records=(again(record, agreement=off),), absences=(), machine=machine)
    tidy = frames([timed, wrong][::turn])
    assert tidy.cells["backend"].tolist() == ["manual"]
    assert set(tidy.absences["kind"]) == {"disagrees"}
    assert len(tidy.absences) == len(set(tidy.absences["study"])) == (1 if machine is studies.MACHINE else 2)


def test_a_cell_that_another_study_timed_keeps_its_time_and_its_absence_is_said():
    record = studies.record(studies.cell())
    late = Absence(record.cell, "timeout", "took longer than 60 s")
    tidy = frames([studies.study(records=(record,), absences=()), studies.study(records=(), absences=(late, late))])
    assert tidy.cells["processes"].tolist() == [3]
    assert tidy.absences["reason"].tolist() == ["took longer than 60 s (another study of this machine has a time)"]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_merged_record_has_the_worst_agreement(turn):
    good, bad = studies.agreement(1.0), studies.agreement(2.0)
    record = studies.record(studies.cell())
    found = [dataclasses.replace(record, agreement=good), again(record, agreement=bad)]
    tidy = frames([studies.study(records=(one,), absences=()) for one in found[::turn]])
    assert tidy.cells["share"].tolist() == pytest.approx([bad.worst.share])
    unproven = [record, again(record, agreement=None)]
    assert frames([Study((one,)) for one in unproven[::turn]]).cells["agrees"].isna().all()


def test_a_copy_is_no_further_process():
    one = studies.study()
    part = dataclasses.replace(one, records=one.records[:7], absences=())
    tidy = frames([part, one, one])
    assert tidy.copies == 2
    assert set(tidy.cells["processes"]) == {3}
    assert len(tidy.absences) == len(one.absences)


def test_studies_that_hold_nothing_are_no_copies():
    assert frames([Study(()), Study(())]).copies == 0


def test_work_classes_are_tagged_in_every_series():
    record = dataclasses.replace(studies.record(studies.cell(backend="spectral")), work="algebra")
    assert frames([Study((record,))]).cells["series"].tolist() == ["spectral (algebra)"]


@pytest.mark.parametrize("found", [[], [Study(())], [studies.foreign()]])
def test_without_cells_every_frame_is_empty_and_has_its_columns(found):
    tidy = frames(found)
    assert tidy.cells.empty
    assert {"series", "speedup", "unit_s"} <= set(tidy.cells.columns)


@given(st.lists(st.floats(1e-9, 1e6), min_size=2, max_size=8))
def test_an_interval_holds_its_centre_and_scales_with_the_unit(values):
    found, scaled = intervals.geometric(values), intervals.geometric([value * 1000 for value in values])
    assert found.low <= found.center * (1 + 1e-9)
    assert found.center <= found.high * (1 + 1e-9)
    assert scaled.center == pytest.approx(found.center * 1000, rel=1e-6)


def test_an_interval_covers_the_truth_as_often_as_it_says():
    noise = np.random.default_rng(7).normal(0, 0.1, (4000, 3))
    hits = sum(not intervals.geometric([math.exp(x) for x in row]).excludes(1.0) for row in noise)
    assert 0.935 < hits / 4000 < 0.965


@given(st.floats(1e-12, 1e12))
def test_seconds_are_written_within_half_a_percent(value):
    number, unit = units.seconds(value).split()
    scale = {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]
    assert float(number.replace(",", "")) * scale == pytest.approx(value, rel=5.1e-3)


@given(st.text())
def test_clean_text_can_be_encoded_and_is_short(text):
    found = units.clean(text, 50)
    assert len(found) <= 50
    assert found.encode("utf-8").decode("utf-8").isprintable() or any(not c.isprintable() for c in text)


def test_one_disturbed_process_widens_an_interval_and_moves_nothing():
    calm, disturbed = intervals.geometric([1.0, 1.01, 0.99]), intervals.geometric([1.0, 1.01, 100.0])
    assert disturbed.center == pytest.approx(1.01)
    assert disturbed.high / disturbed.low > 100 * calm.high / calm.low
    assert disturbed.low < disturbed.center < disturbed.high
