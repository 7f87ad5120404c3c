"""What a gate found is written, what can't be had again first; and what can't be written is found before minutes are spent."""

import json
import os
from pathlib import Path

import pytest
from support import gate_results as samples
from support.commandline import lntx_says
from support.repositories import repository

from lntx.cli.gate_outcome import STEP_SUMMARY
from lntx.errors import InputError
from lntx.host import locks
from lntx.judge import noise_history
from lntx.report import gate as report
from lntx.storage import gate as stored

MACHINE = samples.MACHINE | {"lntx": {"cpu": "Example CPU 3000"}}
EQUAL = {arm: {"revision": "main", "commit": "0123456789ab", "subject": "one"} for arm in ("base", "head")}


@pytest.fixture
def gated(tmp_path, monkeypatch):
    """A repository whose gate is over at once, and found nothing slower between two equal commits."""
    folder = repository(tmp_path / "repo", {"code.py": "ONE = 1\n"})
    monkeypatch.chdir(folder)
    monkeypatch.delenv(STEP_SUMMARY, raising=False)
    about = samples.ABOUT | {"interrupted": False, "threads": 1, "arguments": [], "seed": 0} | EQUAL
    found = samples.result("same", [samples.timed("load", "same")], machine=MACHINE, about=about)
    monkeypatch.setattr("lntx.cli.gate._measured", lambda _: found)
    monkeypatch.setattr(report, "render", lambda *_: type("Rendered", (), {"page": "report.html"}))
    return tmp_path


def gate(*options):
    return lntx_says("gate", "HEAD", *options, "--history", "../noise.json", "--junit", "../junit.xml", "-o", "../out")


def written(folder):
    """What is there of all that a gate writes, but for its page."""
    names = ("out/gate.json", "noise.json", "junit.xml", "out/summary.md")
    return {name for name in names if (folder / name).is_file() and (folder / name).stat().st_size}


ALL = {"out/gate.json", "noise.json", "junit.xml", "out/summary.md"}


def test_all_is_written_and_the_lock_is_gone(gated, monkeypatch):
    monkeypatch.setenv(STEP_SUMMARY, str(gated / "step.md"))
    (gated / "step.md").write_text("before\n")
    said = gate()
    assert said.code == 0, said.err
    assert written(gated) == ALL
    assert (gated / "step.md").read_text() == "before\n" + (gated / "out/summary.md").read_text()
    assert not (gated / "out" / locks.NAME).exists()
    assert "report: report.html" in said.out


def full(*_):
    raise OSError(28, "No space left on device", "report")


def unwritable(*_):
    raise InputError("can't write it: No space left on device")


@pytest.mark.parametrize(
    ("what", "lacks"),
    [
        ("step summary", set()),
        ("report", set()),
        ("junit.xml", {"junit.xml"}),
        ("history", {"noise.json"}),
        ("gate.json", {"out/gate.json"}),
    ],
)
def test_what_cannot_be_written_is_a_line_and_code_2_and_costs_nothing_else(gated, monkeypatch, what, lacks):
    if what == "step summary":
        monkeypatch.setenv(STEP_SUMMARY, "/dev/full")
    elif what == "report":
        monkeypatch.setattr(report, "render", full)
    elif what == "junit.xml":
        monkeypatch.setattr(report, "junit", unwritable)
    else:
        monkeypatch.setattr({"history": noise_history, "gate.json": stored}[what], "write", unwritable)
    said = gate("--json")
    assert said.code == 2
    assert said.json["verdict"] == "same"
    assert "No space left on device" in said.err
    assert written(gated) == ALL - lacks


@pytest.mark.usefixtures("gated")
def test_a_verdict_that_fails_keeps_its_exit_code_where_a_summary_cannot_be_written(monkeypatch):
    monkeypatch.setenv(STEP_SUMMARY, "/dev/full")
    about = samples.ABOUT | {"interrupted": False}
    slower = samples.result("slower", [samples.timed("load", "slower", 1.1)], machine=MACHINE, about=about)
    monkeypatch.setattr("lntx.cli.gate._measured", lambda _: slower)
    said = gate("--json")
    assert said.code == 10, said.err
    assert "can't add the summary to /dev/full" in said.err


@pytest.fixture
def unmeasured(gated, monkeypatch):
    """Nothing may be measured here."""

    def measured(_):
        raise AssertionError("it was measured")

    monkeypatch.setattr("lntx.cli.gate._measured", measured)
    (gated / "file").write_text("")
    (gated / "folder").mkdir()
    return gated


@pytest.mark.parametrize("option", ["--history", "--junit", "-o"])
@pytest.mark.parametrize("place", ["../file/below", "n" * 300, "n" * 300 + "/below", "../loop/below"])
def test_a_place_that_cannot_be_written_is_found_before_anything_is_measured(unmeasured, option, place):
    (unmeasured / "loop").symlink_to(unmeasured / "loop")
    before = sorted(unmeasured.rglob("*"))
    said = lntx_says("gate", "HEAD", option, place)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said.err
    assert "can't write" in said.err
    assert sorted(unmeasured.rglob("*")) == before


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("option", ["--history", "--junit"])
def test_a_folder_in_the_place_of_a_file_is_found_before_anything_is_measured(option):
    said = lntx_says("gate", "HEAD", option, "../folder")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "folder" in said.err


@pytest.mark.parametrize("name", ["gate.json", "summary.md", ".gitignore", "report"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "file", "link"])
def test_what_is_in_the_way_of_a_result_is_found_before_anything_is_measured(unmeasured, name, kind):
    place = unmeasured / "out" / name
    place.parent.mkdir()
    lay = {"pipe": os.mkfifo, "folder": Path.mkdir, "file": Path.touch, "link": lambda path: path.symlink_to("nowhere")}
    lay[kind](place)
    if kind == ("folder" if name == "report" else "file"):
        with pytest.raises(AssertionError, match="it was measured"):
            lntx_says("gate", "HEAD", "-o", unmeasured / "out")
        return
    said = lntx_says("gate", "HEAD", "-o", unmeasured / "out")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert str(place) in said.err


@pytest.mark.parametrize("place", ["nowhere/summary.md", "folder", "n" * 300, "pipe"])
def test_a_step_summary_that_cannot_be_written_is_found_before_anything_is_measured(unmeasured, monkeypatch, place):
    os.mkfifo(unmeasured / "pipe")  # that nobody reads
    monkeypatch.setenv(STEP_SUMMARY, str(unmeasured / place))
    said = lntx_says("gate", "HEAD")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"which {STEP_SUMMARY} names" in said.err


def test_a_folder_that_somebody_writes_to_is_found_before_anything_is_measured(unmeasured):
    with locks.output(unmeasured / "out", "lntx bench"):
        said = lntx_says("gate", "HEAD", "-o", unmeasured / "out")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"lntx bench (process {os.getpid()}, in {unmeasured / 'out'}, since" in said.err
    assert not (unmeasured / "out").exists()


def test_a_new_folder_inside_the_repository_is_hidden_from_git_and_an_old_one_is_left_alone(gated):
    assert lntx_says("gate", "HEAD", "-o", "results/gate").code == 0
    assert (gated / "repo/results/gate/.gitignore").read_text() == "*\n"
    (gated / "repo/mine").mkdir()
    assert lntx_says("gate", "HEAD", "-o", "mine").code == 0
    assert json.loads((gated / "repo/mine/gate.json").read_text())["verdict"] == "same"
    assert not (gated / "repo/mine/.gitignore").exists()
