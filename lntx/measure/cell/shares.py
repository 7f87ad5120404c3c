"""Where a step's time goes: Python, what computes, the optimizer. Told by torch's profiler, of a run that isn't timed.

A profiler makes everything slower, and short operations most. So these are shares of a run under it, never seconds.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from lntx.training.trainable import Prepared

PYTHON, KERNELS, OPTIMIZER = "share_python", "share_kernels", "share_optimizer"
"""The counters' names: parts of 1."""

_WHOLE = "lntx: the whole training"
_OPTIMIZER = ("Optimizer.step", "Optimizer.zero_grad")
Span = tuple[float, float]


def shares(run: Prepared, device: str) -> dict[str, float]:
    """Run a prepared training once under the profiler, and return the shares; nothing where it saw nothing.

    On a CUDA device, `KERNELS` is the share of time in which the device computes, also for the optimizer, and the rest is what
    the host takes: there is no share of an optimizer then.
    """
    from torch.profiler import ProfilerActivity, profile, record_function  # noqa: PLC0415  (what times needs none of it)

    cuda = device.startswith("cuda")
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if cuda else [])]
    with run.series():
        run.before()
        with profile(activities=activities, acc_events=True) as seen, record_function(_WHOLE):  # or torch 2.11 warns
            run()
    events = list(seen.events() or ())
    return _on_device(events) if cuda else _on_cpu(events)


def _on_cpu(events: Sequence[Any]) -> dict[str, float]:
    """Tell the parts of the thread that trains: under each operation that Python calls, all is that operation's."""
    around = next((event for event in events if event.name == _WHOLE), None)
    if around is None or (whole := _length([_span(around)])) <= 0:
        return {}
    ours = [event for event in events if event.thread == around.thread and event is not around]
    stepping = [_span(event) for event in ours if event.name.startswith(_OPTIMIZER)]
    called = [_span(event) for event in ours if event.cpu_parent is around]
    optimizer, both = _length(stepping) / whole, _length([*stepping, *called]) / whole
    return {OPTIMIZER: optimizer, KERNELS: both - optimizer, PYTHON: max(0.0, 1 - both)}


def _on_device(events: Sequence[Any]) -> dict[str, float]:
    """Tell how long the device computes: its kernels and copies, not the host's ranges, which the profiler repeats there."""
    ranges = {event.name for event in events if event.device_type.name == "CPU"}
    spans: dict[str, list[Span]] = {"CPU": [], "CUDA": []}
    for event in events:
        if event.device_type.name == "CPU" or event.name not in ranges:
            spans.setdefault(event.device_type.name, []).append(_span(event))
    ends = [end for part in spans.values() for span in part for end in span]
    whole = max(ends, default=0.0) - min(ends, default=0.0)
    if whole <= 0 or not spans["CUDA"]:
        return {}
    busy = _length(spans["CUDA"]) / whole
    return {KERNELS: busy, PYTHON: max(0.0, 1 - busy)}


def _span(event: Any) -> Span:
    return float(event.time_range.start), float(event.time_range.end)


def _length(spans: Iterable[Span]) -> float:
    """Add up how long any of some spans lasts, each moment once."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
