"""The compilers of this machine: what they need, and where they keep what they made, so that it needn't be made again."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lntx.host import temporary

VARIABLES = ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "NUMBA_CACHE_DIR")
"""The folder of each compiler, as a variable of the environment that is read when something is compiled."""


def lacks(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return what is missing for kernels to be compiled and launched on a GPU, as a phrase that goes on after "it needs"."""
    if not find_spec("triton"):
        return "triton, which is not installed; on Linux, pip install triton"
    if not (environment.get("CC") or _there("gcc", environment) or _there("clang", environment)):
        return "a C compiler, with which triton builds its launchers; install gcc, or name one in CC"
    headers = Path(sysconfig.get_paths()["include"])
    if not (headers / "Python.h").exists():
        return f"Python's headers, which are not in {headers}; install python3-dev, or use a Python that brings them"
    return None


def refuses(device: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Say in a sentence why torch.compile can't work for a device here, with these variables; None where it can."""
    if device.startswith("cuda"):
        lacking = lacks(environment)
        return f"for CUDA, torch.compile needs {lacking}" if lacking else None
    programs = [environment.get("CXX", ""), "c++", "g++", "clang++", "cl"]
    if any(name and _there(name, environment) for name in programs):
        return None
    return "torch.compile needs a C++ compiler for the CPU; install g++, or name one in CXX"


def _there(program: str, environment: Mapping[str, str]) -> bool:
    """Whether a program is found where PATH says."""
    return shutil.which(program, path=environment.get("PATH")) is not None


def inside(folder: Path) -> dict[str, str]:
    """Return the variables with which all compilers keep what they make inside a folder."""
    return {name: str(folder / name.lower()) for name in VARIABLES}


@contextmanager
def empty(folder: str | None) -> Iterator[None]:
    """Let compilers start from nothing, in a new folder inside this one, and go back to their usual one afterwards.

    The new folder stays as long as the process: what was loaded from it may be looked up again.
    """
    before = {name: os.environ.get(name) for name in VARIABLES}
    home = Path(folder) / "caches" if folder else None
    if home:
        home.mkdir(parents=True, exist_ok=True)
    os.environ.update(inside(temporary.lasting("cold", home)))
    loaded = set(sys.modules)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _recall_numba(set(sys.modules) - loaded)


def _recall_numba(modules: Iterable[str]) -> None:
    """Point the kernels of these modules to numba's usual cache: it looks at the environment once, when it is loaded."""
    numba: Any = sys.modules.get("numba")
    if numba is None:
        return
    from numba.core.caching import NullCache  # noqa: PLC0415  (only where somebody else has loaded it)
    from numba.core.dispatcher import Dispatcher  # noqa: PLC0415

    numba.config.reload_config()
    values: Iterator[Any] = (value for name in modules for value in list(vars(sys.modules[name]).values()))
    kernels: Iterator[Any] = (value for value in values if isinstance(value, Dispatcher))
    for kernel in kernels:
        if not isinstance(kernel._cache, NullCache):  # noqa: SLF001  (it has no other name)
            kernel.enable_caching()
