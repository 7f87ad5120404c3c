"""Whole gates in somebody's repository: one at a time, inside a hook, with a suite that runs git and leaves daemons."""

import os
import shlex
import signal
import subprocess
import sys
import time

import psutil
import pytest
from support.repositories import commit, contents, git, repository

from lntx.host import descendants, locks

pytestmark = pytest.mark.end_to_end

CODE = "def total(n):\n    found = 0\n    for i in range(n):\n        found += i\n    return found\n"
SUITE = """
import os
import subprocess
import sys

from subject import total

DAEMON = "import os, time\\nif os.fork(): os._exit(0)\\nos.setsid()\\nif os.fork(): os._exit(0)\\ntime.sleep(600)"


def git(*words):
    own = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    subprocess.run(["git", *own, *words], check=True, stdout=subprocess.DEVNULL)


def test_total(benchmark):
    assert benchmark(total, 500) == 124750


def test_git(benchmark, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q", ".")
    (tmp_path / "new.txt").write_text("new")
    git("add", "-A")
    git("commit", "-qm", "a benchmark's own")
    subprocess.run([sys.executable, "-c", DAEMON], check=True)
    benchmark(int)
"""


@pytest.fixture
def repo(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return repository(tmp_path / "repo", {"subject.py": CODE, "bench/test_it.py": SUITE}, {"README.md": "Two.\n"})


def command(out, *options):
    return [sys.executable, "-P", "-m", "lntx", "gate", "HEAD~1", "HEAD", "--report-timing", "--allow-inconclusive",
            "--pairs", "4", "-o", str(out), *options, "--", "bench", "-p", "no:randomly", "-p", "no:cacheprovider"]  # fmt: skip


def variables(tmp_path, place):
    left = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTEST_"))}
    own = {"TMPDIR": str(tmp_path / place), locks.VARIABLE: str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    return left | own


def left_running(tmp_path):
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get(descendants.VARIABLE, "").startswith(str(tmp_path)):
                found.append(one.cmdline())
        except (psutil.Error, OSError):
            continue
    return found


def test_of_two_gates_on_a_machine_the_second_says_who_runs_and_the_first_is_not_disturbed(repo, tmp_path):
    commit(repo, {"subject.py": CODE.replace("found += i", "found += i + 0")})  # so that it takes a while
    first = subprocess.Popen(
        command(tmp_path / "out"), cwd=repo, env=variables(tmp_path, "one"), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seen = ""
    while "survey" not in seen:
        line = first.stderr.readline()
        assert line, seen
        seen += line
    for out, words in (("other", "measures on this machine already"), ("out", "writes to")):
        second = subprocess.run(
            command(tmp_path / out),
            cwd=repo,
            env=variables(tmp_path, "two"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (second.returncode, second.stdout) == (2, "")
        last = second.stderr.splitlines()[-1]
        assert f"lntx gate (process {first.pid}, in {repo if out == 'other' else tmp_path / 'out'}, since" in last
        assert words in last
    assert not (tmp_path / "other").exists()
    _, said = first.communicate(timeout=300)
    assert first.returncode == 0, said
    assert (tmp_path / "out/gate.json").is_file()
    assert not list((tmp_path / "one").glob("lntx-*"))
    assert not list((tmp_path / "two").glob("lntx-*"))
    assert not left_running(tmp_path)


def test_inside_a_hook_of_git_s_a_benchmark_s_own_git_reaches_nothing_of_the_user_s(repo, tmp_path):
    gate = shlex.join(command(tmp_path / "out"))
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\n[ -z "$GATED" ] || {gate} > {tmp_path}/said 2>&1; echo $? > {tmp_path}/code; exit 1\n')
    hook.chmod(0o755)
    git(repo, "commit", "--allow-empty", "-m", "never", check=False, env=variables(tmp_path, "one"))
    before = contents(repo)
    git(repo, "commit", "--allow-empty", "-m", "never", check=False, env={**variables(tmp_path, "one"), "GATED": "1"})
    assert (tmp_path / "code").read_text() == "0\n", (tmp_path / "said").read_text()
    assert contents(repo) == before
    assert not left_running(tmp_path)


def test_what_a_killed_gate_s_benchmarks_left_is_ended_by_the_next(repo, tmp_path):
    process = subprocess.Popen(
        command(tmp_path / "out"), cwd=repo, env=variables(tmp_path, "one"), stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 120
    while len([one for one in left_running(tmp_path) if "time.sleep(600)" in " ".join(one)]) < 1:
        assert process.poll() is None
        assert time.monotonic() < until
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert list((tmp_path / "one").glob("lntx-gate-*"))
    assert left_running(tmp_path)
    done = subprocess.run(
        command(tmp_path / "out"), cwd=repo, env=variables(tmp_path, "one"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not left_running(tmp_path)
    assert not list((tmp_path / "one").glob("lntx-*"))
    assert not (tmp_path / "out" / locks.NAME).exists()


def test_ten_files_are_too_few_and_that_is_one_line(repo, tmp_path):
    shell = f"ulimit -n 10; exec {shlex.join(command(tmp_path / 'out'))}"
    done = subprocess.run(
        ["/bin/sh", "-c", shell], cwd=repo, env=variables(tmp_path, "one"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("lntx: ")
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "one").glob("lntx-*"))
