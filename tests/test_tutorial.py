"""The tutorial, retold: both languages are one notebook, its cells run, and what its text says comes true."""

import re
from pathlib import Path

import pytest

import lntx

jupytext = pytest.importorskip("jupytext")

FOLDER = Path(__file__).parents[1] / "docs" / "tutorial"
FEW = 20  # epochs, where the text has a thousand
QUICK = ("eager", "manual", "numpy", "triton")  # the last refuses, on a machine without CUDA


def notebook(language, epochs=None):
    """Read the notebook in a language; with other epochs than the text's, if any are given."""
    read = jupytext.read(FOLDER / f"{language}.nb.py", fmt="py:percent")
    if epochs:
        changed = [cell for cell in read.cells if "EPOCHS = 1000\n" in cell.source]
        assert len(changed) == 1
        changed[0].source = changed[0].source.replace("EPOCHS = 1000\n", f"EPOCHS = {epochs}\n")
    return read


def cells(language, kind):
    return [cell for cell in notebook(language).cells if cell.cell_type == kind]


def test_both_languages_run_the_same_code():
    english, chinese = cells("english", "code"), cells("chinese", "code")
    assert [cell.source for cell in english] == [cell.source for cell in chinese]
    assert [_described(cell) for cell in english] == [_described(cell) for cell in chinese]


def _described(cell):
    """Whether a cell says in words what its picture shows."""
    return bool(cell.metadata.get("mystnb", {}).get("image", {}).get("alt"))


PATTERNS = {
    "headings": r"^#+(?= )",
    "code": r"`[^`]+`",
    "links": r"(?<=\]\()[^)]+",
    "numbers": r"\d[\d.,]*\d|\d",
}


def flat(text):
    """A text whose lines end with its paragraphs."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


@pytest.mark.parametrize("what", PATTERNS)
def test_both_texts_have_the_same(what):
    english, chinese = (
        [
            sorted(set(re.findall(PATTERNS[what], flat(cell.source), re.MULTILINE)))
            for cell in cells(language, "markdown")
        ]
        for language in ("english", "chinese")
    )
    assert english
    other = {"english.nb.py": "chinese.nb.py"}
    assert english == [sorted(other.get(one, one) for one in found) for found in chinese]


def test_every_picture_is_described():
    drawn = [cell for cell in cells("english", "code") if "axes = " in cell.source]
    assert len(drawn) == 3
    assert all(map(_described, drawn))


def test_its_cells_run_and_what_the_text_says_comes_true(monkeypatch, capsys):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    every = lntx.backends()
    monkeypatch.setattr(lntx, "backends", lambda: {name: every[name] for name in QUICK})
    monkeypatch.setattr(pyplot, "show", lambda: None)
    space = {"__name__": "notebook"}
    said = []
    for cell in notebook("english", FEW).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), space)
            said.append(capsys.readouterr().out)
    pyplot.close("all")
    printed = "".join(said)
    assert re.search(r"^epochs that were done: \d+ of \d+; the loss at last: (inf|nan)$", printed, re.MULTILINE)
    assert "the largest stable" in printed
    assert "agrees: True" in printed
    assert space["radius"](space["x"].numpy(), 1) > 1 > space["radius"](space["x"].numpy(), 3)
    assert space["radius"](space["small"], 1) < 1
    assert {way: held.ok for way, held in space["held"].items()} == {
        "tutorial": True,
        "by_hand": True,
        "forgetful": False,
        "foreach": True,
    }
    assert set(space["weights"]) == {name for name in QUICK if not every[name].refuses(None, None, "cpu")}
    assert all((found - space["weights"]["eager"]).abs().max() < 1e-3 for found in space["weights"].values())


@pytest.mark.end_to_end
def test_nbclient_runs_it_and_it_has_its_pictures():
    nbclient = pytest.importorskip("nbclient", reason="nox -s docs has what runs notebooks")
    ran = nbclient.NotebookClient(notebook("chinese", FEW), timeout=600).execute()
    outputs = [output for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3
