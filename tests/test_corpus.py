"""Inputs that once ended in a traceback, or took too long: each is read again, and ends in a result or in one line."""

from contextlib import suppress
from pathlib import Path

import pytest

import lntx
from lntx import report
from lntx.errors import LntxError
from lntx.judge import comparison, decision, gate_file, noise_history
from lntx.report import gate as gate_report
from lntx.report.gate import frames as gate_frames
from lntx.report.gate import page as gate_page
from lntx.report.html import html
from lntx.report.markdown import markdown
from lntx.result import Rules
from lntx.storage import folders, targets
from lntx.storage import gate as gates

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".md")


def study(path, out):
    found, _ = folders.runs(path)
    comparison.compare(found[-1].study, found[-1].study, 0.15)
    report.render([run.study for run in found], out)


def gate(path, _out):
    result = gates.read(path)
    gate_report.junit(result)
    gate_report.summary(result)
    gate_report.document(result)
    decision.exit_code(result.verdict)
    gate_frames.named(result)
    page = gate_page.page(result, ())
    assert html(page)
    assert markdown(page)


def board(path, out):
    report.render([], out, [targets.read(path)])


def history(path, out):
    noise_history.write(noise_history.read(path), out / "history.json")


def toml(path, _out):
    found = gate_file.parsed(path.read_bytes(), "lntx-gate.toml", Rules())
    list(found.notes(["a.py::test_a"]))


READERS = {
    "study": study,
    "gate": gate,
    "targets": board,
    "history": history,
    "toml": toml,
    "safetensors": lambda path, _: lntx.load(path),
    "npy": lambda path, _: lntx.from_npy(path, path),
    **dict.fromkeys(
        ("npz", "csv", "parquet", "feather", "xlsx", "records"), lambda path, _: lntx.from_table(path, "y", fill="mean")
    ),
}
"""What reads the files of each folder, as in bench/faults."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CORPUS).as_posix())
def test_it_ends_in_a_result_or_in_one_line(path, tmp_path):
    with suppress(LntxError):
        READERS[path.parent.name](path, tmp_path)
