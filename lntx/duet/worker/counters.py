"""Counters that don't vary from run to run: what torch is asked to do in one call, and what its compilers made.

Each is counted twice, a third time where the two differ, and kept only if the last two agree. Compiled functions are
counted by the operations of their source, uncompiled (a dispatch mode would make torch.compile give them up for good, so
they run eagerly for that once), and by the allocations that the compiled code makes. torch is looked up, never imported
by name: a worker loads no torch that its project doesn't.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from typing import Any

from .outcome import said
from .timing import finisher, torch

Counts = dict[str, float]

_MOST = 300_000  # operations; torch's profiler keeps some hundred bytes of each
_LAUNCHES = ("cudaLaunchKernel", "cuLaunchKernel", "cudaGraphLaunch", "hipLaunchKernel", "hipGraphLaunch")


def compiled() -> Counts:
    """Tell what torch's compilers have made in this process so far."""
    counters: Any = getattr(sys.modules.get("torch._dynamo.utils"), "counters", {})
    metrics = sys.modules.get("torch._inductor.metrics")
    return {
        "graph breaks": sum(counters.get("graph_break", {}).values()),
        "compiled graphs": counters.get("stats", {}).get("unique_graphs", 0),
        "generated kernels": getattr(metrics, "generated_kernel_count", 0),
    }


def counted(work: Any, before: Counts) -> dict[str, Any]:
    """Count one call in its steady state; before is what was compiled when the test began."""
    if torch() is None:
        return {"counters": {}, "skipped": {}}
    after = compiled()
    counters: Counts = {name: value - before.get(name, 0) for name, value in after.items()}
    skipped = {name: "torch's own count was set back" for name, value in counters.items() if value < 0}
    profiled = ("allocations", "CUDA launches") if finisher() else ("allocations",)
    for names, count in ((("dispatcher operations", "FLOPs"), _dispatched), (profiled, _profiled)):
        if counters.get("dispatcher operations", 0) > _MOST:
            skipped |= dict.fromkeys(names, f"more than {_MOST} operations in one call")
            continue
        kept, left = _agreed(count, names, work)
        counters, skipped = {**counters, **kept}, {**skipped, **left}
    return {"counters": {name: value for name, value in counters.items() if name not in skipped}, "skipped": skipped}


def _agreed(count: Callable[[Any], Counts], names: tuple[str, ...], work: Any) -> tuple[Counts, dict[str, str]]:
    """Count until two counts in a row agree, three times at most; what does, and why the rest doesn't."""
    try:
        work.run(1)  # what a first call does once isn't counted
        counts = [count(work), count(work)]
        if counts[0] != counts[1]:
            counts.append(count(work))
    except Exception as error:  # noqa: BLE001  (it may not bear being watched, which is no fault of the test's)
        return {}, dict.fromkeys(names, said(error))
    kept = {name: value for name, value in counts[-1].items() if counts[-2].get(name) == value}
    varying = [name for name in counts[-1] if name not in kept]
    return kept, {name: "varies: " + ", ".join(f"{run.get(name, 0):g}" for run in counts) for name in varying}


def _dispatched(work: Any) -> Counts:
    """Count the operations that reach torch's dispatcher, and their FLOPs by torch's own formulas."""
    flops = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    operations = _counter(import_module("torch.utils._python_dispatch").TorchDispatchMode)
    with ExitStack() as stack:
        if "torch._dynamo" in sys.modules:
            stack.enter_context(torch().compiler.set_stance("force_eager"))
        work.within(flops, operations)
    return {"dispatcher operations": operations.number, "FLOPs": flops.get_total_flops()}


def _counter(mode: Any) -> Any:
    """Make a mode that counts operations and lets them pass."""

    class Counter(mode):  # type: ignore[misc]
        number = 0

        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            self.number += 1
            return function(*args, **(kwargs or {}))

    return Counter()


def _profiled(work: Any) -> Counts:
    """Count what is allocated for tensors, and where a GPU is in use, the kernels and graphs that are launched."""
    profiler = torch().profiler
    cuda = finisher() is not None
    activities = [profiler.ProfilerActivity.CPU, *([profiler.ProfilerActivity.CUDA] if cuda else [])]
    profile = profiler.profile(activities=activities, profile_memory=True, acc_events=True)
    work.within(profile)
    events = [(event.name(), event.nbytes()) for event in profile.profiler.kineto_results.events()]
    launches = {"CUDA launches": sum(name.startswith(_LAUNCHES) for name, _ in events)} if cuda else {}
    return {"allocations": sum(name == "[memory]" and size > 0 for name, size in events), **launches}
