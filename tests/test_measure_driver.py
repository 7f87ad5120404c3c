"""Whole studies with real worker processes, as small as they can be."""

import json
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from support.commandline import lntx_says

from lntx import storage
from lntx.errors import InputError, LntxError
from lntx.host import locks, quiet
from lntx.measure import plan
from lntx.measure.request import StudyRequest
from lntx.measure.study import resume
from lntx.measure.study.discovery import Discovery
from lntx.measure.study.driver import Stopped, drive
from lntx.record import Cell
from lntx.training.backends import runnable

pytestmark = pytest.mark.end_to_end

TINY = replace(plan.PROFILES["smoke"], run_s=0.01, rounds_s=0.002, checks_s=0.2, limit_s=60)
QUIET = ("numpy", "manual")

STRANGER = '''
"""Stranger: {what}."""
import os, time
from lntx.training.backends import find
WORK = "steps"
DEVICES = ("cpu",)
def refuses(problem, recipe, device):
    return None
def prepare(problem, recipe, device):
    run = find("numpy").prepare(problem, recipe, device)
    if problem.features == 1000:
        {deed}
    return run
'''


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setitem(plan.PROFILES, "smoke", TINY)
    monkeypatch.setitem(plan.PROFILES, "regular", replace(TINY, name="regular", replicates=2))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a stranger's package: a module, and metadata that names it as a backend."""

    def install(name, deed, what="does as it likes"):
        site = tmp_path / "site"
        data = site / f"{name}-1.0.dist-info"
        data.mkdir(parents=True)
        (site / f"{name}_backend.py").write_text(STRANGER.format(what=what, deed=deed))
        (data / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (data / "entry_points.txt").write_text(f"[lntx.backends]\n{name} = {name}_backend\n")
        monkeypatch.syspath_prepend(site)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]))

    return install


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def study_of(out, told=None, **asked):
    asked = {"profile": "smoke", "backends": QUIET, "suites": ("tutorial",), **asked}
    path = drive(StudyRequest(out=out, **asked), (told if told is not None else []).append)
    return storage.read(path)


def test_a_study_of_two_backends_in_two_processes_each(tmp_path):
    told = []
    study = study_of(tmp_path, told, profile="regular")
    assert sorted(record.cell.backend for record in study.records) == ["manual", "numpy"]
    for record in study.records:
        assert len(record.rounds) == 2
        assert len(record.prepare_s) == 2
        assert record.agreement.ok
        assert record.cell.suite == "tutorial"
        assert record.cell.threads == study.machine["lntx"]["threads"]
    assert study.about["complete"] is True
    assert study.about["profile"] == "regular"
    assert (told[-1].done, told[-1].left, told[-1].eta_s) == (4, 0, 0)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert not (tmp_path / ".lntx-study" / "caches").exists()


def test_two_processes_at_once_measure_all_and_stop_each_other(tmp_path, monkeypatch):
    monkeypatch.setitem(plan.PROFILES, "regular", replace(TINY, name="regular", replicates=2, lanes=2))
    monkeypatch.setattr(quiet, "possible", lambda: sys.platform == "linux")
    study = study_of(tmp_path, profile="regular", suites=("tutorial", "predict"))
    assert {len(record.rounds) for record in study.records} == {2}
    assert len(study.records) == 6
    assert all(record.agreement.ok for record in study.records)
    assert study.about["complete"] is True
    assert study.about["seconds"]["processes"] == 4
    assert {"importing", "timing", "proving"} <= study.about["seconds"]["phases"].keys()
    assert study.about["seconds"]["suites"].keys() == {"tutorial", "predict"}
    logs = [
        [json.loads(line)["at"] for line in path.read_text().splitlines()]
        for path in (tmp_path / ".lntx-study").glob("*.jsonl")
    ]
    assert sum(one[0] < other[-1] and other[0] < one[-1] for one in logs for other in logs) > len(logs)
    assert not (tmp_path / ".lntx-study" / "company").exists()


