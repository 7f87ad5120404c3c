"""The machine's fingerprint: what two studies must share before their times may be compared.

Flat, plain values; never the clock speed of the moment, which says more about the moment than about the machine. torch is
asked where somebody has loaded it, and loaded for nobody: the gate of a project without torch needs none.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from lntx.host import lifetime, threads

_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def fingerprint() -> dict[str, Any]:
    """Describe this machine and the libraries that do the work. Sizes are in bytes."""
    return dict(_described("torch" in sys.modules))


@lru_cache(maxsize=2)
def _described(_with_torch: bool) -> dict[str, Any]:
    import cpuinfo  # noqa: PLC0415  (takes a second; asked for once)

    cpu = cpuinfo.get_cpu_info()
    return {
        "cpu": cpu.get("brand_raw") or platform.processor() or "unknown",
        "architecture": platform.machine(),
        "cores": psutil.cpu_count(logical=False) or 0,
        "logical_cores": os.cpu_count() or 0,
        "threads": threads.physical(),
        "threads_pinned": "to cores of their own" if threads.pins() else "no",
        "l1_data_cache_bytes": _cache(1) or _size(cpu.get("l1_data_cache_size")),
        "l2_cache_bytes": _cache(2) or _size(cpu.get("l2_cache_size")),
        "l3_cache_bytes": _cache(3) or _size(cpu.get("l3_cache_size")),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        **_libraries(),
        **_gpu(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "os": f"{platform.system()} {platform.release()}",
    }


def machine_info() -> dict[str, Any]:
    """Add the fingerprint to what pytest-benchmark says of the machine, less its name and its clock of the moment."""
    from pytest_benchmark import plugin  # noqa: PLC0415

    describe: Callable[[], dict[str, Any]] = plugin.pytest_benchmark_generate_machine_info
    info = {key: value for key, value in describe().items() if key != "node"}
    info["cpu"] = {key: value for key, value in info["cpu"].items() if not key.startswith("hz_")}
    return {**info, "lntx": fingerprint()}


def _libraries() -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415
    from threadpoolctl import threadpool_info  # noqa: PLC0415

    pools = {f"{pool['internal_api']} {pool['version'] or ''}".strip() for pool in threadpool_info()}
    return {
        **_torch(),
        "numpy": np.__version__,
        "pools": ", ".join(sorted(pools)),
        "triton": _version("triton"),
        "numba": _version("numba"),
    }


def _torch() -> dict[str, Any]:
    """Return the version of torch that is installed, and how it was built and what it can do, where it is loaded."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return {"torch": _version("torch")}
    return {
        "torch": torch.__version__,
        "torch_blas": "MKL" if torch._C.has_mkl else "OpenBLAS or other",  # noqa: SLF001  (what torch.backends.mkl asks)
        "torch_instructions": torch.backends.cpu.get_cpu_capability(),
    }


def _gpu() -> dict[str, Any]:
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return {"gpu": ", ".join(dict.fromkeys(_asked("name"))) or None, "gpu_driver": _driver()}
    if not torch.cuda.is_available():
        return {"gpu": None, "gpu_driver": None, "cuda": torch.version.cuda}
    names = dict.fromkeys(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
    return {"gpu": ", ".join(names), "gpu_driver": _driver(), "cuda": torch.version.cuda}


def _driver() -> str | None:
    return next(iter(_asked("driver_version")), None)


def _asked(what: str) -> list[str]:
    """Ask the driver's own tool for a fact about each GPU; empty where there is none."""
    command = ["nvidia-smi", f"--query-gpu={what}", "--format=csv,noheader"]
    try:
        answer = lifetime.run(command, limit_s=20, text=True)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return []
    return [] if answer.returncode else [line.strip() for line in answer.stdout.splitlines() if line.strip()]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cache(level: int) -> int | None:
    """Ask Linux for the size of the first core's data cache of a level."""
    for cache in sorted(_CACHES.glob("index*")):
        try:
            if (cache / "level").read_text().strip() != str(level) or (
                cache / "type"
            ).read_text().strip() == "Instruction":
                continue
            return int((cache / "size").read_text().strip().removesuffix("K")) * 1024
        except (OSError, ValueError):
            continue
    return None


def _size(value: Any) -> int | None:
    """Read a cache's size; py-cpuinfo gives bytes, or a text such as "32 MiB"."""
    if isinstance(value, int):
        return value
    number, _, unit = str(value or "").partition(" ")
    powers = {"": 0, "B": 0, "KiB": 1, "KB": 1, "MiB": 2, "MB": 2, "GiB": 3}
    try:
        return int(float(number) * 1024 ** powers[unit])
    except (ValueError, KeyError):
        return None
