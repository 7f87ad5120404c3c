"""Pools of threads: whether libraries in one process have several that get in each other's way (as threadpoolctl tells)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 32


def look(machine: Machine) -> Iterator[Finding]:
    """Ask which pools there are once numpy, scipy and torch are loaded."""
    pools, most = machine.pools(), machine.room
    yield from _runtimes([pool for pool in pools if pool.get("user_api") == "openmp"])
    if many := [pool for pool in pools if _threads(pool) > most]:
        yield Finding(
            "warning",
            f"pools have more threads than can be at work at once, which are {most}: {_named(many)}",
            f"say how many each may have: OMP_NUM_THREADS={most} OPENBLAS_NUM_THREADS={most} MKL_NUM_THREADS={most}",
        )
    blas = [pool for pool in pools if pool.get("user_api") == "blas" and _threads(pool) > 1]
    if len(blas) > 1:
        yield Finding(
            "note",
            f"{len(blas)} libraries of linear algebra have pools of their own: {_named(blas)}",
            "in a loop of your own, keep to one of them: where both are at work in turns, the threads of one spin while those of "
            "the other work; or set OPENBLAS_NUM_THREADS=1",
        )


def _runtimes(found: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    if len(found) > 1:
        yield Finding(
            "warning",
            f"one process has {len(found)} OpenMP runtimes: {_named(found)}; threads of one spin while those of the other work",
            "install these libraries from one source, so that they share one, or keep what isn't measured out of the process",
        )


def _threads(pool: Mapping[str, Any]) -> int:
    count = pool.get("num_threads")
    return count if isinstance(count, int) else 0


def _named(pools: Sequence[Mapping[str, Any]]) -> str:
    """Name each pool by its library's file, with the package that brought it."""
    return ", ".join(f"{_library(pool)} ({_threads(pool)} threads)" for pool in pools)


def _library(pool: Mapping[str, Any]) -> str:
    name = str(pool.get("internal_api") or pool.get("prefix") or "a library")
    parts = PurePath(str(pool.get("filepath") or "")).parts
    at = next((i for i, part in enumerate(parts) if part in {"site-packages", "dist-packages"}), None)
    owner = parts[at + 1].removesuffix(".libs") if at is not None and at + 1 < len(parts) else ""
    return f"{name} of {owner}" if owner else name
