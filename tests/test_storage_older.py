"""Studies of schema 1 are read as if they had been written today."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import loop_studies, studies

import lntx
from lntx import storage
from lntx.errors import InputError
from lntx.measure.place import Place
from lntx.record import SCHEMA, Study

PUBLISHED = Path(__file__).parents[1] / "reports" / "cpu" / "study.json"
NEW = ("model", "parameters", "optimizer", "axis", "value")


def older(document):
    """What a study was in schema 1."""
    for extra in (document["lntx"], *(entry["extra_info"]["lntx"] for entry in document["benchmarks"])):
        extra["schema"] = 1
        for cell in filter(None, [extra.get("cell"), *(gap["cell"] for gap in extra.get("absences", ()))]):
            for name in NEW:
                cell.pop(name)
    return document


def written(path, study):
    storage.write(study, path)
    return json.loads(path.read_text())


def test_a_study_of_schema_1_is_read_and_its_cells_say_what_they_left_unsaid(tmp_path):
    path = tmp_path / "s.json"
    document = written(path, studies.study())
    assert document["lntx"]["schema"] == SCHEMA == 2
    path.write_text(json.dumps(older(document)))
    read = storage.read(path)
    assert len(read.records) == len(studies.study().records)
    for record in read.records:
        cell = record.cell
        assert (cell.model, cell.optimizer) == ("linear", "SGD")
        assert cell.parameters == (cell.features + 1) * cell.outputs
    assert {record.cell.axis for record in read.records if record.cell.suite == "features"} == {"features"}
    assert read.absences[0].cell.parameters == 4


@pytest.mark.parametrize(
    ("place", "problem", "recipe"),
    [
        (("tutorial", "", ""), {"tutorial": True}, {}),
        (("features", "features", 10), {"features": 10}, {"batch_size": None}),
        (("samples", "samples", 100), {"samples": 100}, {"batch_size": None}),
        (("batches", "batch_size", 16), {}, {"batch_size": 16}),
        (("batches", "batch_size", "full"), {}, {"batch_size": None}),
        (("shapes", "shape", "100x10"), {"samples": 100, "features": 10}, {"batch_size": None}),
    ],
)
def test_an_old_cell_is_the_same_as_the_one_that_is_measured_today(tmp_path, place, problem, recipe):
    suite, axis, value = place
    made = lntx.tutorial() if problem else lntx.synthetic(samples=100, features=10)
    if problem and not problem.get("tutorial"):
        made = lntx.synthetic(**{"samples": 100, "features": 10, **problem})
    today = Place(suite, "manual", "cpu", 2).on(axis, value).cell(made, lntx.Recipe(lr=0.1, epochs=1000, **recipe))
    record = replace(studies.record(studies.cell()), cell=today)
    path = tmp_path / "s.json"
    document = older(written(path, Study((record,), (), {}, {})))
    path.write_text(json.dumps(document))
    assert storage.read(path).records[0].cell == today


def test_the_published_study_is_read():
    study = storage.read(PUBLISHED)
    axes = {record.cell.suite: record.cell.axis for record in study.records}
    assert (axes["tutorial"], axes["samples"], axes["shapes"], axes["predict"]) == ("", "samples", "shape", "rows")


def test_a_loop_s_record_comes_back_as_it_was(tmp_path):
    wrong = replace(loop_studies.disagreeing(), agreement=loop_studies.agreement(float("inf")))
    study = loop_studies.study((16, 64), absences=(loop_studies.disagreeing(), wrong))
    storage.write(study, tmp_path / "s.json")
    read = storage.read(tmp_path / "s.json")
    assert read.records == study.records
    assert read.absences == study.absences


@pytest.mark.parametrize("schema", [0, 3, -1, 1.0, "1", True, None])
def test_another_schema_is_refused_by_both_numbers(tmp_path, schema):
    document = written(tmp_path / "s.json", studies.study())
    document["lntx"]["schema"] = schema
    (tmp_path / "s.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match="this lntx reads 2"):
        storage.read(tmp_path / "s.json")


def test_a_linear_model_has_features_and_outputs(tmp_path):
    document = written(tmp_path / "s.json", studies.study())
    document["benchmarks"][0]["extra_info"]["lntx"]["cell"]["features"] = 0
    (tmp_path / "s.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match="a linear model without features or outputs"):
        storage.read(tmp_path / "s.json")
