import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from lntx.measure.events import StudyLog, outcome
from lntx.measure.plan import PROFILES
from lntx.measure.request import StudyRequest
from lntx.measure.study import driver, launch, resume
from lntx.measure.study.outcomes import merged
from lntx.measure.study.state import Discovery, StudyState
from lntx.record import Absence, Agreement, Cell, Checkpoint, Record

CELL = Cell("tutorial", "tutorial", "numpy", "cpu", "float32", 2, 100, 3, 1, 1, 1000, "run")


def record(seconds=1.0, errors=(1e-7,), **changes):
    points = tuple(Checkpoint(epoch + 1, error, 1e-6) for epoch, error in enumerate(errors))
    made = Record(
        "bench/x",
        ((seconds, seconds),),
        CELL,
        "Label",
        "steps",
        100,
        (0.1,),
        Agreement(points, "steps"),
        {"peak_bytes": seconds},
    )
    return replace(made, **changes)


def test_each_process_keeps_its_rounds_and_its_seconds_to_prepare():
    found = merged([record(1.0), record(2.0), record(3.0)])
    assert found.rounds == ((1.0, 1.0), (2.0, 2.0), (3.0, 3.0))
    assert found.prepare_s == (0.1, 0.1, 0.1)
    assert found.medians == (1.0, 2.0, 3.0)
    assert found.counters == {"peak_bytes": 3.0}


def test_the_agreement_has_the_checkpoints_and_the_worst_end():
    found = merged([record(errors=(1e-8, 2e-8, 3e-8)), record(errors=(9e-7,))])
    assert [point.error for point in found.agreement.checkpoints] == [1e-8, 2e-8, 9e-7]


def test_one_process_without_a_time_leaves_the_cell_without_one():
    found = merged([record(), Absence(CELL, "failed", "it broke"), Absence(CELL, "disagrees", "it is off")])
    assert isinstance(found, Absence)
    assert (found.kind, found.reason) == ("disagrees", "in process 3: it is off")


def test_the_limits_are_the_best_that_was_shown_and_none_where_a_process_knows_none():
    limited = [record(counters={"limit_reading_s": seconds, "flops_per_step": 1.0}) for seconds in (0.2, 0.1)]
    assert merged(limited).counters == {"limit_reading_s": 0.1, "flops_per_step": 1.0}
    assert merged([*limited, record(counters={"flops_per_step": 1.0})]).counters == {"flops_per_step": 1.0}


@pytest.mark.parametrize(
    ("errors", "told"), [((1e-8, 0.3), "off by 0.3"), ((float("nan"),), "off by nan"), ((), "held to nothing")]
)
def test_a_process_that_calls_wrong_weights_right_is_held_to_its_own_figures(tmp_path, errors, told):
    request = StudyRequest(out=tmp_path, profile="smoke", backends=("numpy",))
    state = StudyState(request, Discovery({"p": CELL}), "now")
    job = state.turns[0]
    state.enter(job, "p", record(errors=errors))
    (absence,) = state.study().absences
    assert (absence.kind, state.study().records, list(state.open(job))) == ("disagrees", (), [])
    assert told in absence.reason
    state.enter(job, "p", record(errors=(1e-8,)))
    assert state.study().records


def test_times_of_other_epochs_are_not_mixed_in():
    assert merged([record(1.0), record(2.0, timed_epochs=5)]).rounds == ((1.0, 1.0),)


@pytest.mark.parametrize("found", [record(), Absence(CELL, "timeout", "it took longer", "Label")])
def test_an_outcome_survives_the_journal(tmp_path, found):
    log = StudyLog(tmp_path / "j.jsonl")
    log.begin("p")
    assert log.at_work() == "p"
    log.end("p", found)
    assert log.at_work() is None
    events = list(log.read())
    assert outcome(events[1]) == found
    first = log.path.read_bytes().index(b"\n") + 1
    assert log.after(first) == (events[1:], log.path.stat().st_size)


