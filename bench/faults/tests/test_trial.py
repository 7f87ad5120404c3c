"""What a command did is held against what it promised; each way to break the promise is seen."""

import pytest

import lntx.storage.folders
from lntx_faults.trial import Said, contents, lost, run, wrong

FINE = Said(0, "done\n", "")
REFUSED = Said(2, "", "lntx: can't write a/x: it is full\n")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (FINE, None),
        (REFUSED, None),
        (Said(None, "", "", "Traceback\nOSError: full"), "traceback: OSError: full"),
        (Said(1, "", "lntx: no"), "exit code 1"),
        (Said(2, "", ""), "without a word"),
        (Said(2, "", "lntx: one\nlntx: two\n"), "2 lines"),
        (Said(2, "", "OSError\n"), "it says 'OSError'"),
    ],
)
def test_what_a_command_says_is_one_line_or_what_it_says_as_usual(said, fault):
    found = wrong(said, FINE)
    assert found is None if fault is None else fault in found


OLD, NEW, HALF = ("file", b"old"), ("file", b"new!"), ("file", b"ne")


@pytest.mark.parametrize(
    ("before", "after", "usual", "same", "fault"),
    [
        ({"x": OLD}, {"x": OLD}, {"x": NEW}, False, None),
        ({"x": OLD}, {"x": NEW}, {"x": NEW}, True, None),
        ({"x": OLD}, {"x": HALF}, {"x": NEW}, False, "x is a file of 2 bytes"),
        ({"x": OLD}, {}, {"x": NEW}, False, "x is not there"),
        ({}, {"x": HALF}, {"x": NEW}, False, "x is a file of 2 bytes"),
        ({}, {".draft": HALF}, {"x": NEW}, False, ".draft"),
        ({"mine": OLD}, {}, {"mine": OLD}, False, "mine is not there"),
        ({}, {}, {"y": NEW}, True, "exit code"),
        ({}, {}, {"x": NEW}, True, None),
    ],
)
def test_each_file_is_as_it_was_or_as_it_should_be(before, after, usual, same, fault):
    found = lost(before, after, usual, REFUSED, same)
    assert found is None if fault is None else fault in found


def test_a_command_runs_in_its_folder_and_what_escapes_is_caught(tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    said = run(["report", "nothing.json"], tmp_path, tmp_path / "tmp")
    assert (said.code, said.lines) == (2, ["lntx: can't read nothing.json: No such file or directory"])
    monkeypatch.setattr(lntx.storage.folders, "runs", lambda _: 1 / 0)
    assert "ZeroDivisionError" in run(["report", "nothing.json"], tmp_path, tmp_path / "tmp").escaped


def test_a_folder_is_seen_with_all_that_is_in_it(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_bytes(b"1")
    (tmp_path / "l").symlink_to("nowhere")
    assert contents(tmp_path) == {"a": ("folder",), "a/f": ("file", b"1"), "l": ("link", "nowhere")}
