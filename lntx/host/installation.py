"""What is installed here, as a report of a fault needs it; nothing of it is imported."""

import platform
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import lntx

LIBRARIES = (
    "torch", "triton", "numba", "numpy", "scipy", "pandas", "safetensors", "scikit-learn", "matplotlib", "seaborn", "pytest",
    "pytest-benchmark", "msgspec", "rich", "typer",
)  # fmt: skip
"""Distributions whose versions are told."""


def described() -> dict[str, str]:
    """Describe lntx, Python, the system and the libraries: names and versions, the libraries that are missing left out."""
    from lntx.host import source  # noqa: PLC0415  (asks git, where lntx runs from its source tree)

    commit = source.commit()
    lying = f"{str(commit['id'])[:9]}{' with changes' if commit['dirty'] else ''}" if commit else ""
    found = {
        "lntx": lntx.__version__,
        "commit": lying,
        "python": f"{platform.python_implementation()} {platform.python_version()}{_kind()}",
        "platform": platform.platform(),
        "container": "yes" if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists() else "",
        **{name: _version(name) for name in LIBRARIES},
    }
    return {name: value for name, value in found.items() if value}


def _kind() -> str:
    """Say what is unusual about this build of Python; empty where nothing is."""
    odd = ["debug build"] if sysconfig.get_config_var("Py_DEBUG") else []
    odd += ["free-threaded"] if sysconfig.get_config_var("Py_GIL_DISABLED") else []
    return f" ({', '.join(odd)}, {sys.maxsize.bit_length() + 1} bits)" if odd or sys.maxsize < 2**62 else ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