def test_a_line_cut_off_by_a_death_is_passed_over(tmp_path):
    log = StudyLog(tmp_path / "j.jsonl")
    log.begin("p")
    with log.path.open("a") as stream:
        stream.write(json.dumps({"event": "end"})[:7])
    assert [event["event"] for event in log.read()] == ["begin"]
    with log.path.open("a") as stream:
        stream.write("\n")
    assert [event["event"] for event in log.read()] == ["begin", "torn"]


def test_a_log_is_read_piece_by_piece_and_a_line_without_end_is_no_event(tmp_path, monkeypatch):
    log = StudyLog(tmp_path / "log.jsonl")
    for number in range(50):
        log.begin(f"point {number}")
    points = [event["point"] for event in log.read()]
    monkeypatch.setattr("lntx.measure.events._AT_A_TIME", 200)
    assert [event["point"] for event in log.read()] == points
    found, at = log.after(0)
    assert 0 < len(found) < 50
    assert log.path.read_bytes()[at - 1 : at] == b"\n"
    with log.path.open("ab") as stream:
        stream.write(b"x" * 1010)  # by a stranger's code, which writes on
    log.begin("late")
    log.begin("the last")
    again = list(log.read())
    assert [event["point"] for event in again[:50]] == points
    assert {event["event"] for event in again[50:-1]} == {"torn"}
    assert again[-1]["point"] == log.at_work() == "the last"


def test_a_missing_journal_has_no_events(tmp_path):
    assert list(StudyLog(tmp_path / "none").read()) == []
    assert StudyLog(tmp_path / "none").after(7) == ([], 7)


@pytest.mark.parametrize(
    "line",
    [
        "5",
        "null",
        "[]",
        "{}",
        '{"event": "end", "point": "p"}',
        '{"event": 5}',
        '{"event": "end", "point": 5}',
        *(
            f'{{"event": "begin", "point": "p", "at": {at}}}'
            for at in ("NaN", "Infinity", "-1", "1e99", "9" * 400, "true")
        ),
        "\xff",
        "[" * 10**5,
    ],
)
def test_who_reads_along_passes_over_what_is_no_event(tmp_path, line):
    log = StudyLog(tmp_path / "j.jsonl")
    log.begin("p")
    with log.path.open("ab") as stream:
        stream.write(line.encode("latin-1") + b"\n")
    log.begin("q")
    assert [event["event"] for event in log.read()] == ["begin", "torn", "begin"]
    assert log.at_work() == "q"


def test_a_line_that_its_writer_didnt_end_is_cut_away_before_the_next(tmp_path):
    log = StudyLog(tmp_path / "j.jsonl")
    log.mend()
    assert not log.path.exists()
    log.begin("p")
    whole = log.path.read_bytes()
    log.mend()
    assert log.path.read_bytes() == whole
    with log.path.open("a") as stream:
        stream.write('{"event": "e')
    log.mend()
    assert log.path.read_bytes() == whole


@pytest.mark.parametrize("event", [{}, {"kind": "record"}, {"kind": [], "value": {}}, {"kind": "absence", "value": 5}])
def test_what_is_no_outcome_is_refused(event):
    with pytest.raises(ValueError, match=r"kind|record|absence"):
        outcome(event)


def suite_of_loops(name, *, cold, ways=("eager", "fused")):
    cell = replace(CELL, suite=name, model="Sequential")
    cells = {f"test_{name}.py::test_{name}": cell} | (
        {f"test_{name}.py::test_first": replace(cell, phase="first")} if cold else {}
    )
    return cells, {point: {way: way for way in ways} for point in cells}


def state_of(tmp_path, *suites, **asked):
    cells, ways = ({key: value for one in part for key, value in one.items()} for part in zip(*suites, strict=True))
    return StudyState(
        StudyRequest(out=tmp_path, **asked), Discovery({"test_tutorial.py::t": CELL, **cells}, ways=ways), "now"
    )


