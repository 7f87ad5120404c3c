"""Counters, base to head: which rose, and which rose because something was switched on that was off before.

All are exact but the peak of memory, which differs by some bytes between processes of the same code.
"""

from collections.abc import Mapping, Sequence

from lntx.judge.quantities import said_size
from lntx.result import Count

PEAK = "peak memory"
"""The most that Python and what reports to it had allocated at once during a call, in bytes."""
TOLD = "told, and not held against it"
_SLACK_BYTES, _SLACK = 64 * 2**10, 0.01
_FEATURES: Mapping[str, frozenset[str]] = {
    "compiled graphs": frozenset({"compiled graphs", "graph breaks", "generated kernels"}),
    "dispatcher operations": frozenset({"dispatcher operations", "FLOPs", "allocations"}),
    "CUDA launches": frozenset({"CUDA launches"}),
}
"""What shows that something is in use at all (torch's compiler, torch, a GPU), and the counters that come with it."""


def exceeds(name: str, value: float, most: float) -> bool:
    """Return whether a counter's value is more than another; of memory, by more than processes of equal code differ by."""
    return value > most + (max(_SLACK_BYTES, _SLACK * most) if name == PEAK else 0)


def rose(count: Count) -> bool:
    """Return whether a counter rose in head."""
    return exceeds(count.name, count.head, count.base)


def switched_on(counts: Sequence[Count]) -> frozenset[str]:
    """Name the counters that rose from 0 with a feature that base doesn't use at all, and head does.

    They tell that it is in use now, not that more is done: whether that was worth it, only time can tell.
    """
    known = {count.name: count for count in counts}
    on = [which for which in _FEATURES if which in known and known[which].base == 0 < known[which].head]
    return frozenset(
        name for which in on for name in _FEATURES[which] if name in known and known[name].base == 0 < known[name].head
    )


def said(count: Count) -> str:
    """Say in words that a counter rose."""
    return f"{count.name} rose from {number(count.name, count.base)} to {number(count.name, count.head)}"


def number(name: str, value: float) -> str:
    """Write a counter's value."""
    return said_size(value) if name == PEAK else f"{value:g}"
