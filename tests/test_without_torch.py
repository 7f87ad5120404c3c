"""The gate, compare and report are for any project: they run where torch can't be imported, nor what training alone needs."""

import json
import os
import subprocess
import sys

import pytest
from support.repositories import commit, repository

BLOCKED = ("torch", "numba", "safetensors", "triton", "sklearn")
SITE = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ImportError(name + " can't be imported here")

sys.meta_path.insert(0, Blocked())
"""
CODE = "def total(n):\n    return sum(range(n))\n"
SUITE = "import subject\n\ndef test_total(benchmark):\n    assert benchmark(subject.total, 10) == 45\n"


@pytest.fixture
def said(tmp_path):
    """Run a command of lntx's in a process that can't import them; its exit code and what stands on stdout."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE)

    def run(*arguments, folder=tmp_path):
        paths = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        env = {**os.environ, "PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
        command = [sys.executable, "-m", "lntx", *map(str, arguments)]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def stored(tmp_path):
    """Write a file as pytest-benchmark does."""

    def write(name, factor=1.0):
        rounds = [factor * seconds for seconds in (1.0, 1.01, 1.02, 1.05, 1.3)]
        path = tmp_path / name
        path.write_text(json.dumps({"benchmarks": [{"fullname": "test_a.py::test_a", "stats": {"data": rounds}}]}))
        return path

    return write


def test_they_can_be_blocked(said):
    assert said("train").returncode != 0


def test_compare(said, stored):
    done = said("compare", stored("base.json"), stored("head.json", 1.5))
    assert done.returncode == 10, done.stderr


def test_report(said, stored, tmp_path):
    done = said("report", stored("base.json"), stored("head.json", 1.5), "--out", tmp_path / "page")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page" / "report.html").is_file()


def test_gate(said, tmp_path):
    repo = repository(tmp_path / "repo", {"subject.py": CODE, "bench/test_subject.py": SUITE})
    commit(repo, {"subject.py": CODE.replace("range(n)", "range(n + 0)")})
    done = said("gate", "HEAD~1", "--pairs", 4, "--report-timing", "--json", "--", "bench", folder=repo)
    assert done.returncode in {0, 13}, done.stderr
    assert [one["pairs"] for one in json.loads(done.stdout)["benchmarks"]] == [4]
    assert "can't be imported" not in done.stderr