def test_the_other_rows_of_a_backend_that_dies_or_hangs_are_measured(tmp_path, install, monkeypatch):
    monkeypatch.setitem(plan.PROFILES, "smoke", replace(TINY, limit_s=20))
    install("quitter", "os.write(2, b'I am leaving\\n'); os._exit(7)")
    study = study_of(tmp_path / "out", backends=("numpy", "quitter"), suites=("features", "predict"))
    (lost,) = study.absences
    assert (lost.cell.backend, lost.cell.features, lost.kind) == ("quitter", 1000, "failed")
    assert lost.reason == "its process ended with exit code 7: I am leaving"
    assert lost.label == "Stranger: does as it likes"
    assert len(study.records) == 7
    assert study.about["complete"] is True


def test_a_cell_that_hangs_is_stopped_after_its_time(tmp_path, install, monkeypatch):
    monkeypatch.setitem(plan.PROFILES, "smoke", replace(TINY, limit_s=6))
    install("sleeper", "time.sleep(600)")
    study = study_of(tmp_path / "out", backends=("sleeper",), suites=("features",))
    (lost,) = study.absences
    assert (lost.cell.features, lost.kind, lost.reason) == (1000, "timeout", "it took longer than 6 s and was stopped")
    assert [record.cell.features for record in study.records] == [10]


def test_a_backend_that_hangs_again_is_given_up(tmp_path, install, monkeypatch):
    monkeypatch.setitem(plan.PROFILES, "smoke", replace(TINY, limit_s=1))
    install("snail", "pass\n    time.sleep(600)")
    study = study_of(tmp_path / "out", backends=("snail",), suites=("features", "predict"))
    assert {absence.kind for absence in study.absences} == {"timeout"}
    assert len([absence for absence in study.absences if absence.reason.startswith("it took longer")]) == 2
    assert len([absence for absence in study.absences if absence.reason.startswith("not tried: 2 ")]) == 2


def test_a_process_that_was_killed_is_told_of_as_far_as_it_is_known_and_tried_again(tmp_path, install):
    mark = tmp_path / "mark"
    install(
        "glutton", f"pathlib = __import__('pathlib').Path({str(mark)!r}); pathlib.exists() or os.kill(os.getpid(), 9)"
    )
    study = study_of(tmp_path / "out", backends=("glutton",), suites=("features",))
    (lost,) = study.absences
    assert (lost.cell.features, lost.kind) == (1000, "failed")
    assert lost.reason.startswith("its process was killed by SIGKILL, ")
    assert (study.about["complete"], study.about["lost"]) == (False, 1)
    mark.touch()
    again = study_of(tmp_path / "out", backends=("glutton",), suites=("features",), resume=True)
    assert sorted(record.cell.features for record in again.records) == [10, 1000]
    assert next(one for one in again.records if one.cell.features == 10) == study.records[0]
    assert (again.about["complete"], again.about.get("lost"), again.absences) == (True, None, ())


LEFT = (
    "__import__('subprocess').Popen(['sleep', '600'], start_new_session=True, "
    "stdout=open({path!r}, 'w')); pid = os.fork(); pid or time.sleep(600)"
)


def test_what_a_backend_leaves_running_ends_with_its_process(tmp_path, install):
    path = str(tmp_path / "held by the daemon")
    install("forker", LEFT.format(path=path))
    study = study_of(tmp_path / "out", backends=("forker", "numpy"), suites=("features",))
    assert len(study.records) == 4
    holders = [one for one in psutil.process_iter() if held_by(one, path)]
    assert holders == []


