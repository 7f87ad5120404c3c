import json
import math
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import studies

from lntx import storage
from lntx.agreement import TensorAgreement
from lntx.constraints import SPARSE
from lntx.errors import InputError
from lntx.record import Absence, Agreement, Cell, Checkpoint, Record, Study
from lntx.storage.values import decoded, encoded

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
).map(lambda record: replace(record, timed_epochs=min(record.timed_epochs, record.cell.epochs)))
absences = st.builds(
    Absence,
    cell=cells,
    kind=st.sampled_from(["refused", "failed", "timeout", "disagrees"]),
    reason=st.text(max_size=30),
    label=st.text(max_size=10),
    agreement=st.none() | agreements,
)
whole = st.builds(
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


@given(st.floats(), st.floats(), st.none() | st.floats())
def test_whatever_numbers_a_study_has_it_is_written_and_agrees_as_it_did(tmp_path_factory, error, tolerance, other):
    path = tmp_path_factory.mktemp("study") / "s.json"
    cell = Cell("tutorial", "tutorial", "odd", "cpu", "float32", 2, 100, 3, 1, 1, 1000, "run")
    tensors = (TensorAgreement("weight", 1, error, tolerance), TensorAgreement("bias", 1, 0.0, 1e-6))
    odd = Agreement((Checkpoint(1, error, tolerance, other),), "steps", other, tensors=tensors)
    about = {"profile": "smoke", "odd": [{"one": other}], "commit": {"other": error}}
    storage.write(Study((), (Absence(cell, "disagrees", "off", agreement=odd),), {"odd": tolerance}, about), path)
    read = storage.read(path).absences[0].agreement
    assert read.ok == odd.ok
    assert [one.ok for one in read.tensors] == [one.ok for one in odd.tensors]


@given(study=whole)
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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not whole JSON"),
        ('{"benchmarks": [', "is not whole JSON"),
        ("[]", "is not a pytest-benchmark file"),
        ('{"benchmarks": 3}', "is not a pytest-benchmark file"),
        ('{"benchmarks": [], "lntx": {"schema": 99}}', "was written with schema 99 of lntx"),
    ],
)
def test_a_file_that_is_no_study_is_refused_by_name(tmp_path, text, says):
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(InputError, match=says) as caught:
        storage.read(tmp_path / "s.json")
    assert "s.json" in str(caught.value)


