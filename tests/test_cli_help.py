import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from support.commandline import lntx_says

import lntx

COMMANDS = ["train", "predict", "backends", "verify", "bench", "new", "report", "compare", "gate", "doctor", "schema"]
HEAVY = {"torch", "numpy", "pandas", "matplotlib", "scipy", "safetensors"}


def loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('LOADED', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    said = lntx_says(command, "--help")
    assert said.code == 0
    assert f"Example: lntx {command}" in said.out
    assert said.err == ""


def test_the_help_of_all_names_every_command():
    for arguments in (("--help",), ()):
        said = lntx_says(*arguments)
        assert said.code == 0
        assert all(command in said.out for command in COMMANDS)


@pytest.mark.parametrize("arguments", [(), *[(command,) for command in COMMANDS]])
def test_no_flag_is_said_to_take_a_value(arguments):
    said = lntx_says(*arguments, "--help").out
    assert "--help" in said
    assert "bool" not in said


def test_the_version_is_printed_with_what_a_report_of_a_fault_needs():
    first, *rest = lntx_says("--version").out.splitlines()
    assert first == f"lntx {lntx.__version__}"
    told = dict(line.split(" ", 1) for line in rest)
    assert told["python"].endswith(platform.python_version())
    assert told["numpy"] == version("numpy")
    assert {"platform", "pytest-benchmark"} <= told.keys()
    assert "None" not in told.values()


def test_importing_lntx_loads_no_framework():
    assert not HEAVY & loaded_by("import lntx")


def test_the_version_loads_no_framework():
    assert not HEAVY & loaded_by("import lntx.cli; lntx.cli.run(['--version'])")


def test_help_loads_no_framework():
    assert not HEAVY & loaded_by("import lntx.cli; lntx.cli.run(['--help']); lntx.cli.run(['train', '--help'])")
