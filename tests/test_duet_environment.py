"""What arms, builds and surveys see of the user's environment, and what a build leaves behind."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.repositories import commit, contents, git, repository

from lntx.duet import environment, process
from lntx.duet.config import GateConfig
from lntx.duet.environment import Environment
from lntx.duet.git import git as ask
from lntx.duet.process import WorkerLost, WorkerProcess
from lntx.duet.workspace import Workspace
from lntx.errors import InputError
from lntx.host import descendants
from lntx.host.variables import passed_on
from lntx.result import ARMS

HOOKED = {
    "GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_PREFIX": "", "GIT_EXEC_PATH": "/usr/lib/git-core", "GIT_EDITOR": ":",
    "GIT_AUTHOR_NAME": "User", "GIT_AUTHOR_DATE": "@1700000000 +0000", "GIT_REFLOG_ACTION": "commit",
    "GIT_CONFIG_PARAMETERS": "'core.worktree'='/nowhere'", "GIT_QUARANTINE_PATH": "/nowhere", "GIT_NAMESPACE": "another",
    "GIT_SOMETHING_NEW": "1",
}  # fmt: skip


@pytest.fixture
def ready(tmp_path):
    """An environment whose arms are empty folders."""
    config = GateConfig(tmp_path / "repo", "HEAD")
    space = Workspace(tmp_path, {arm: tmp_path / arm for arm in ARMS})
    for arm in ARMS:
        (tmp_path / arm).mkdir()
    return Environment(config, tmp_path / "repo", space, dict.fromkeys(ARMS, sys.executable), built=False)


def test_workers_see_nothing_of_git_s_nor_where_the_user_was(ready, tmp_path, monkeypatch):
    for name, value in {**HOOKED, "PWD": "/users/own", "OLDPWD": "/users/other", "MINE": "kept"}.items():
        monkeypatch.setenv(name, value)
    found = ready.variables("head", 7)
    assert not [name for name in found if name.startswith("GIT_")]
    assert (found["PWD"], found["MINE"]) == (str(tmp_path / "head"), "kept")
    assert "OLDPWD" not in found
    assert found[descendants.VARIABLE] == str(tmp_path)


OWN = {*HOOKED, "GIT_", "GIT_A\nB", "COV_CORE_SOURCE", "COV_CORE_DATAFILE", "COVERAGE_PROCESS_START", "PYTHONINSPECT"}
OTHERS = {"GIT", "GITHUB_TOKEN", "LC_ALL", "MY_GIT_DIR", "COVERAGE_FILE", "COV", "PYTHONINSPECTION", "PYTHONPATH"}


@given(st.dictionaries(st.sampled_from(sorted(OWN | OTHERS)), st.text()))
def test_what_is_meant_for_this_process_alone_is_left_out_and_nothing_else(variables):
    assert passed_on(variables) == {name: value for name, value in variables.items() if name not in OWN}


def test_an_arm_with_an_environment_of_its_own_is_inside_that_and_nowhere_else(ready, tmp_path, monkeypatch):
    for name, value in {
        "PYTHONPATH": "/users",
        "PYTHONHOME": "/users",
        "VIRTUAL_ENV": "/users",
        "PATH": "/bin",
    }.items():
        monkeypatch.setenv(name, value)
    pythons = {arm: str(tmp_path / f"env-{arm}/bin/python") for arm in ARMS}
    for arm in ARMS:
        found = replace(ready, pythons=pythons, built=True).variables(arm, 7)
        assert found["VIRTUAL_ENV"] == str(tmp_path / f"env-{arm}")
        assert found["PATH"] == f"{tmp_path}/env-{arm}/bin:/bin"
        assert found["PYTHONPATH"] == str(ready.space.plugin)
        assert "PYTHONHOME" not in found
    plain = ready.variables("base", 7)
    assert plain["PYTHONPATH"].endswith(":/users")
    assert (plain["VIRTUAL_ENV"], plain["PATH"]) == ("/users", "/bin")
    monkeypatch.delenv("PATH")
    assert environment.entered(tmp_path)["PATH"] == str(tmp_path)  # and not the folder that it works in


def test_whatever_git_s_variables_name_the_gate_asks_about_the_repository_that_it_is_in(tmp_path, monkeypatch):
    repo, other = (repository(tmp_path / name, {"code.py": f"{name} = 1\n"}) for name in ("repo", "other"))
    commit(other, {"more.py": ""})
    known = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True).stdout
    before = contents(other), contents(repo), git(repo, "rev-parse", "HEAD")
    for name in (*known.split(), *HOOKED):
        monkeypatch.setenv(name, "core.bare" if name == "GIT_CONFIG" else str(other / ".git"))
    monkeypatch.delenv("GIT_CONFIG_COUNT")  # which is the user's own, for all of git
    monkeypatch.delenv("GIT_EXEC_PATH")
    for words in (("rev-parse", "HEAD"), ("ls-files",), ("status", "--porcelain")):
        assert ask(repo, *words).code == 0
    assert ask(repo, "rev-parse", "HEAD").line == before[2]
    assert ask(repo, "ls-files").line == "code.py"
    for name in (*known.split(), *HOOKED):
        monkeypatch.delenv(name, raising=False)
    assert (contents(other), contents(repo)) == before[:2]


def test_settings_that_the_environment_gives_still_count(tmp_path, monkeypatch):
    for name, value in {"COUNT": "1", "KEY_0": "a.b", "VALUE_0": "given"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert ask(repository(tmp_path / "repo", {"a.txt": ""}), "config", "a.b").line == "given"


def built(ready, command, log="build.log"):
    environment._run(["/bin/sh", "-c", command], ready.space.folder, dict(os.environ), ready.space.folder / log, "base")


def test_a_build_that_leaves_a_server_holds_up_nobody_and_its_session_ends_with_it(ready, tmp_path):
    began = time.monotonic()
    built(ready, f"sleep 600 & echo $! > {tmp_path}/number; echo done")
    assert time.monotonic() - began < 60
    number = int((tmp_path / "number").read_text())
    while Path(f"/proc/{number}/cmdline").exists() and Path(f"/proc/{number}/cmdline").read_bytes():
        assert time.monotonic() - began < 60


def test_a_build_sees_no_input_and_says_why_it_fails_in_any_encoding(ready):
    with pytest.raises(InputError, match=r"building base failed \(.*\): na.ve: 1 line") as caught:
        built(ready, r"echo first; printf 'na\377ve: %s line\n\n' $(cat | wc -c | sed s/0/1/); exit 3")
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="it says nothing"):
        built(ready, "exit 1")


def test_what_failed_is_found_though_it_was_coloured(ready, tmp_path):
    with pytest.raises(InputError, match=r"building base failed \(.*\): ERROR: no such package$"):
        built(ready, r"printf '\033[31mERROR: no such package\033[0m\n\033[0m\n'; exit 1")
    (tmp_path / "log").write_text("\x1b[31m\x1b[1mE   ImportError: no module\x1b[0m\n\x1b[31m1 error\x1b[0m in 0.1 s\n")
    worker = WorkerProcess("head", None, -1, -1, tmp_path / "log", 1.0)
    assert worker.last_error_line() == "E   ImportError: no module"


def test_a_build_that_takes_too_long_is_ended_with_all_that_it_started(ready, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "_BUILD_LIMIT_S", 0.3)
    with pytest.raises(InputError, match=r"took longer than 0\.3 s"):
        built(ready, f"sleep 600 & echo $! > {tmp_path}/number; sleep 600")
    number, until = int((tmp_path / "number").read_text()), time.monotonic() + 60
    while Path(f"/proc/{number}/cmdline").exists() and Path(f"/proc/{number}/cmdline").read_bytes():
        assert time.monotonic() < until


def test_a_build_that_cannot_even_be_started_is_one_line(tmp_path):
    with pytest.raises(InputError, match="building base failed: /no/python can't be run: No such file or directory"):
        environment._run(["/no/python"], tmp_path, {}, tmp_path / "log", "base")


@pytest.mark.parametrize("at", [1, 2])
def test_a_worker_for_which_there_are_no_more_files_is_lost_and_leaves_none_open(tmp_path, monkeypatch, at):
    calls, opened = [], []

    def pipe():
        calls.append(1)
        if len(calls) == at:
            raise OSError(24, "Too many open files")
        opened.extend(os.pipe())
        return tuple(opened[-2:])

    monkeypatch.setattr(process, "os", SimpleNamespace(**{**vars(os), "pipe": pipe}))
    with pytest.raises(WorkerLost, match="the worker of base can't be started: Too many open files"):
        WorkerProcess.start("base", [sys.executable], tmp_path, {}, tmp_path / "log", 1.0)
    for descriptor in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


def test_a_worker_whose_log_cannot_be_written_is_lost(tmp_path):
    with pytest.raises(WorkerLost, match="can't be started: No such file or directory"):
        WorkerProcess.start("head", [sys.executable], tmp_path, {}, tmp_path / "gone/log", 1.0)
