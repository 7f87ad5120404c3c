from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.datasets import load_diabetes
from support.commandline import lntx_says

import lntx.measure.study.driver
from lntx import storage
from lntx.measure.request import StudyRequest
from lntx.measure.study.progress import Progress
from lntx.record import Absence, Agreement, Cell, Checkpoint, Record, Study

CELL = Cell(
    suite="tutorial",
    problem="tutorial",
    backend="manual",
    device="cpu",
    dtype="float32",
    threads=2,
    samples=100,
    features=3,
    outputs=1,
    batch_size=1,
    epochs=1000,
    phase="run",
)
PROOF = Agreement((Checkpoint(1, 1e-7, 1e-5),), "steps", 1e-6)
STUDY = Study(
    records=(Record("test_tutorial", ((1.0, 1.1),), CELL, "Manual", timed_epochs=1000, agreement=PROOF),),
    absences=(Absence(replace(CELL, backend="planted"), "disagrees", "the weights are wrong"),),
)


@pytest.fixture
def drive(monkeypatch):
    """Stand in for the driver: write a study at once; give the requests that came."""
    requests = []

    def driven(request, watch):
        requests.append(request)
        watch(Progress(0, 1, None, "", 0.1, "counting"))
        watch(Progress(0, 1, 59.9, "manual on cpu", 0.2, "begun"))
        watch(Progress(1, 0, 0.0, "", 1.0, "manual on cpu: done"))
        storage.write(STUDY, request.out / "study.json")
        return request.out / "study.json"

    monkeypatch.setattr(lntx.measure.study.driver, "drive", driven)
    return requests


def test_every_option_reaches_the_driver(drive, tmp_path):
    given = "--profile large --backend manual --backend eager --device cpu --suite samples --resume --shard 2/4"
    table = (
        "--data",
        "t.csv",
        "--target",
        "y",
        "--no-standardize",
        "--dtype",
        "float64",
        "--fill",
        "mean",
        "--no-header",
    )
    assert lntx_says("bench", *given.split(), *table, "-o", tmp_path).code == 12
    assert drive == [
        StudyRequest(
            profile="large",
            backends=("manual", "eager"),
            devices=("cpu",),
            suites=("samples",),
            out=tmp_path,
            resume=True,
            shard=(2, 4),
            data=Path("t.csv"),
            target="y",
            standardize=False,
            reading={"fill": ["mean"], "header": False},
            dtype="float64",
        )
    ]


def test_by_default_the_regular_profile_runs_all_backends_on_the_cpu(drive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lntx_says("bench").code == 12
    assert drive == [StudyRequest(out=Path("results"))]


@pytest.mark.usefixtures("drive")
def test_progress_is_a_line_for_each_cell_and_absences_are_named(tmp_path):
    said = lntx_says("bench", "-o", tmp_path)
    assert said.err.splitlines() == [
        "lntx: 0 done, 1 left, ? to go: counting",
        "lntx: 1 done, 0 left, 0:00 to go: manual on cpu: done",
        "lntx: no time for 1 cells of planted (disagrees): the weights are wrong",
        "lntx: the weights of planted are not those of the reference in 1 cell",
    ]
    assert str(tmp_path / "study.json") in said.out


@pytest.mark.usefixtures("drive")
def test_a_disagreement_is_exit_code_12_and_a_program_reads_of_it(tmp_path):
    said = lntx_says("bench", "-o", tmp_path, "--json")
    absence = {"backend": "planted", "device": "cpu", "suite": "tutorial", "kind": "disagrees"}
    absence["reason"] = "the weights are wrong"
    assert said.code == 12
    found = said.json
    assert found.pop("warnings")[0].startswith("planted disagrees with the reference in 1 cell")
    assert found == {"study": str(tmp_path / "study.json"), "records": 1, "absences": [absence]}


@pytest.mark.usefixtures("drive")
@pytest.mark.parametrize("kind", ["refused", "failed", "timeout"])
def test_any_other_absence_is_listed_and_no_failure(kind, tmp_path, monkeypatch):
    lost = replace(STUDY.absences[0], kind=kind)
    monkeypatch.setattr("test_cli_bench.STUDY", replace(STUDY, absences=(lost,)))
    said = lntx_says("bench", "-o", tmp_path, "--json")
    assert (said.code, [absence["kind"] for absence in said.json["absences"]]) == (0, [kind])


def test_a_driver_that_was_stopped_says_so_in_one_line(monkeypatch, tmp_path):
    def stopped(*_):
        raise lntx.measure.study.driver.Stopped("stopped; go on with --resume")

    monkeypatch.setattr(lntx.measure.study.driver, "drive", stopped)
    said = lntx_says("bench", "-o", tmp_path)
    assert (said.code, said.out, said.err) == (130, "", "lntx: stopped; go on with --resume\n")


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--profile", "huge"), "regular"),
        (("--backend", "manul"), "did you mean manual?"),
        (("--backend", "manual:*"), "manual has no variants"),
        (("--device", "abacus"), "abacus"),
        (("--suite", "nothing"), "nothing"),
        (("--shard", "5/4"), "--shard"),
        (("--shard", "half"), "--shard"),
        (("--data", "t.csv"), "--target"),
        (("--target", "y"), "--data"),
        (("--data", "missing.csv", "--target", "y"), "missing.csv"),
        (("-o", "file/results"), "can't write"),
        (("--resume", "-o", "typo"), "no study to go on with"),
    ],
)
def test_bad_options_are_refused_in_one_line_before_anything_runs(options, wanted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    said = lntx_says("bench", *options)
    assert said.code == 2
    assert wanted in said.err
    assert said.err.count("\n") == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]