def held_by(process, path):
    try:
        return any(os.path.realpath(link) == path for link in Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:
        return False


MISBEHAVING = {
    "segfaulter": "__import__('ctypes').string_at(0)",
    "aborter": "os.abort()",
    "exiter": "os._exit(0)",
    "hoarder": (
        "import resource as r; used = int(open('/proc/self/statm').read().split()[0]) * r.getpagesize(); "
        "r.setrlimit(r.RLIMIT_AS, (used + 2**28, -1)); hoard = [bytearray(2**26) for _ in range(99)]"
    ),
    "interrupter": "raise KeyboardInterrupt",
    "scribbler": "[open(log, 'a').write('5\\nnull\\n{') for log in __import__('glob').glob('*.jsonl')]",
    "wanderer": "os.chdir('/')",
    "foreigner": "import locale; locale.setlocale(locale.LC_ALL, ('C' if locale.setlocale(locale.LC_ALL) != 'C' else 'C.UTF-8'))",
    "deafener": "import signal; [signal.signal(number, signal.SIG_IGN) for number in (2, 15)]; time.sleep(600)",
}


def test_whatever_backends_do_costs_their_own_cells_and_nothing_else(tmp_path, install, monkeypatch):
    monkeypatch.setitem(plan.PROFILES, "smoke", replace(TINY, limit_s=30))
    for name, deed in MISBEHAVING.items():
        install(name, deed)
    study = study_of(tmp_path / "out", backends=(*MISBEHAVING, "numpy"), suites=("features",))
    measured = {(record.cell.backend, record.cell.features) for record in study.records}
    assert {(name, 10) for name in (*MISBEHAVING, "numpy")} <= measured
    assert ("numpy", 1000) in measured
    reasons = {absence.cell.backend: absence.reason for absence in study.absences}
    assert reasons["segfaulter"].startswith("its process ended by SIGSEGV")
    assert reasons["aborter"].startswith("its process ended by SIGABRT")
    assert reasons["exiter"] == "its process ended with exit code 0"
    assert "memory" in reasons["hoarder"].lower()
    assert "KeyboardInterrupt" in reasons["interrupter"]
    changed = {(one.cell.backend, one.cell.features): one.changed for one in study.records if one.changed}
    assert changed == {("wanderer", 1000): ("the working directory",), ("foreigner", 1000): ("the locale",)}
    assert reasons["deafener"] == "it took longer than 30 s and was stopped"
    assert len(measured) + len(reasons) == 2 * (len(MISBEHAVING) + 1)


def test_a_second_driver_on_a_folder_is_refused_and_disturbs_nothing(tmp_path):
    out, told = tmp_path / "out", []

    def meanwhile(progress):
        told.append(progress)
        if progress.done == 1 and len(told) < 100:
            told.extend([progress] * 100)
            for resume_too in (False, True):
                with pytest.raises(InputError, match=rf"lntx bench \(process {os.getpid()}, in {out}, since"):
                    study_of(out, resume=resume_too)

    path = drive(StudyRequest(out=out, profile="smoke", backends=QUIET, suites=("tutorial",)), meanwhile)
    assert storage.read(path).about["complete"] is True
    assert len(told) > 100
    assert not (out / locks.NAME).exists()


def test_a_backend_that_prints_leaves_its_last_words_alone(tmp_path, install):
    install("talker", "run = lambda right=run: [os.write(1, b'x' * 2**20) for _ in range(50)] and right()")
    study = study_of(tmp_path / "out", backends=("talker",), suites=("features",))
    assert len(study.records) == 2
    written = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written < 2**20


def test_a_backend_that_exits_costs_its_cell_alone(tmp_path, install):
    install("leaver", "raise SystemExit(3)")
    study = study_of(tmp_path / "out", backends=("leaver",), suites=("features",))
    assert [(lost.cell.features, lost.reason) for lost in study.absences] == [(1000, "SystemExit: 3")]
    assert len(study.records) == 1


def test_a_wrong_stranger_is_found_and_given_no_time(tmp_path, install):
    assert ("liar", "cpu") not in runnable((), ("cpu",))
    install("liar", "right = run; run = lambda: __import__('dataclasses').replace(right(), bias=right().bias + 1)")
    assert ("liar", "cpu") in runnable((), ("cpu",))
    study = study_of(tmp_path / "out", backends=("numpy", "liar"), suites=("features",))
    liar = [record.cell.features for record in study.records if record.cell.backend == "liar"]
    assert liar == [10]
    assert [(absence.cell.backend, absence.kind) for absence in study.absences] == [("liar", "disagrees")]


def test_a_study_that_was_interrupted_goes_on_where_it_stopped(tmp_path):
    told = []

    def interrupt(progress):
        told.append(progress)
        if progress.done == 1:
            raise KeyboardInterrupt

    request = StudyRequest(out=tmp_path, profile="regular", backends=QUIET, suites=("tutorial",))
    with pytest.raises(Stopped, match="--resume"):
        drive(request, interrupt)
    kept = storage.read(tmp_path / "study.json")
    assert kept.about["complete"] is False
    assert len(kept.records) == 1
    told.clear()
    study = storage.read(drive(replace(request, resume=True), told.append))
    assert told[0].done == 1
    assert len(study.records) == 2
    again = next(record for record in study.records if record.name == kept.records[0].name)
    assert again.rounds[0] == kept.records[0].rounds[0]
    assert study.about["started"] == kept.about["started"]


def test_the_hint_after_an_interrupt_works_as_typed(tmp_path):
    def interrupt(progress):
        if progress.done == 1:
            raise KeyboardInterrupt

    out = tmp_path / "my results"
    with pytest.raises(Stopped, match="goes on with: ") as stopped:
        drive(StudyRequest(out=out, profile="smoke", backends=QUIET, suites=("tutorial",)), interrupt)
    assert stopped.value.exit_code == 130
    typed = shlex.split(str(stopped.value).partition("goes on with: ")[2])
    assert typed == ["lntx", "bench", "--resume", "-o", str(out)]
    said = lntx_says(*typed[1:], "--json")
    assert (said.code, said.json["records"]) == (0, 2)
    assert storage.read(out / "study.json").about["command"].startswith("lntx bench --profile smoke --backend numpy")


def test_an_interrupt_while_counting_leaves_the_earlier_study(tmp_path, monkeypatch):
    study_of(tmp_path, backends=("numpy",), suites=("first_call",))
    before = files(tmp_path)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("lntx.measure.study.discovery.sleep", interrupted)
    with pytest.raises(Stopped, match="as it was") as stopped:
        study_of(tmp_path)
    assert "--resume" not in str(stopped.value)
    assert files(tmp_path) == before


@pytest.mark.parametrize(("done", "written"), [(1, 0), (3, 2)])
def test_a_study_whose_driver_was_killed_goes_on_and_its_file_was_never_half(tmp_path, done, written):
    """Each process measures two points, and the file is written between two processes."""
    code = (
        "import os, signal, sys; from pathlib import Path; from lntx.measure.study.driver import drive; "
        "from lntx.measure.request import StudyRequest\n"
        "def watch(p):\n    if p.done == int(sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"request = StudyRequest(out=Path({str(tmp_path)!r}), profile='smoke', backends={QUIET}, suites=('predict',), "
        "resume=sys.argv[1] == '-1')\n"
        "drive(request, watch)"
    )
    source = str(Path(storage.__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}

    def driven(until):
        return subprocess.run([sys.executable, "-c", code, str(until)], env=env, check=False, timeout=300).returncode

    assert driven(done) == -signal.SIGKILL
    assert (tmp_path / "study.json").exists() == bool(written)
    if written:
        assert len(storage.read(tmp_path / "study.json").records) == written
    before = {log: log.read_text() for log in tmp_path.rglob("*.jsonl")}
    assert driven(-1) == 0
    assert len(storage.read(tmp_path / "study.json").records) == 4
    assert all(log.read_text().startswith(text) for log, text in before.items())


def test_resume_refuses_other_conditions(tmp_path, monkeypatch):
    study_of(tmp_path, backends=("numpy",), suites=("first_call",))
    with pytest.raises(InputError, match=r"another suites"):
        study_of(tmp_path, backends=("numpy",), resume=True)
    monkeypatch.setattr("lntx.host.machine.fingerprint", lambda: {"cpu": "another"})
    with pytest.raises(InputError, match=r"cpu: .* and another"):
        study_of(tmp_path, backends=("numpy",), suites=("first_call",), resume=True)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("lntx.host.source.commit", lambda: {"id": "f00"}, "another commit of lntx"),
        ("lntx.host.source.code", lambda _: "f00", "another code of lntx"),
        ("lntx.__version__", "0.0.7", "another version of lntx"),
        (None, None, "another content of the table"),
    ],
)
def test_resume_notices_another_table_and_another_lntx(tmp_path, monkeypatch, name, value, said):
    table = tmp_path / "mine.csv"
    table.write_text("a,b,y\n" + "".join(f"{i},{i * i % 7},{3 * i + 1}\n" for i in range(30)))
    request = StudyRequest(
        profile="smoke", out=tmp_path / "out", suites=("table",), backends=("numpy",), data=table, target="y"
    )
    cell = Cell("table", "mine", "any", "cpu", "float32", 1, 30, 2, 1, 1, 10, "run")
    state = resume.new(request, Discovery({"test_table.py::test_table": cell}))
    assert resume.resumed(resume.settled(StudyRequest(out=state.request.out, resume=True))).cells == state.cells
    if name:
        monkeypatch.setattr(name, value)
    else:
        table.write_text(table.read_text() + "9,9,9\n")
    with pytest.raises(InputError, match=said):
        drive(StudyRequest(out=request.out, resume=True), [].append)


@pytest.mark.parametrize("text", ["", '{"cells": {}}', '{"request": {"profil": "smoke"}}'])
def test_resume_refuses_a_damaged_plan(tmp_path, text):
    (tmp_path / ".lntx-study").mkdir()
    (tmp_path / ".lntx-study" / "plan.json").write_text(text)
    with pytest.raises(InputError, match="damaged"):
        drive(StudyRequest(out=tmp_path, resume=True), [].append)


def test_a_finished_study_that_is_resumed_stays_as_it_is(tmp_path):
    first = study_of(tmp_path, backends=("numpy",), suites=("first_call",))
    told = []
    again = study_of(tmp_path, told, backends=("numpy",), suites=("first_call",), resume=True)
    assert again.records == first.records
    assert all(progress.left == 0 for progress in told)


def test_shards_share_the_points_out(tmp_path):
    asked = {"backends": ("numpy",), "suites": ("predict",)}
    whole = study_of(tmp_path / "all", **asked)
    parts = [study_of(tmp_path / str(k), **asked, shard=(k, 2)) for k in (1, 2)]
    names = [{record.name for record in study.records} for study in parts]
    assert names[0].isdisjoint(names[1])
    assert names[0] | names[1] == {record.name for record in whole.records}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"profile": "smok"}, "did you mean smoke"),
        ({"backends": ("numpi",)}, "did you mean numpy"),
        ({"suites": ("feature",)}, "did you mean features"),
        ({"devices": ("cuda:99",)}, "cuda:99"),
        ({"devices": ()}, "no backend runs here"),
        ({"shard": (3, 2)}, "3/2"),
        ({"data": Path("none.csv")}, "--data and --target"),
        ({"data": Path("none.csv"), "target": "y"}, r"none\.csv"),
        ({"resume": True}, "no study to go on with"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_before_anything_runs(tmp_path, asked, said):
    told = []
    with pytest.raises(InputError, match=said):
        study_of(tmp_path / "out", told, **asked)
    assert not told
    assert not (tmp_path / "out").exists()


def test_an_output_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="can't write"):
        study_of(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_more_shards_than_points_are_refused(tmp_path):
    study_of(tmp_path, backends=("numpy",))
    before = files(tmp_path)
    with pytest.raises(LntxError, match="1 points can't be dealt out to 2 shards"):
        study_of(tmp_path, shard=(1, 2))
    assert files(tmp_path) == before, "a request that can't be met costs no earlier study"


@pytest.mark.parametrize("name", ["study.json", ".lntx-study/plan.json", ".lntx-study/notes.txt"])
def test_what_lntx_did_not_write_is_neither_replaced_nor_removed(tmp_path, name):
    (tmp_path / ".lntx-study").mkdir()
    (tmp_path / name).write_text('{"benchmarks": [], "mine": true}')
    (tmp_path / "processes").mkdir()
    before = files(tmp_path)
    with pytest.raises(InputError, match="move it away"):
        study_of(tmp_path)
    assert files(tmp_path) == before


def test_the_command_is_one_that_a_shell_understands(tmp_path):
    table = {"data": tmp_path / "my table.csv", "target": "the y", "standardize": False}
    request = StudyRequest(out=tmp_path, backends=("numpy",), suites=("table",), shard=(1, 2), **table)
    usual = (
        "lntx bench --profile regular --backend numpy --suite table --shard 1/2 --data 'my table.csv' --target 'the y'"
    )
    assert request.command == usual + " --no-standardize"
    request = replace(request, reading={"drop": ["id"], "separator": ";", "header": False}, dtype="float64")
    assert request.command == f"{usual} --no-standardize --drop id --separator ';' --no-header --dtype float64"
    arrays = {"data": tmp_path / "X.npy", "target": str(tmp_path / "Y.npy"), "standardize": False}
    assert StudyRequest(out=tmp_path, **arrays).command.endswith("--data X.npy --target Y.npy --no-standardize")


def test_a_users_table_is_measured(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("a,b,y\n" + "".join(f"{i},{i * i % 7},{3 * i + 1}\n" for i in range(30)))
    study = study_of(tmp_path / "out", suites=("table",), backends=("numpy",), data=table, target="y")
    (record,) = study.records
    assert (record.cell.problem, record.cell.samples, record.cell.features) == ("mine", 30, 2)


def test_a_users_table_is_read_with_the_same_options_in_every_process_and_resumed_so(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("id;a;b;y\n" + "".join(f"n{i};{i},5;;{3 * i + 1}\n" for i in range(30)))
    reading = {"drop": ["id"], "fill": ["b=2"]}
    request = StudyRequest(
        profile="smoke", out=tmp_path / "out", suites=("table",), backends=("numpy",), data=table, target="y",
        reading=reading, dtype="float64", standardize=False,
    )  # fmt: skip
    drive(request, [].append)
    (record,) = storage.read(tmp_path / "out" / "study.json").records
    assert (record.cell.dtype, record.cell.features) == ("float64", 2)
    kept = resume.settled(StudyRequest(out=tmp_path / "out", resume=True))
    assert (kept.reading, kept.dtype, kept.target) == (reading, "float64", "y")


def test_a_users_arrays_are_measured_as_they_lie(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = np.random.default_rng(0).normal(size=(30, 2))
    np.save("X.npy", values)
    np.save("Y.npy", values @ [2, -1])
    arrays = {"data": Path("X.npy"), "target": "Y.npy", "standardize": False}
    study = study_of(tmp_path / "out", suites=("table",), backends=("numpy",), **arrays)
    (record,) = study.records
    assert (record.cell.problem, record.cell.dtype, record.cell.samples) == ("X", "float64", 30)


def test_the_file_is_one_that_pytest_benchmark_reads(tmp_path):
    study_of(tmp_path, backends=("numpy",), suites=("first_call",))
    document = json.loads((tmp_path / "study.json").read_text())
    (benchmark,) = document["benchmarks"]
    assert benchmark["fullname"] == "bench/test_first_call.py::test_first_call[numpy-cpu]"
    assert benchmark["stats"]["data"]
    assert document["machine_info"]["lntx"]["cpu"]