OURS, EXTRA = ("lntx",), ("benchmarks", 0, "extra_info", "lntx")
CELL, PROOF, GAP = (*EXTRA, "cell"), (*EXTRA, "agreement"), (*OURS, "absences", 0)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (OURS, [1], "lntx: Expected `object"),
        (("machine_info",), [1, 2], "machine_info: Expected `object"),
        (("commit_info",), "x", "commit_info"),
        ((*OURS, "schema"), True, "schema True of lntx"),
        ((*OURS, "about"), "x", "lntx.about: Expected `object"),
        ((*OURS, "about", "commit"), "x", "lntx.about.commit"),
        ((*OURS, "absences"), {}, "lntx.absences: Expected `array`, got `object`"),
        ((*GAP, "kind"), "bored", "kind: Invalid enum value 'bored'"),
        ((*GAP, "reason"), None, "reason: Expected `str`, got `null`"),
        ((*GAP, "agreement"), 3, "agreement: Expected `object"),
        (("benchmarks", 0), "x", r"benchmarks\[0\]: Expected `object`"),
        (("benchmarks", 0, "fullname"), 3, "fullname: Expected `str`, got `int`"),
        (("benchmarks", 0, "stats"), [], "stats: Expected"),
        (("benchmarks", 0, "stats", "data"), ["1.0"], "data"),
        (("benchmarks", 0, "stats", "data"), [True], "got `bool`"),
        (("benchmarks", 0, "stats", "data"), [-1.0], r"stats.data\[0\]: Expected `float` > 0"),
        (("benchmarks", 0, "extra_info"), [], "extra_info: Expected"),
        (EXTRA, [1], "extra_info.lntx: Expected"),
        ((*EXTRA, "schema"), 99, "schema 99 of lntx"),
        ((*EXTRA, "schema"), None, "schema None of lntx"),
        (CELL, [1], "cell: Expected"),
        ((*CELL, "epochs"), "many", "cell.epochs: Expected `int`, got `str`"),
        ((*CELL, "samples"), None, "cell.samples: Expected `int`, got `null`"),
        ((*CELL, "samples"), True, "cell.samples: Expected `int`, got `bool`"),
        ((*CELL, "samples"), 10**400, "cell.samples: Expected `int` <= 9223372036854775807"),
        ((*CELL, "batch_size"), 0, "cell.batch_size: Expected `int` >= 1"),
        ((*CELL, "features"), 1.5, "cell.features: Expected `int`, got `float`"),
        ((*CELL, "backend"), 3, "cell.backend: Expected `str`"),
        ((*CELL, "phase"), "sleep", "cell.phase: Invalid enum value 'sleep'"),
        ((*CELL, "phase"), ["run"], "cell.phase"),
        ((*CELL, "colour"), "red", "cell has an unknown field 'colour'"),
        ((*EXTRA, "work"), "magic", "work: Invalid enum value 'magic'"),
        ((*EXTRA, "label"), 3, "label: Expected `str`"),
        ((*EXTRA, "timed_epochs"), 0, "timed_epochs: Expected `int` >= 1"),
        ((*EXTRA, "timed_epochs"), 1001, "timed_epochs are 1001, more than the cell's 1000"),
        ((*EXTRA, "rounds"), [3], "rounds don't add up"),
        ((*EXTRA, "rounds"), [3, -1], r"rounds\[1\]: Expected `int` >= 1"),
        ((*EXTRA, "rounds"), 2, "rounds: Expected `array`"),
        ((*EXTRA, "prepare_s"), ["a"], r"prepare_s\[0\]: Expected `int \| float`, got `str`"),
        ((*EXTRA, "prepare_s"), [math.nan], "not finite"),
        ((*EXTRA, "prepare_s"), [-1.0], r"prepare_s\[0\]: Expected `float` >= 0"),
        ((*EXTRA, "counters"), {"graphs": "one"}, "counters"),
        ((*PROOF, "reference"), None, "reference: Expected `str`"),
        ((*PROOF, "truth"), "x", "truth: Expected"),
        ((*PROOF, "checkpoints"), {}, "checkpoints: Expected `array`"),
        ((*PROOF, "checkpoints", 0), 1, r"checkpoints\[0\]: Expected `object`"),
        (
            (*PROOF, "checkpoints", 0),
            {"epoch": 1, "error": 0.1},
            r"checkpoints\[0\]: Object missing required field `tolerance`",
        ),
        ((*PROOF, "checkpoints", 0, "tolerance"), "wide", "tolerance: Expected"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line_that_names_it(tmp_path, place, value, says):
    record = studies.record(studies.cell(), processes=2)
    record = replace(record, rounds=((1.0,), (2.0,)))
    gap = Absence(studies.cell(backend="off"), "disagrees", "off", "", studies.agreement(1e4))
    storage.write(Study((record,), (gap,), studies.MACHINE, studies.ABOUT), tmp_path / "s.json")
    document = json.loads((tmp_path / "s.json").read_text())
    *way, last = place
    inner = document
    for step in way:
        inner = inner[step]
    inner[last] = value
    (tmp_path / "s.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match=says) as caught:
        storage.read(tmp_path / "s.json")
    assert str(tmp_path / "s.json") in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", [(), ("benchmarks", 0), ("benchmarks", 0, "stats"), EXTRA])
def test_keys_that_others_added_are_passed_over_whatever_their_name(tmp_path, place):
    study = Study((studies.record(studies.cell()),), (), studies.MACHINE, studies.ABOUT)
    storage.write(study, tmp_path / "s.json")
    document = inner = json.loads((tmp_path / "s.json").read_text())
    for step in place:
        inner = inner[step]
    inner |= {"colour": math.inf if place != EXTRA else 1, "seconds": "x", "\ud800": {"\udfff": []}}
    (tmp_path / "s.json").write_text(json.dumps(document))
    assert storage.read(tmp_path / "s.json") == study


@pytest.mark.parametrize(
    "name", ["cell", "label", "work", "timed_epochs", "prepare_s", "agreement", "counters", "rounds"]
)
def test_what_every_record_has_must_be_there_whatever_its_default(tmp_path, name):
    storage.write(Study((studies.record(studies.cell()),)), tmp_path / "s.json")
    document = json.loads((tmp_path / "s.json").read_text())
    del document["benchmarks"][0]["extra_info"]["lntx"][name]
    (tmp_path / "s.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match=name):
        storage.read(tmp_path / "s.json")


@pytest.mark.parametrize("text", ["a\nb\u202e\x1b", "x" * 10**6, " - at `$", "'\"", "\ud800"])
def test_a_text_from_a_file_is_shown_short_and_in_one_line(tmp_path, text):
    storage.write(Study((studies.record(studies.cell()),)), tmp_path / "s.json")
    document = json.loads((tmp_path / "s.json").read_text())
    document["benchmarks"][0]["extra_info"]["lntx"]["cell"]["phase"] = text
    (tmp_path / "s.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"benchmarks\[0\].extra_info.lntx.cell.phase: Invalid enum value") as caught:
        storage.read(tmp_path / "s.json")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500 + len(str(tmp_path))


def test_a_field_that_is_written_where_it_says_something_says_it_with_zero_too():
    @dataclass(frozen=True)
    class Row:
        joules: float | None = field(default=None, metadata=SPARSE)
        note: str = field(default="", metadata=SPARSE)
        seconds: float | None = None

    assert encoded(Row()) == {"seconds": None}
    assert encoded(Row(0.0, "x")) == {"joules": 0.0, "note": "x", "seconds": None}
    for row in (Row(), Row(0.0, "x", 2.0)):
        assert decoded(Row, encoded(row), "the row", whole=(Row,)) == row


def test_json_nested_too_deep_is_refused(tmp_path):
    (tmp_path / "s.json").write_text("[" * 1_000_000)
    with pytest.raises(InputError, match="not whole JSON"):
        storage.read(tmp_path / "s.json")


def test_what_a_file_states_is_written_again_as_it_was_read(tmp_path):
    study = Study((Record("t", (), stated={"median": 1.5, "min": 1.0, "rounds": 7}),), about={"ended": "x"})
    storage.write(study, tmp_path / "s.json")
    assert storage.read(tmp_path / "s.json") == study


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
    with pytest.raises(TypeError, match="JSON"):
        storage.write(Study((), about={"profile": object()}), path)
    assert path.read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["study.json"]
