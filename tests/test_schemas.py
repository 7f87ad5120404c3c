"""The JSON Schemas take what lntx writes, refuse what it refuses, and lie in the repository as the code makes them."""

import json
from pathlib import Path

import pytest
from support import gate_results, studies
from support.commandline import lntx_says

from lntx import storage
from lntx.cli.schema import written
from lntx.errors import InputError
from lntx.storage import gate, targets
from lntx.storage.schemas import SCHEMAS
from lntx.targets import Scoreboard, Target

jsonschema = pytest.importorskip("jsonschema")
FOLDER = Path(__file__).parents[1] / "docs" / "schemas"
TARGET = Target("T2", "the tutorial", "fused", "as fast as jax", "times", "at least", 1.0, (1.1, 1.2), limit="3 ms")
READERS = {"study": storage.read, "gate": gate.read, "targets": targets.read}


@pytest.fixture(scope="module", params=SCHEMAS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A file of each kind, as it is written: the study has all that a study may hold."""
    folder = tmp_path_factory.mktemp("files")
    made = [*list(studies.records(("eager", "manual"), 2))[:6], *list(studies.records(("numpy",), 1))[-3:]]
    storage.write(studies.study(records=tuple(made)), folder / "study.json")
    gate.write(gate_results.everything(), folder / "gate.json")
    targets.write(Scoreboard((TARGET,), {"cpu": "x"}, {}), folder / "targets.json")
    return {name: folder / f"{name}.json" for name in SCHEMAS}


def faults(kind, document):
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind]())
    return [f"{list(error.absolute_path)}: {error.message}"[:200] for error in validator.iter_errors(document)]


def test_the_files_in_the_repository_are_those_that_the_code_makes(kind):
    assert (FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8") == written(SCHEMAS[kind]()), "nox -s schemas"


def test_a_schema_is_one(kind):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind]())


def test_what_is_written_is_taken(kind, files):
    assert faults(kind, json.loads(files[kind].read_text())) == []


def test_an_infinite_error_is_written_as_a_null_that_is_taken(tmp_path):
    one = studies.study(records=(), absences=tuple(studies.absences()))
    path = tmp_path / "study.json"
    storage.write(one, path)
    document = json.loads(path.read_text())
    document["lntx"]["absences"][2]["agreement"]["checkpoints"][0]["error"] = None
    assert faults("study", document) == []
    path.write_text(json.dumps(document))
    assert storage.read(path).absences[2].agreement.checkpoints[0].error == float("inf")


def changed(document, *way, **what):
    copy = json.loads(json.dumps(document))
    place = copy
    for step in way:
        place = place[step]
    for name, value in what.items():
        if value is KeyError:
            del place[name]
        else:
            place[name] = value
    return copy


EXTRA = ("benchmarks", 0, "extra_info", "lntx")
DAMAGE = {
    "study": [
        (EXTRA, {"schema": 99}),
        (EXTRA, {"cell": None}),
        (EXTRA, {"work": "magic"}),
        (EXTRA, {"label": KeyError}),
        ((*EXTRA, "cell"), {"threads": 0}),
        ((*EXTRA, "cell"), {"surprise": 1}),
        (("benchmarks", 0, "stats"), {"data": [-1.0]}),
        (("lntx", "absences", 0), {"kind": "tired"}),
    ],
    "gate": [
        ((), {"schema": 99}),
        ((), {"verdict": "splendid"}),
        (("benchmarks", 0), {"surprise": 1}),
        (("benchmarks", 0), {"verdict": KeyError}),
        (("rules",), {"looks": [0]}),
        (("streams", 0, "pairs", 0), {"seconds": ["long"]}),
        (("streams", 0, "pairs", 0), {"orders": ["ABAB"]}),
    ],
    "targets": [
        ((), {"schema": 99}),
        (("targets", 0), {"surprise": 1}),
        (("targets", 0), {"unit": "apples"}),
        (("targets", 0), {"wanted": KeyError}),
        ((), {"machine": None}),
    ],
}


@pytest.mark.parametrize(("kind", "way", "what"), [(kind, *one) for kind, several in DAMAGE.items() for one in several])
def test_what_the_reader_refuses_the_schema_refuses(files, tmp_path, kind, way, what):
    document = changed(json.loads(files[kind].read_text()), *way, **what)
    assert faults(kind, document)
    path = tmp_path / f"{kind}.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError):
        READERS[kind](path)


def test_keys_of_others_beside_lntxs_are_passed_over(kind, files, tmp_path):
    document = json.loads(files[kind].read_text()) | {"somebody": {"else": 1}}
    assert faults(kind, document) == []
    path = tmp_path / f"{kind}.json"
    path.write_text(json.dumps(document))
    READERS[kind](path)


def test_the_command_prints_one_or_writes_all(kind, tmp_path):
    assert lntx_says("schema", kind).json == json.loads(written(SCHEMAS[kind]()))
    assert lntx_says("schema", "-o", tmp_path / "all").code == 0
    assert (tmp_path / "all" / f"{kind}.schema.json").read_text() == written(SCHEMAS[kind]())


@pytest.mark.parametrize("arguments", [(), ("gate", "-o", "somewhere"), ("house",)])
def test_what_else_is_asked_for_is_refused_in_a_line(arguments):
    said = lntx_says("schema", *arguments)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
