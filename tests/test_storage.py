import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx import storage
from lntx.errors import InputError
from lntx.record import Absence, Agreement, Cell, Checkpoint, Record, Study

seconds = st.floats(1e-9, 1e4)
numbers = st.floats(0, 1, allow_nan=False)
cells = st.builds(
    Cell,
    suite=st.sampled_from(["features", "samples"]),
    problem=st.just("synthetic"),
    backend=st.text(min_size=1, max_size=8),
    device=st.just("cpu"),
    dtype=st.just("float32"),
    threads=st.integers(1, 8),
    samples=st.integers(1, 100),
    features=st.integers(1, 100),
    outputs=st.integers(1, 3),
    batch_size=st.integers(1, 100),
    epochs=st.integers(1, 1000),
    phase=st.sampled_from(["run", "first", "predict"]),
)
agreements = st.builds(
    Agreement,
    st.lists(st.builds(Checkpoint, numbers, numbers, numbers), max_size=3).map(tuple),
    st.sampled_from(["steps", "algebra"]),
    st.none() | numbers,
)
records = st.builds(
    Record,
    name=st.text(min_size=1, max_size=20),
    rounds=st.lists(st.lists(seconds, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    cell=cells,
    label=st.text(max_size=10),
    work=st.sampled_from(["steps", "algebra"]),
    timed_epochs=st.integers(1, 1000),
    prepare_s=st.lists(numbers, max_size=3).map(tuple),
    agreement=st.none() | agreements,
    counters=st.dictionaries(st.text(max_size=5), numbers, max_size=2),
)
absences = st.builds(
    Absence,
    cell=cells,
    kind=st.sampled_from(["refused", "failed", "timeout", "disagrees"]),
    reason=st.text(max_size=30),
    label=st.text(max_size=10),
    agreement=st.none() | agreements,
)
studies = st.builds(
    Study,
    records=st.lists(records, max_size=3).map(tuple),
    absences=st.lists(absences, max_size=2).map(tuple),
    machine=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    about=st.just({"profile": "smoke", "ended": "2026-01-01T00:00:00+00:00"}),
)


def test_an_error_that_is_no_number_comes_back_as_one_that_never_holds(tmp_path):
    cell = Cell("tutorial", "tutorial", "wrong", "cpu", "float32", 2, 100, 3, 1, 1, 1000, "run")
    wrong = Agreement((Checkpoint(1, math.nan, 1e-6),), "steps", math.inf)
    storage.write(Study((), (Absence(cell, "disagrees", "off", agreement=wrong),)), tmp_path / "s.json")
    read = storage.read(tmp_path / "s.json").absences[0].agreement
    assert read.error == math.inf
    assert not read.ok


@given(study=studies)
def test_a_study_comes_back_as_it_was_written(tmp_path_factory, study):
    path = tmp_path_factory.mktemp("study") / "study.json"
    storage.write(study, path)
    assert storage.read(path) == study


def test_a_file_of_pytest_benchmark_is_read_as_records_without_a_cell(tmp_path):
    entry = {"fullname": "test_a.py::test_a", "stats": {"data": [1.0, 2.0], "median": 1.5}, "extra_info": {}}
    (tmp_path / "b.json").write_text(json.dumps({"benchmarks": [entry], "machine_info": {"node": "x"}}))
    study = storage.read(tmp_path / "b.json")
    assert study.records == (Record("test_a.py::test_a", ((1.0, 2.0),)),)
    assert study.machine == {"node": "x"}


def test_a_file_saved_without_raw_rounds_gives_its_median(tmp_path):
    entry = {"fullname": "t", "stats": {"median": 1.5}}
    (tmp_path / "b.json").write_text(json.dumps({"benchmarks": [entry]}))
    assert storage.read(tmp_path / "b.json").records[0].rounds == ((1.5,),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not whole JSON"),
        ('{"benchmarks": [', "is not whole JSON"),
        ("[]", "is not a pytest-benchmark file"),
        ('{"benchmarks": 3}', "is not a pytest-benchmark file"),
        ('{"benchmarks": [{}]}', "is damaged"),
        ('{"benchmarks": [{"fullname": "t", "stats": {"data": [-1.0]}}]}', "not a positive number"),
        ('{"benchmarks": [], "lntx": {"schema": 99}}', "was written with schema 99 of lntx"),
    ],
)
def test_a_file_that_is_no_study_is_refused_by_name(tmp_path, text, says):
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(InputError, match=says) as caught:
        storage.read(tmp_path / "s.json")
    assert "s.json" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="can't read"):
        storage.read(tmp_path / "none.json")


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="choose another folder"):
        storage.write(Study(()), tmp_path / "file" / "study.json")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_failed_write_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "study.json"
    storage.write(Study((), about={"profile": "smoke"}), path)
    before = path.read_text()
    with pytest.raises(ValueError, match="JSON"):
        storage.write(Study((), about={"profile": math.nan}), path)
    assert path.read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["study.json"]
