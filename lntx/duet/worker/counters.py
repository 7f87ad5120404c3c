"""Counters that don't vary from run to run: the peak of memory, what torch is asked to do in one call, what its compilers made.

Torch's are counted twice, a third time where the two differ, and kept only if the last two agree. Compiled functions are
counted by the operations of their source, uncompiled (a dispatch mode would make torch.compile give them up for good, so
they run eagerly for that once), and by the allocations that the compiled code makes. torch is looked up, never imported
by name: a worker loads no torch that its project doesn't.

The peak is what Python has allocated at once during a call, and what reports to it (NumPy's arrays do, torch's tensors and what
C takes from malloc don't). It is the least of three calls; where they differ by more than some bytes there is none.
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

_PEAK = "peak memory"
_CALLS, _LONGEST_NS, _LONGEST_WATCHED_NS = (
    3,
    10**9,
    5 * 10**9,
)  # being watched, code that allocates is several times as slow
_SLACK_BYTES, _SLACK = 64 * 2**10, 0.01  # what calls of the same code may differ by
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
    after = compiled()
    kept, skipped = _peaks(work)
    if torch() is None:
        return {"counters": kept, "skipped": skipped}
    counters: Counts = {**kept, **{name: value - before.get(name, 0) for name, value in after.items()}}
    skipped |= {name: "torch's own count was set back" for name, value in counters.items() if value < 0}
    profiled = ("allocations", "CUDA launches") if finisher() else ("allocations",)
    for names, count in ((("dispatcher operations", "FLOPs"), _dispatched), (profiled, _profiled)):
        if counters.get("dispatcher operations", 0) > _MOST:
            skipped |= dict.fromkeys(names, f"more than {_MOST} operations in one call")
            continue
        kept, left = _agreed(count, names, work)
        counters, skipped = {**counters, **kept}, {**skipped, **left}
    return {"counters": {name: value for name, value in counters.items() if name not in skipped}, "skipped": skipped}


def _peaks(work: Any) -> tuple[Counts, dict[str, str]]:
    """Watch the memory of some calls; the least of their peaks in bytes, or why there is none."""
    promised = 0 if work.setup else getattr(work, "promised", 0)
    if promised and promised < work.calls + _CALLS + 1:
        return {}, {_PEAK: f"its test makes {promised} calls, too few to watch some"}
    peaks: list[int] = []
    try:
        spent = work.run(1)
        if spent > _LONGEST_NS:
            return {}, {_PEAK: f"a call takes {spent / 1e9:.3g} s, too long to watch some"}
        while len(peaks) < _CALLS:
            meter = Peak()
            if work.within(meter) > _LONGEST_WATCHED_NS:
                return {}, {_PEAK: "a call takes too long while its memory is watched"}
            peaks.append(meter.number)
    except Exception as error:  # noqa: BLE001  (it may not bear being watched, which is no fault of the test's)
        return {}, {_PEAK: said(error)}
    least, most = min(peaks), max(peaks)
    if most - least > max(_SLACK_BYTES, _SLACK * least):
        return {}, {_PEAK: "varies: " + ", ".join(map(str, peaks))}
    return {_PEAK: least}, {}


class Peak:
    """Watches memory while it is entered; `number` is then how many bytes more there were at once than at its beginning."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.number = self._before = 0
        self._ours = False
        self._tracer: Any = import_module("tracemalloc")  # not everywhere, as PyPy hasn't got it

    def __enter__(self) -> None:
        """Trace, unless the project does so itself; what is there already counts for nothing."""
        self._ours = not self._tracer.is_tracing()
        if self._ours:
            self._tracer.start(1)
        else:
            self._tracer.reset_peak()
        self._before = self._tracer.get_traced_memory()[0]

    def __exit__(self, *_: object) -> None:
        """Read the peak, and leave tracing as it was."""
        if not self._tracer.is_tracing():
            raise RuntimeError("the benchmark itself stops tracemalloc")
        self.number = max(0, self._tracer.get_traced_memory()[1] - self._before)
        if self._ours:
            self._tracer.stop()


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
