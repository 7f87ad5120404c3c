"""How the answers of the commands are read; the commands themselves are tried by the session."""

import json
from dataclasses import replace

import pytest

from lntx import storage
from lntx.errors import LntxError
from lntx.measure.cell import plausibility
from lntx.measure.place import Place
from lntx.record import Agreement, Checkpoint, Record, Study
from lntx_redteam.cases import CASES
from lntx_redteam.child import Ended
from lntx_redteam.members import Member
from lntx_redteam.stages import STAGES, bench, train, verify
from lntx_redteam.training import Training

MEMBER = Member("planted", "Planted: for a test")
TOLD = replace(MEMBER, told="default dtype")


def answer(document=None, code=0, said=""):
    return Ended(code, "" if document is None else json.dumps(document) + "\n", said)


def trained(factor=1.0, **more):
    fit = Training(CASES["plain"].problem(), CASES["plain"].recipe)()
    return {"weights": (fit.weights * factor).tolist(), "bias": fit.bias.tolist(), "agreement": {"ok": True}, **more}


def read(stage, member, given):
    return {"verify": verify._grid, "train": train.read, "bench": bench.read}[stage](member, given)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer(code=1, said="Traceback\n  ...\nKeyError: 'x'"), "exit code 1: KeyError: 'x'"),
        (answer(code=-6, said="Fatal Python error: Aborted"), "signal 6: Fatal Python error"),
        (answer(code=None), "for ever"),
        (answer(code=0), "without an answer"),
    ],
)
def test_a_command_that_dies_hangs_or_says_nothing_is_broken(stage, given, words):
    finding = read(stage, MEMBER, given)
    assert finding.outcome == "broke"
    assert words in finding.words


@pytest.mark.parametrize("stage", STAGES)
def test_a_line_that_tells_of_what_a_member_changed_is_a_finding(stage):
    said = answer({} if stage == "train" else [], said="lntx: planted changed torch's default dtype; it was put back\n")
    assert read(stage, TOLD, said).outcome == "found"
    assert "put back" in read(stage, TOLD, said).words


@pytest.mark.parametrize("stage", STAGES)
def test_a_member_that_lntx_does_not_know_is_no_finding(stage):
    with pytest.raises(LntxError, match="pip install"):
        read(stage, MEMBER, answer(code=2, said="lntx: no backend is called 'planted'; there are: eager"))


def test_verify_finds_by_a_disagreement_or_a_failure():
    off = {"ok": False, "error": 0.5, "tolerance": 1e-6}
    assert (
        read("verify", MEMBER, answer([{"ok": True}, off], code=12)).words
        == "grid: error 0.5 is beyond the tolerance 1e-06"
    )
    failed = {"ok": False, "reason": "its training gave a tuple"}
    assert read("verify", MEMBER, answer([failed], code=2)).words == "grid: its training gave a tuple"
    assert read("verify", MEMBER, answer([{"ok": True}, {"ok": None}])).outcome == "passed"


def test_train_is_right_believed_or_found():
    assert read("train", MEMBER, answer(trained())).outcome == "right"
    believed = read("train", MEMBER, answer(trained(factor=1.01)))
    assert believed.outcome == "believed"
    assert "weights off by" in believed.words
    found = read("train", MEMBER, answer(trained(factor=1.01), code=12, said="lntx: not the weights of the reference"))
    assert (found.outcome, found.words) == ("found", "not the weights of the reference")
    unproved = read("train", MEMBER, answer(trained(agreement=None), said="lntx: nothing moves"))
    assert (unproved.outcome, unproved.words) == ("found", "nothing moves")


def test_bench_finds_by_a_cell_without_a_time_that_was_not_refused(tmp_path):
    void = {"kind": "void", "reason": "faster than this machine can be"}
    refused = {"kind": "refused", "reason": "it knows no mini-batches"}
    assert read("bench", MEMBER, answer({"records": 1, "absences": [refused, void]})).words.startswith("void: faster")
    written = {"study": str(tmp_path / "study.json"), "absences": [refused]}
    storage.write(Study((Record("made-up", ((1.0,),)),)), tmp_path / "study.json")
    assert read("bench", MEMBER, answer(written | {"records": 1})).outcome == "passed"
    assert read("bench", MEMBER, answer({"records": 0, "absences": []}, said="lntx: nothing")).outcome == "found"


def test_a_preparation_that_grows_with_the_epochs_is_a_finding(tmp_path):
    case = CASES["plain"]
    cell = Place("tutorial", "planted", "cpu", 1).cell(case.problem(), case.recipe)
    held = Agreement((Checkpoint(1, 0.0, 1e-6),), "steps")
    grown = Record("made-up", ((1.0,),), cell, agreement=held, timed_epochs=1, counters={plausibility.GROWN: 0.5})
    storage.write(Study((grown,)), tmp_path / "study.json")
    document = {"study": str(tmp_path / "study.json"), "absences": [], "records": 1}
    assert "0.5 s longer for more epochs" in read("bench", MEMBER, answer(document)).words


def test_bench_has_nothing_to_show_where_no_suite_has_the_fault(tmp_path):
    assert bench.play(replace(MEMBER, shows="momentum"), tmp_path).outcome == "none"
