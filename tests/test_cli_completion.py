"""Shells complete lntx's commands and options, and get their script, by typer's own means."""

import pytest
from support.commandline import lntx_says


def completed(monkeypatch, words, shell="bash"):
    monkeypatch.setenv("_LNTX_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", words)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    said = lntx_says()
    assert (said.code, said.err) == (0, "")
    return said.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_are_completed(monkeypatch, shell):
    assert "doctor" in completed(monkeypatch, "lntx do", shell)


def test_options_are_completed(monkeypatch):
    assert "--momentum" in completed(monkeypatch, "lntx train --mo")


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o"), ("zsh", "#compdef lntx"), ("fish", "complete --command lntx")]
)
def test_a_shell_s_script_is_shown(monkeypatch, shell, word):
    monkeypatch.setattr("typer.completion._get_shell_name", lambda: shell)
    said = lntx_says("--show-completion")
    assert (said.code, said.err) == (0, "")
    assert word in said.out


def test_a_shell_that_typer_doesn_t_know_is_no_crash(monkeypatch):
    monkeypatch.setattr("typer.completion._get_shell_name", lambda: "tcsh")
    assert lntx_says("--show-completion").code == 2