@pytest.mark.end_to_end
def test_a_users_own_table_is_measured_and_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    load_diabetes(as_frame=True).frame.to_csv("diabetes.csv", index=False)
    table = ("--suite", "table", "--data", "diabetes.csv", "--target", "target")
    said = lntx_says("bench", "--profile", "smoke", "--backend", "manual", *table, "--json")
    assert said.code == 0, said.err
    assert said.json["records"] > 0
    assert said.json["absences"] == []
    assert lntx_says("report", "results").code == 0
    assert "diabetes" in (tmp_path / "results" / "report" / "report.html").read_text(encoding="utf-8")


def test_a_report_prints_its_findings_and_its_page(tmp_path):
    storage.write(STUDY, tmp_path / "study.json")
    said = lntx_says("report", tmp_path)
    assert said.code == 0, said.err
    page = tmp_path / "report" / "report.html"
    assert said.out.splitlines()[-1] == f"report: {page}"
    assert said.out.startswith("manual trains the tutorial in 1.05 s; nothing else of its kind was measured.\n")
    assert "! planted disagrees" in said.out
    assert "epochs timed" in said.out  # the short table's headings
    assert lntx_says("report", tmp_path, "--quiet").out == f"report: {page}\n"
    assert page.exists()


def test_a_report_goes_where_it_is_told_to(tmp_path):
    storage.write(STUDY, tmp_path / "a.json")
    said = lntx_says("report", tmp_path / "a.json", tmp_path / "a.json", "-o", tmp_path / "elsewhere", "--json")
    assert said.json["page"] == str(tmp_path / "elsewhere" / "report.html")
    assert all(finding["text"] for finding in said.json["findings"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "not whole JSON"),
        ('{"benchmarks": [{"name"', "not whole JSON"),
        ('{"runs": []}', "not a pytest-benchmark file"),
        ('{"benchmarks": [], "lntx": {"schema": 99}}', "schema 99"),
        (
            '{"benchmarks": [{"name": "a"}]}',
            "no benchmark of study.json has a time that could be shown: a: it has no stats",
        ),
        ('{"benchmarks": [3, {"name": "a"}]}', "it is a number, and no object (and 1 more)"),
        (None, "can't read"),
    ],
)
def test_results_that_cant_be_read_are_refused_and_nothing_is_written(text, wanted, tmp_path):
    path = tmp_path / "study.json"
    if text is not None:
        path.write_text(text)
    said = lntx_says("report", path)
    assert said.code == 2
    assert wanted in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "report").exists()


def test_a_report_into_a_file_is_refused(tmp_path):
    storage.write(STUDY, tmp_path / "study.json")
    said = lntx_says("report", tmp_path, "-o", tmp_path / "study.json")
    assert (said.code, said.out) == (2, "")
    assert "is a file, not a folder" in said.err
