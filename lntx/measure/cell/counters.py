"""Counters that stand next to a time and hardly vary from run to run: operations, graphs, arithmetic, memory.

Only what means something for a cell is there: graphs where something was compiled, dispatcher operations where torch
runs eagerly, FLOPs and bytes where the steps are done one by one, peak memory where the system can tell it.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np

from lntx.host.limits import flops
from lntx.record import Cell
from lntx.training.backends.interface import Backend
from lntx.training.boundary import prepared
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_COUNTED = 2000  # steps up to which an epoch's operations are counted one by one; an epoch repeats itself anyway
_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


def arithmetic(cell: Cell) -> dict[str, float]:
    """Count what one step of the recurrence takes: b rows, d features, o outputs.

    FLOPs as `lntx.host.limits.flops` counts them. Bytes: X and Y of the batch read once, weights and bias read and written; a
    way that reads X twice, or keeps the batch in its caches, moves more or less than that.
    """
    rows, features, outputs = cell.batch_size, cell.features, cell.outputs
    item = np.dtype(cell.dtype).itemsize
    return {
        "flops_per_step": flops(rows, features, outputs),
        "bytes_per_step": float(item * (rows * (features + outputs) + 2 * (features + 1) * outputs)),
    }


def dispatched(backend: Backend, problem: Problem, recipe: Recipe, device: str) -> dict[str, float]:
    """Count the operations that torch's dispatcher sees in one epoch: those of two epochs less those of one."""
    if recipe.but(epochs=1).steps(problem.samples) > _COUNTED:
        return {}
    one, two = (_operations(prepared(backend, problem, recipe.but(epochs=n, log_every=0), device)) for n in (1, 2))
    return {"dispatched_per_epoch": float(two - one)} if two > one else {}


def _operations(run: Callable[[], Any]) -> int:
    from torch.utils._python_dispatch import TorchDispatchMode  # noqa: PLC0415  (as late as torch's other parts)

    class Counter(TorchDispatchMode):  # torch gives it no types
        operations = 0

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # nothing is compiled in here, and importing dynamo takes a process more than a second

        def __torch_dispatch__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
            self.operations += 1
            return func(*args, **(kwargs or {}))

    counter: Any = Counter()  # type: ignore[no-untyped-call]
    with counter:
        run()
    return int(counter.operations)


class Graphs:
    """What dynamo compiled since this was made: graphs, and breaks between them."""

    def __init__(self) -> None:
        self._before = _graphs()

    def counted(self) -> dict[str, float]:
        """Return the graphs and breaks; nothing where nothing was compiled."""
        made, broken = (now - then for now, then in zip(_graphs(), self._before, strict=True))
        return {"graphs": float(made), "graph_breaks": float(broken)} if made else {}


def _graphs() -> tuple[int, int]:
    dynamo = sys.modules.get("torch._dynamo.utils")  # importing it takes seconds, and nobody has compiled without it
    if dynamo is None:
        return 0, 0
    return dynamo.counters["stats"]["unique_graphs"], sum(dynamo.counters["graph_break"].values())


class Memory:
    """The largest memory since this was entered, and how much of it came on top.

    On a CUDA device it is what torch took there; else what is resident, which Linux alone can tell.
    """

    def __init__(self, device: str) -> None:
        """Watch a device's memory."""
        self._source = _Cuda(device) if device.startswith("cuda") else _Resident()

    def __enter__(self) -> Self:
        """Forget the peak so far: it would tell of an earlier cell."""
        self._start = self._source.reset()
        return self

    def __exit__(self, *_: object) -> None:
        self._peak = self._source.peak() if self._start is not None else 0

    def counted(self) -> dict[str, float]:
        """Return both in bytes; nothing where the system doesn't tell."""
        if self._start is None:
            return {}
        return {"peak_bytes": float(self._peak), "added_bytes": float(max(0, self._peak - self._start))}


class _Resident:
    """What Linux says of this process; `ru_maxrss` can't be reset."""

    def reset(self) -> int | None:
        try:
            _RESET.write_text("5", encoding="utf-8")
            return _status("VmRSS")
        except OSError:
            return None

    def peak(self) -> int:
        return _status("VmHWM")


class _Cuda:
    """What torch's allocator says of a device."""

    def __init__(self, device: str) -> None:
        import torch  # noqa: PLC0415  (as late as torch's other parts)

        self._device, self._cuda = device, torch.cuda

    def reset(self) -> int | None:
        self._cuda.synchronize(self._device)  # makes the context too, no more a backend's own than torch's import is
        self._cuda.reset_peak_memory_stats(self._device)
        return self._cuda.memory_allocated(self._device)

    def peak(self) -> int:
        return self._cuda.max_memory_allocated(self._device)


def _status(name: str) -> int:
    lines = _STATUS.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
