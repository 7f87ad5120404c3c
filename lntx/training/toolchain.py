"""What must be at hand to compile kernels for a GPU: Triton, and what it builds its launchers with."""

import os
import shutil
import sysconfig
from importlib.util import find_spec
from pathlib import Path


def lacks() -> str | None:
    """Say what is missing for Triton's kernels to be launched on a GPU, as a phrase that goes on after "it needs"."""
    if not find_spec("triton"):
        return "triton, which is not installed; on Linux, pip install triton"
    if not (os.environ.get("CC") or shutil.which("gcc") or shutil.which("clang")):
        return "a C compiler, with which triton builds its launchers; install gcc, or name one in CC"
    headers = Path(sysconfig.get_paths()["include"])
    if not (headers / "Python.h").exists():
        return f"Python's headers, which are not in {headers}; install python3-dev, or use a Python that brings them"
    return None
