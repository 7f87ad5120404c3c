"""The suites as an ordinary pytest-benchmark run, without the driver."""

import os
import re
import subprocess
import sys

import pytest

from lntx import storage
from lntx.measure import suites
from lntx.training.backends import backends, runnable

BENCH = suites.own_folder()


def run(tmp_path, *options):
    source = str(BENCH.parent)
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}  # xdist's among them
    env = {**own, "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)


def test_a_plain_run_writes_a_file_that_storage_reads(tmp_path):
    path = tmp_path / "plain.json"
    files = [str(BENCH / f"test_{name}.py") for name in ("first_call", "predict", "table")]
    done = run(tmp_path, *files, "--lntx-backend=numpy", f"--benchmark-json={path}")
    assert done.returncode == 0, done.stdout + done.stderr
    study = storage.read(path)
    assert {record.cell.suite for record in study.records} == {"first_call", "predict", "table"}
    assert all(record.agreement.ok and record.cell.backend == "numpy" for record in study.records)
    assert study.machine["lntx"]["threads"] >= 1
    assert study.about["profile"] == "smoke"


def test_without_timing_the_suites_still_prove_the_weights(tmp_path):
    done = run(tmp_path, str(BENCH / "test_predict.py"), "--lntx-backend=numpy", "--benchmark-disable")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_whole_folder_is_collected_without_the_packages_inside(tmp_path):
    done = run(tmp_path, str(BENCH), "--collect-only", "-q", "--lntx-backend=manual")
    assert done.returncode == 0, done.stdout + done.stderr
    suites = {line.partition("::")[0].rpartition("/")[2] for line in done.stdout.splitlines() if "::" in line}
    large = {"test_attention.py", "test_convolution.py"}  # the smoke profile has no point of these
    assert suites == {path.name for path in BENCH.glob("test_*.py")} - large


def test_every_available_backend_is_collected_and_no_other(tmp_path):
    done = run(tmp_path, str(BENCH / "test_tutorial.py"), "--collect-only", "-q")
    found = re.findall(r"test_tutorial\[(.+)-cpu\]", done.stdout)
    assert sorted(found) == sorted(name for name, _ in runnable((), ("cpu",)))


@pytest.mark.parametrize("option", ["--lntx-backend=numpi", "--lntx-profile=hughe", "--lntx-device=tpu"])
def test_a_wrong_option_is_a_usage_error_in_a_line(tmp_path, option):
    done = run(tmp_path, str(BENCH), option)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert option.partition("=")[2] in done.stderr


@pytest.mark.parametrize("path", sorted(BENCH.glob("test_*.py")), ids=lambda path: path.stem)
def test_a_suite_asks_one_question_and_names_no_backend(path):
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0].endswith("?"), "a suite's first line is its question"
    assert len(text.splitlines()) <= (60 if "lntx.Loop(" in text else 40)  # a loop is all that a training is
    assert not [name for name in backends() if f'"{name}"' in text]
