"""What the user's code does to its process is never taken for a verdict."""

import subprocess
import sys

import pytest

CHILD = """
import os
from lntx.errors import LntxError
from lntx.host import exit_code

exit_code.keep()
if (child := os.fork()) == 0:
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
try:
    os._exit(0)
except LntxError as error:
    print(error)
"""
BACKEND = """
import os
{at_import}
WORK, DEVICES = "steps", ("cpu",)
def refuses(*_): return None
def prepare(*_): return lambda: os._exit(0)
"""


def run(*command, cwd=None):
    return subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, cwd=cwd)


def test_this_process_goes_on_and_its_children_end_as_they_ask():
    done = run("-c", CHILD)
    assert (done.returncode, done.stdout) == (0, "os._exit(0) would have ended lntx before it was done\n"), done.stderr


@pytest.mark.parametrize(("at_import", "command"), [("os._exit(0)", "verify"), ("", "train")])
def test_code_that_ends_the_process_is_no_success(tmp_path, at_import, command):
    (tmp_path / "leaves.py").write_text(BACKEND.format(at_import=at_import))
    done = run("-m", "lntx", command, "--backend", "leaves.py", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "os._exit(0) would have ended lntx" in done.stderr


def test_no_exit_code_is_changed_at_the_end(tmp_path):
    (tmp_path / "late.py").write_text("import atexit, os\natexit.register(lambda: os._exit(0))\n")
    done = run("-m", "lntx", "train", "--backend", "late.py", cwd=tmp_path)  # which holds no backend
    assert done.returncode == 2
