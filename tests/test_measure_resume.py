"""Whoever goes on with a study reads its plan and logs strictly: what a death leaves is mended, all else costs one line."""

import json
import os
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lntx.errors import InputError
from lntx.host.limits import Limits
from lntx.measure.events import StudyLog
from lntx.measure.request import StudyRequest
from lntx.measure.study import resume
from lntx.measure.study.driver import drive
from lntx.measure.study.job import Job
from lntx.measure.study.plan_file import Asked
from lntx.measure.study.state import Discovery
from lntx.record import Absence, Agreement, Cell, Checkpoint, Record

POINTS = ("test_samples.py::test_samples[10]", "test_samples.py::test_samples[20]")
JOB = Job(0, "numpy", "cpu")
LIMITS = Limits(1, ((8192.0, 1e9),), ((8192.0, 1e9),), {"float32": 1e9}, 1e-9, 1e-6, 1e-5, 1e-9)
ANYTHING = (None, True, 0, -1, 1.5, float("nan"), float("inf"), 10**400, "", "text", [], [1], {}, {"a": 1})


def cell(samples):
    return Cell("samples", "made up", "any", "cpu", "float32", 1, samples, 3, 1, 1, 10, "run")


CELLS = dict(zip(POINTS, map(cell, (10, 20)), strict=True))


def record(point, **changes):
    made = Record(
        "bench/x",
        ((1.0, 1.0),),
        replace(CELLS[point], backend="numpy"),
        "NumPy",
        "steps",
        10,
        (0.1,),
        Agreement((Checkpoint(10, 1e-7, 1e-6),), "steps"),
    )
    return replace(made, **changes)


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """A study that was begun, with one log: a cell that was measured, and one that was at work."""
    monkeypatch.setattr(resume, "conditions", lambda _: {"cpu": "one"})
    request = StudyRequest(out=tmp_path / "out", profile="smoke", backends=("numpy",))
    state = resume.new(request, Discovery(CELLS, {"a": "why"}, {"cpu": LIMITS.plain()}))
    log = StudyLog(state.folder / "0-000-numpy-cpu.jsonl")
    log.job(JOB, state.key)
    log.begin(POINTS[0])
    log.end(POINTS[0], record(POINTS[0]))
    log.begin(POINTS[1])
    return state


def gone_on(begun):
    request = StudyRequest(out=begun.request.out, resume=True)
    return resume.resumed(resume.settled(request))


def log_of(begun):
    return begun.folder / "0-000-numpy-cpu.jsonl"


def lines_of(begun):
    return [json.loads(text) for text in log_of(begun).read_text().splitlines()]


def write_lines(begun, lines):
    log_of(begun).write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_study_goes_on_with_what_was_measured(begun):
    found = gone_on(begun)
    assert found.outcomes == {JOB: {POINTS[0]: record(POINTS[0])}}
    assert found.open(JOB) == [POINTS[1]]
    assert found.discovery == begun.discovery
    assert (found.started, found.key, found.notes) == (begun.started, begun.key, [])


def test_what_is_asked_is_written_down_whole():
    assert {one.name for one in fields(Asked)} == {one.name for one in fields(StudyRequest)} - {"out", "resume"}


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_a_line_that_is_no_event_is_named(begun, place):
    whole = lines_of(begun)
    for line in ANYTHING:
        write_lines(begun, [*whole[:place], line, *whole[place:]])
        with pytest.raises(InputError, match=rf"0-000-numpy-cpu\.jsonl, line {place + 1}, is damaged") as raised:
            gone_on(begun)
        assert "\n" not in str(raised.value)
        assert len(str(raised.value)) < 1000