def test_suites_of_loops_share_processes_where_one_of_them_at_most_has_a_cold_start(tmp_path):
    suites = [suite_of_loops(name, cold=name != "b") for name in "abc"]
    state = state_of(tmp_path, *suites, profile="wide")
    assert state.discovery.groups() == {"a": "a", "c": "c", "b": "a"}
    found = {job.loops: state.points(job) for job in state.turns if job.loops}
    assert [point for points in found.values() for point in points] == [
        "test_a.py::test_a", "test_a.py::test_first", "test_b.py::test_b", "test_c.py::test_c", "test_c.py::test_first"
    ]  # fmt: skip
    assert all(sum("first" in point for point in points) == 1 for points in found.values())


def test_loops_beside_all_else_have_one_process_each_and_all_where_they_are_asked_for(tmp_path):
    suites = [suite_of_loops("a", cold=True), suite_of_loops("b", cold=False)]
    for asked, processes in (({}, 1), ({"suites": ("a", "b")}, 3), ({"profile": "wide"}, 3), ({"ways": ("fused",)}, 3)):
        state = state_of(tmp_path, *suites, **asked)
        jobs = [job for job in state.jobs() if job.loops]
        assert len(jobs) == processes * 2, asked
        backends = [job for job in state.jobs() if not job.loops]
        assert {job.replicate for job in backends} == {0, 1, 2}
    assert StudyRequest(out=tmp_path, backends=("manual",)).scope == "none"
    assert launch.common(StudyRequest(out=tmp_path)).ways == PROFILES["regular"].brief
    assert launch.common(StudyRequest(out=tmp_path, suites=("mlp",))).ways == ()


def test_what_two_processes_at_once_may_be_is_never_one_backend_s_or_two_ways_of_a_loop(tmp_path):
    request = StudyRequest(out=tmp_path, profile="regular", backends=("numpy", "manual"))
    cells = {"a::test_a": CELL, "mlp::test_mlp": replace(CELL, suite="mlp")}
    state = StudyState(
        request, Discovery(cells, ways={"mlp::test_mlp": {"eager": "Eager", "compiled": "Compiled"}}), "now"
    )
    waiting, at_work, done = list(state.jobs()), [], []
    while waiting:
        if job := driver._next(state, waiting, at_work):
            assert all(_parts(job, lane.job) for lane in at_work)
            waiting.remove(job)
            done.append(job)
            at_work = [*at_work[-1:], SimpleNamespace(job=job)]
        else:
            assert at_work
            at_work.pop()
    assert set(done) == set(state.jobs())


def _parts(one, other):
    return bool(one.loops) != bool(other.loops) or (not one.loops and one.backend != other.backend)


@pytest.mark.parametrize(
    ("asked", "shares"),
    [({}, True), ({"profile": "smoke"}, False), ({"profile": "large"}, False), ({"devices": ("cpu", "cuda")}, False)],
)
def test_lntx_s_own_code_on_the_cpu_alone_shares_the_machine(tmp_path, monkeypatch, asked, shares):
    monkeypatch.setattr(driver.quiet, "possible", lambda: True)
    monkeypatch.setitem(PROFILES, "regular", replace(PROFILES["regular"], lanes=2))
    request = StudyRequest(**{"out": tmp_path, "profile": "regular", "backends": ("numpy",), **asked})
    state = StudyState(request, Discovery({"a::test_a": CELL}), "now")
    assert driver._may_share(state) is shares
    state.turns.append(replace(state.turns[0], backend="somebodys"))
    assert not driver._may_share(state)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_conditions_of_a_study_are_the_same_when_they_come_back_from_disk(tmp_path, profile):
    found = resume.conditions(StudyRequest(out=tmp_path, profile=profile, backends=("numpy",)))
    assert json.loads(json.dumps(found)) == found
