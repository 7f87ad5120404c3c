"""What a report writes, and what it takes away: its own, and nobody else's."""

import errno
import json
import os

import pytest
from support import studies
from support.commandline import lntx_says

from lntx import report, storage
from lntx.errors import InputError
from lntx.report import manifest, writing


def contents(*names):
    """What a report of these pictures writes, by path."""
    kinds = ("figures/{}.svg", "figures/{}.png", "frames/figure-{}.csv")
    found = {kind.format(name): f"{kind} of {name}".encode() for name in names for kind in kinds}
    return {**found, "frames/cells.csv": b"a,b\n", "report.md": b"# Report\n", "report.html": b"<html></html>\n"}


FEW, MANY = contents("ladder"), contents("ladder", "features-cpu_1")


def render(files, out):
    return writing._write(out, files)


@pytest.fixture
def out(tmp_path):
    """A folder with an earlier report, of more."""
    render(MANY, tmp_path / "out")
    return tmp_path / "out"


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_an_earlier_report_wrote_goes_and_what_others_put_there_stays(out):
    own = {"figures/mine.svg": "<svg/>", "frames/mine.csv": "a\n", "frames/notes.txt": "x", "a.txt": "x"}
    for name, text in own.items():
        (out / name).write_text(text)
    assert {path.relative_to(out).as_posix() for path in render(FEW, out)} == FEW.keys()
    assert names(out) == FEW.keys() | own.keys() | {manifest.FILE}
    assert all((out / name).read_text() == text for name, text in own.items())
    assert all((out / name).read_bytes() == content for name, content in FEW.items())


def test_what_somebody_changed_since_stays(out):
    (out / "figures" / "features-cpu_1.svg").write_text("changed by hand")
    render(FEW, out)
    assert names(out) - FEW.keys() == {"figures/features-cpu_1.svg", manifest.FILE}


def test_every_file_that_a_report_writes_is_noted_but_for_those_that_every_report_has(tmp_path):
    rendered = report.render([studies.study()], tmp_path)
    noted = json.loads((tmp_path / manifest.FILE).read_bytes())["files"]
    assert {path.relative_to(tmp_path).as_posix() for path in rendered.files} == noted.keys() | {
        "report.html",
        "report.md",
    }
    assert names(tmp_path) == noted.keys() | {"report.html", "report.md", manifest.FILE}


def test_where_there_is_no_room_for_all_the_earlier_report_is_whole(out, monkeypatch):
    before = {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    real, calls = os.write, []

    def full(descriptor, content):
        calls.append(content)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match="No space left on device"):
        render(FEW, out)
    assert {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()} == before


NOTES = {
    "none": None,
    "no JSON": b"{",
    "bytes": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number for the files": b'{"files": 3}',
    "a list of files": b'{"files": ["../victim.svg"]}',
    "deep": b"[" * 100_000,
    "other places": b'{"files": {"../victim.svg": "X", "/victim.svg": "X", "figures/../../victim.svg": "X", "victim.svg": "X"}}',
}


@pytest.mark.parametrize("case", NOTES)
def test_a_note_that_names_other_files_or_is_none_names_none(out, case, tmp_path):
    victim = tmp_path / "victim.svg"
    victim.write_text("a stranger's")
    (out / "victim.svg").write_text("a stranger's")
    digest = manifest._digest(b"a stranger's").encode()
    (out / manifest.FILE).unlink() if NOTES[case] is None else (out / manifest.FILE).write_bytes(
        NOTES[case].replace(b"X", digest)
    )
    before = names(out)
    render(FEW, out)
    assert before <= names(out)
    assert victim.read_text() == (out / "victim.svg").read_text() == "a stranger's"


@pytest.mark.parametrize("name", ["figures", "frames"])
def test_a_folder_that_is_a_link_is_refused_and_what_it_leads_to_is_left_alone(out, name, tmp_path):
    strange = tmp_path / "strange"
    (out / name).rename(strange)  # with what a report would take for its own
    (out / name).symlink_to(strange)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    with pytest.raises(InputError, match=f"{name}: it is a symbolic link"):
        render(FEW, out)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["report.html", "report.md", manifest.FILE, "frames/cells.csv"])
def test_a_file_that_is_a_link_is_refused_and_what_it_leads_to_is_left_alone(out, name, tmp_path):
    (out / name).rename(tmp_path / "strange")
    (out / name).symlink_to(tmp_path / "strange")
    before = (tmp_path / "strange").read_bytes()
    with pytest.raises(InputError, match="a symbolic link stands there"):
        render(FEW, out)
    assert (tmp_path / "strange").read_bytes() == before


def test_the_folder_beside_the_results_may_be_no_link_and_one_that_is_named_may(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        report, "render", lambda _studies, folder, *_: written.append(folder) or pytest.fail("it was rendered")
    )
    storage.write(studies.study(), tmp_path / "study.json")
    (tmp_path / "strange").mkdir()
    (tmp_path / "report").symlink_to(tmp_path / "strange")
    said = lntx_says("report", tmp_path / "study.json")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "report: it is a symbolic link" in said.err
    with pytest.raises(pytest.fail.Exception):
        lntx_says("report", tmp_path / "study.json", "-o", tmp_path / "report")
    assert written == [tmp_path / "report"]
