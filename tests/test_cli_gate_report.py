"""Gates on the terminal, and `lntx report` on a gate's file."""

import io
import json
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from support import gate_results as samples
from support.commandline import lntx_says
from support.gate_results import HOSTILE, KINDS

from lntx.cli import gate_progress, gate_view, terminal
from lntx.report import gate, units
from lntx.report.gate import tables, verdicts
from lntx.result import Progress
from lntx.storage import gate as files

ALL = samples.everything()


def printed(*things, tty=False):
    out = io.StringIO()
    console = Console(file=out, force_terminal=tty, width=200, color_system="standard" if tty else None)
    for thing in things:
        console.print(thing, markup=False, highlight=False, soft_wrap=isinstance(thing, str))
    return out.getvalue()


def test_the_verdict_is_first_then_the_worst_and_what_is_identical_is_folded():
    lines = printed(*gate_view.view(ALL)).splitlines()
    assert lines[0] == verdicts.headline(ALL)
    told = [line.split()[1] for line in lines[3:11]]
    assert told == ["disagrees", "missing", "slower", "slower", "inconclusive", "faster", "new", "same"]
    assert lines[11].startswith("3 benchmarks execute the same code")
    assert not any("alike" in line for line in lines)


@pytest.mark.parametrize("found", [*KINDS.values(), samples.many(), *map(samples.hostile, HOSTILE.values())])
def test_the_table_fits_80_columns(found):
    table = tables.in_short(found.benchmarks, most=20)
    lines = printed(terminal.of_table(table)).splitlines()
    assert all(cell_len(line.rstrip()) <= 80 for line in lines)


def test_a_row_has_the_ratio_with_its_interval_and_the_pairs():
    one = replace(ALL.benchmarks[0], name="label", ratio=1.0621, low=1.0511, high=1.0729, pairs=12)
    (row,) = tables.of_benchmarks([one]).rows
    x = units.TIMES
    assert row[:5] == ("label", "slower", f"1.062{x}", f"1.051{x} to 1.073{x}", "12")


def test_verdicts_have_colours_on_a_terminal_alone():
    assert "\x1b[1;31mslower" in printed(*gate_view.view(ALL), tty=True)
    assert "\x1b" not in printed(*gate_view.view(ALL))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_gate_can_be_shown(kind):
    text = printed(*gate_view.view(KINDS[kind]))
    assert text.strip()
    if KINDS[kind].verdict in {"inconclusive", "contaminated"} and KINDS[kind].benchmarks:
        assert "which is no pass" in text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_cannot_steer_a_terminal(text):
    shown = printed(*gate_view.view(samples.hostile(text)), *gate_progress.picture(progress(at=text)).renderables)
    assert not set(shown) & {"\x1b", "\x00", "\r", "\u202e"}


def progress(**more):
    given = {"done": ALL.benchmarks[:1], "open": (samples.name("a"), samples.name("b")), "eta_s": 61.2}
    return Progress(**{"stage": "pairs", "pair": 5, "cap": 24, **given, **more})


def test_without_a_terminal_progress_is_a_line_for_each_step(capsys):
    with gate_progress.watching() as watch:
        watch(Progress("survey", 0, 24))
        watch(Progress("survey", 0, 24, at="t::a"))
        watch(progress())
        watch(progress(at="something else", eta_s=3))
        watch(progress(done=ALL.benchmarks[:2], open=(), eta_s=None))
    assert capsys.readouterr().err.splitlines() == [
        "lntx: survey",
        "lntx: pair 5 of at most 24, 1 decided (1 slower), 2 open, at most 1:01 to go",
        "lntx: pair 5 of at most 24, 2 decided (1 slower, 1 inconclusive)",
    ]


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self):
        return True


def test_on_a_terminal_progress_is_a_table_in_its_place(monkeypatch):
    out = Terminal()
    monkeypatch.setattr(
        "lntx.cli.progress.fresh_console", lambda **_: Console(file=out, force_terminal=True, width=120)
    )
    with gate_progress.watching() as watch:
        watch(progress(estimates=ALL.benchmarks[1:2], at=samples.name("a")))
    shown = out.getvalue()
    assert "pair 5 of at most 24" in shown
    assert "now: bench/test_loops.py::test_a" in shown
    assert "open" in shown
    assert "and 2 more" in shown
    assert shown.endswith("\x1b[2K")


def test_a_long_list_of_open_benchmarks_is_cut():
    many = samples.many(40).benchmarks
    shown = printed(gate_progress.picture(progress(done=(), open=tuple(one.name for one in many), estimates=many)))
    assert "and 25 more" in shown
    assert len(shown.splitlines()) < 20


@pytest.fixture
def folder(tmp_path):
    files.write(ALL, tmp_path / "gate.json")
    return tmp_path


def test_lntx_report_renders_a_gate_from_its_folder_and_says_what_the_gate_said(folder):
    said = lntx_says("report", folder)
    assert said.code == 0
    assert printed(*gate_view.view(files.read(folder / "gate.json"))) in said.out
    assert any(line.split()[:2] == ["test_gone", "missing"] for line in said.out.splitlines())
    assert (folder / "report" / "report.html").exists()


def test_lntx_report_tells_a_gate_by_what_the_file_holds(folder):
    file = (folder / "gate.json").rename(folder / "other.json")
    said = lntx_says("report", file, "-o", folder / "page", "--json")
    assert said.json["page"] == str(folder / "page" / "report.html")
    assert said.json["findings"][0]["text"].startswith("The results of 1 benchmark are not right")


def test_a_gate_from_disk_gives_the_page_of_the_gate_in_memory(folder):
    assert gate.render(files.read(folder / "gate.json"), folder / "a").page.read_bytes() == (
        gate.render(ALL, folder / "b").page.read_bytes()
    )


def test_a_gate_beside_other_results_is_refused_and_a_damaged_one_is_named(folder):
    assert "pass one gate.json" in lntx_says("report", folder, folder / "gate.json").err
    (folder / "gate.json").write_text(json.dumps({"verdict": 1}))
    said = lntx_says("report", folder)
    assert said.code == 2
    assert "gate.json" in said.err
    assert said.err.count("\n") == 1
