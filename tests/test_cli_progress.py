"""Long work shows itself on a terminal, whatever its width and colours, and nowhere else."""

import io
import re
import sys

import pytest
from rich.control import strip_control_codes
from test_cli_gate_report import Terminal

from lntx.cli import progress, terminal

CODES = re.compile(r"\x1b\[([\d;?]*)([A-Za-z])")


def shown(monkeypatch, stream, **variables):
    """What a bar and a spinner write to a stream."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress.bar("backends against the reference, one after the other", 0, calm=True) as update:
        update(3, 40, "a backend with a name that is longer than most")
    with progress.working("holding it"):
        pass
    return stream.getvalue()


@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": "1"}, {"TTY_COMPATIBLE": "1"}])
def test_where_nobody_looks_nothing_is_shown_though_colours_be_forced(monkeypatch, variables):
    assert shown(monkeypatch, io.StringIO(), **variables).strip("\n") == ""
    assert not progress.watched()


def test_a_terminal_that_can_t_move_back_is_left_alone(monkeypatch):
    assert shown(monkeypatch, Terminal(), TERM="dumb").strip("\n") == ""


def test_where_nobody_looks_a_bar_says_a_line_a_minute_and_a_calm_one_none(monkeypatch):
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress.bar("cases", 0) as update, progress.bar("parts", 0, calm=True) as other:
        for done in range(9):
            now = 40.0 * done
            update(done, 100, "compiled")
            other(done, 100)
    lines = [line for line in sys.stderr.getvalue().split("\n") if line]
    assert lines == [
        "lntx: cases: compiled: 2 of 100, about 1:05:20 to go",
        "lntx: cases: compiled: 4 of 100, about 1:04:00 to go",
        "lntx: cases: compiled: 6 of 100, about 1:02:40 to go",
        "lntx: cases: compiled: 8 of 100, about 1:01:20 to go",
    ]


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
def test_a_bar_keeps_to_one_line_of_any_terminal(monkeypatch, columns):
    text = shown(monkeypatch, Terminal(), COLUMNS=str(columns))
    assert "3/40" in text
    lines = [CODES.sub("", line) for line in re.split(r"[\r\n]", text)]
    assert all(len(strip_control_codes(line).rstrip()) <= columns for line in lines)
    assert "\x1b[1A\x1b[2K\x1b[1A" not in text  # which would take back a second line


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_takes_the_colours_away(monkeypatch, variables, coloured):
    text = shown(monkeypatch, Terminal(), **variables)
    colours = [code for code, letter in CODES.findall(text) if letter == "m" and re.search(r"\b[39][0-8]\b", code)]
    assert bool(colours) == coloured


def test_sentences_break_between_words_on_a_terminal_and_nowhere_else(monkeypatch):
    words = "word " * 60
    assert terminal.prose(words.strip()) == words.strip()
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "44")
    terminal.show(terminal.prose(words.strip()))
    lines = [CODES.sub("", line) for line in sys.stdout.getvalue().splitlines()]
    assert len(lines) > 5
    assert all(set(line.split()) == {"word"} and len(line.rstrip()) <= 44 for line in lines if line.strip())