@pytest.mark.parametrize(
    ("place", "name", "allowed"),
    [
        (0, "event", ()), (0, "job", ()), (0, "plan", ("", "text")), (1, "event", ()), (1, "point", ()), (1, "at", (0, 1.5)),
        (2, "point", ()), (2, "kind", ()), (2, "value", ()),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_named(begun, place, name, allowed):
    whole = lines_of(begun)
    for value in ANYTHING:
        if any(type(value) is type(one) and value == one for one in allowed):
            continue
        write_lines(begun, [*whole[:place], {**whole[place], name: value}, *whole[place + 1 :]])
        with pytest.raises(InputError, match=rf"line {place + 1}, is damaged"):
            gone_on(begun)


NO_OUTCOMES = [
    ("rounds", []), ("rounds", [[]]), ("rounds", [[float("inf")]]), ("rounds", [[float("nan")]]), ("rounds", [[-1.0]]),
    ("rounds", [[1e300]]), ("rounds", [["1"]]), ("rounds", 5), ("cell", None), ("cell", {"suite": "samples"}), ("name", 5),
    ("timed_epochs", -1), ("timed_epochs", 1.5), ("agreement", 5), ("counters", {"a": "b"}), ("prepare_s", [None]),
    ("label", None), ("work", "magic"),
]  # fmt: skip


def test_an_outcome_that_no_cell_has_is_named(begun):
    whole = lines_of(begun)
    for name, value in NO_OUTCOMES:
        changed = {**whole[2], "value": {**whole[2]["value"], name: value}}
        write_lines(begun, [*whole[:2], changed, *whole[3:]])
        with pytest.raises(InputError, match="line 3, is damaged"):
            gone_on(begun)


FOREIGN = [
    lambda lines: lines[0]["job"].update(backend="manual"),
    lambda lines: lines[0]["job"].update(replicate=1),
    lambda lines: lines[0]["job"].update(replicate=-1),
    lambda lines: lines[0]["job"].update(device="cuda"),
    lambda lines: lines[0]["job"].pop("replicate"),
    lambda lines: lines[2]["value"]["cell"].update(backend="manual"),
    lambda lines: lines[2].update(point="test_samples.py::test_samples[30]"),
    lambda lines: lines.insert(1, lines[0]),
    lambda lines: lines.pop(0),
]


def test_what_belongs_to_another_study_is_named(begun):
    whole = log_of(begun).read_bytes()
    for change in FOREIGN:
        log_of(begun).write_bytes(whole)
        lines = lines_of(begun)
        change(lines)
        write_lines(begun, lines)
        with pytest.raises(InputError, match="is damaged"):
            gone_on(begun)


def test_bytes_that_are_no_event_are_named(begun):
    whole = log_of(begun).read_bytes()
    for text in (b"\xff\xfe\n", b"\x80abc\n", b"{\n", b"[" * 100_000 + b"\n", b'{"event": "\\ud800"}\n', b"\n5\n"):
        log_of(begun).write_bytes(whole + text)
        with pytest.raises(InputError, match="line 5, is damaged"):
            gone_on(begun)


def test_a_log_that_is_no_file_is_named(begun):
    (begun.folder / "0-001-x.jsonl").mkdir()
    with pytest.raises(InputError, match=r"0-001-x\.jsonl is no file"):
        gone_on(begun)


def test_whoever_goes_on_runs_nothing_that_lies_in_a_study_s_folder(begun, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/kept.txt").write_text("a stranger's")
    for name in ("caches/numpy/numba_cache_dir", "references/numpy"):
        (begun.folder / name).mkdir(parents=True)
        (begun.folder / name / "planted.nbi").write_bytes(b"a pickle")
    (begun.folder / "table-0123").symlink_to(tmp_path / "elsewhere")
    gone_on(begun)
    assert sorted(path.suffix for path in begun.folder.iterdir()) == [".json", ".jsonl"]
    assert (tmp_path / "elsewhere/kept.txt").read_text() == "a stranger's"


def test_a_pipe_in_the_place_of_a_study_is_no_study_and_is_not_waited_for(begun):
    os.mkfifo(begun.path)
    with pytest.raises(InputError, match="was not written by lntx"):
        resume.check_place(begun.request)


def test_a_log_that_is_a_link_is_named(begun, tmp_path):
    (tmp_path / "mine").write_text("mine")
    (begun.folder / "0-001-x.jsonl").symlink_to(tmp_path / "mine")
    with pytest.raises(InputError, match=r"0-001-x\.jsonl is no file"):
        gone_on(begun)
    assert (tmp_path / "mine").read_text() == "mine"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(cut=st.integers(0, 10**9), zeros=st.integers(0, 2000))
def test_whatever_a_death_leaves_behind_is_cut_off_and_what_stood_before_counts(begun, cut, zeros):
    """However many bytes reached the disk, and however many zeros stand in the place of others."""
    log = log_of(begun)
    whole = b"".join(json.dumps(line).encode() + b"\n" for line in lines_of(begun))
    kept = cut % (len(whole) + 1)
    log.write_bytes(whole[:kept] + b"\0" * zeros)
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    found = gone_on(begun)
    measured = kept >= ends[2] - 1 if not zeros or kept >= ends[2] else False
    assert (POINTS[0] in found.outcomes.get(JOB, {})) == measured
    assert log.read_bytes() in {b"", *(whole[:end] for end in ends)}
    assert bool(found.notes) == (zeros > 0 or kept not in {0, *ends, *(end - 1 for end in ends)})
    assert gone_on(begun).notes == []
    log.write_bytes(whole)


def test_zeros_in_the_midst_are_damage(begun):
    lines = log_of(begun).read_bytes().splitlines(keepends=True)
    log_of(begun).write_bytes(b"".join([lines[0], b"\0" * 10 + b"\n", *lines[1:]]))
    with pytest.raises(InputError, match="line 2, is damaged"):
        gone_on(begun)


def test_logs_of_the_study_before_are_passed_over(begun):
    StudyLog(begun.folder / "0-000-a.jsonl").job(JOB, "another")
    with (begun.folder / "0-000-a.jsonl").open("a") as stream:
        stream.write("5\n")
    assert gone_on(begun).open(JOB) == [POINTS[1]]


def lost(reason="it died"):
    return Absence(replace(CELLS[POINTS[1]], backend="numpy"), "failed", reason, "NumPy")


def late():
    return replace(lost("it took longer"), kind="timeout")


@pytest.mark.parametrize(
    ("ends", "open_again"),
    [
        ([(lost(), True)], True),
        ([(lost(), True)] * 3, True),
        ([(lost(), False)], False),
        ([(late(), True)], True),
        ([(late(), True)] * 2, False),
        ([(late(), True), (record(POINTS[1]), False)], False),
    ],
)
def test_what_may_have_been_bad_luck_is_tried_again_and_what_took_too_long_once(begun, ends, open_again):
    for found, again in ends:
        StudyLog(log_of(begun)).end(POINTS[1], found, again=again)
    assert gone_on(begun).open(JOB) == [POINTS[1]] * open_again


PLAN = [
    ("request", 5), ("request", {}), ("conditions", None), ("conditions", []), ("started", "yesterday"), ("started", 5),
    ("cells", {}), ("cells", []), ("cells", {"a": {}}), ("cells", {"a": 5}), ("left_out", 5), ("left_out", {"a": 1}),
    ("limits", 5), ("limits", {"cpu": {}}), ("ways", []), ("ways", {"b": {}}), ("key", 5),
]  # fmt: skip


def edit(begun, change):
    path = begun.folder / "plan.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_a_damaged_plan_is_named(begun):
    whole = (begun.folder / "plan.json").read_text()
    for name, value in PLAN:
        (begun.folder / "plan.json").write_text(whole)
        edit(begun, lambda document, name=name, value=value: document.update({name: value}))
        with pytest.raises(
            InputError, match=r"plan\.json is not a plan of a study, or is damaged: .*; remove .* begin anew"
        ):
            gone_on(begun)


def test_a_plan_that_lacks_something_is_named(begun):
    whole = (begun.folder / "plan.json").read_text()
    for name in ("request", "conditions", "started", "cells", "left_out", "limits", "ways"):
        (begun.folder / "plan.json").write_text(whole)
        edit(begun, lambda document, name=name: document.pop(name))
        with pytest.raises(InputError, match=r"plan\.json is not a plan"):
            gone_on(begun)


@pytest.mark.parametrize("name", [one.name for one in fields(Asked)])
def test_a_request_of_other_types_is_refused(begun, name):
    """Some values mean something, and then the request isn't the one that was begun, or can't be met."""
    for value in ANYTHING:
        edit(begun, lambda document, value=value: document["request"].update({name: value}))
        with suppress(InputError):
            gone_on(begun)


@pytest.mark.parametrize("name", ["reading", "multiplying", "chain_s", "threads"])
def test_limits_of_no_machine_are_refused(begun, name):
    for value in (float("nan"), float("inf"), -1.0, 1e300, None, "x", [[]], [[1, 0]]):
        edit(begun, lambda document, value=value: document["limits"]["cpu"].update({name: value}))
        with pytest.raises(InputError, match=r"plan\.json is not a plan"):
            gone_on(begun)


def test_a_plan_of_another_lntx_that_cannot_be_read_says_which(begun):
    path = begun.folder / "plan.json"
    document = json.loads(path.read_text())
    document["conditions"]["version of lntx"] = "0.0.1"
    del document["request"]["ways"]
    path.write_text(json.dumps(document))
    wanted = r"plan\.json .*: lntx 0\.0\.1 wrote it, this is lntx .*; .*`ways`; remove .*, and begin anew"
    with pytest.raises(InputError, match=wanted):
        resume.settled(begun.request)


def test_a_plan_that_is_no_object_is_named(begun):
    for text in (b"", b"5", b"null", b"[]", b"{", b"\xff\xfe{}", b"[" * 100_000, b"\0" * 100):
        (begun.folder / "plan.json").write_bytes(text)
        with pytest.raises(InputError, match=r"plan\.json is not") as raised:
            gone_on(begun)
        assert "\n" not in str(raised.value)


def test_a_plan_that_is_a_folder_is_named(begun):
    (begun.folder / "plan.json").unlink()
    (begun.folder / "plan.json").mkdir()
    with pytest.raises(InputError, match=r"plan\.json is no file"):
        gone_on(begun)


def test_a_plan_without_cells_is_no_finished_study(begun):
    edit(begun, lambda document: document.update(cells={}))
    with pytest.raises(InputError, match="no cells"):
        drive(StudyRequest(out=begun.request.out, resume=True), [].append)


def test_the_plan_is_replaced_before_anything_is_lost(begun, monkeypatch):
    begun.write()
    before = {path: path.read_bytes() for path in begun.request.out.rglob("*") if path.is_file()}

    def full(*_):
        raise InputError("no space left")

    monkeypatch.setattr(resume.plan_file, "write", full)
    with pytest.raises(InputError, match="no space"):
        resume.new(begun.request, begun.discovery)
    assert {path: path.read_bytes() for path in begun.request.out.rglob("*") if path.is_file()} == before


def test_what_is_left_of_the_study_before_is_no_part_of_the_new_one(begun, monkeypatch):
    """Its driver was killed between the new plan and the removal of the old logs."""
    begun.write()
    monkeypatch.setattr(resume, "_remove", lambda _: None)
    monkeypatch.setattr(type(begun.path), "unlink", lambda *_, **__: None)
    again = resume.new(replace(begun.request), begun.discovery)
    monkeypatch.undo()
    monkeypatch.setattr(resume, "conditions", lambda _: {"cpu": "one"})
    edit(again, lambda document: document.update(started="2026-01-02T03:04:05+00:00"))
    found = gone_on(again)
    assert found.outcomes == {}
    assert not again.path.exists(), "it would tell of the study before"
