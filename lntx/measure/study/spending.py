"""Where a study's minutes went: what its processes and its driver tell of their seconds, by phase, suite and backend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from time import monotonic
from typing import Any

from lntx.host.phases import COLLECTING, IMPORTING, MEANINGS, STARTING

_DISCOVERY, _ELSEWHERE = "discovery", "elsewhere"
_BEFORE = (STARTING, IMPORTING, COLLECTING)


@dataclass(slots=True)
class Spending:
    """Seconds by suite and backend (or way), and in them by phase (`lntx.host.phases`).

    What a process does before its first cell is no suite's. discovery are the seconds in which cells were counted, and limits
    probed.
    """

    discovery: float = 0.0
    processes: int = 0
    born: float = field(default_factory=monotonic)
    found: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)

    def enter(self, suite: str, backend: str, spent: object) -> None:
        """Add what a process tells of itself; what a stranger's code may have written there is left out."""
        for phase, seconds in spent.items() if isinstance(spent, Mapping) else ():
            if phase not in MEANINGS or type(seconds) not in (int, float) or not (isfinite(seconds) and seconds > 0):
                continue
            part = self.found.setdefault(("" if phase in _BEFORE else suite, backend), {})
            part[phase] = part.get(phase, 0.0) + seconds

    def plain(self) -> dict[str, Any]:
        """Return the seconds as JSON types: whole, by phase, and by phase in each suite and for each backend.

        The whole is what this driver took: less than its parts where two processes were at work at once, or where an earlier
        driver began the study. `elsewhere` is what no process tells of: between two of them, and the driver's own.
        """
        told = {phase: self._sum(phase=phase) for phase in MEANINGS}
        whole = monotonic() - self.born
        others = max(0.0, whole - self.discovery - sum(told.values()))
        phases = {_DISCOVERY: self.discovery, **told, _ELSEWHERE: others}
        suites, backends = (sorted({key[which] for key in self.found} - {""}) for which in (0, 1))
        return {
            "whole": round(whole, 1),
            "processes": self.processes,
            "phases": _rounded(phases),
            "suites": {name: _rounded({one: self._sum(0, name, one) for one in MEANINGS}) for name in suites},
            "backends": {name: _rounded({one: self._sum(1, name, one) for one in MEANINGS}) for name in backends},
        }

    def _sum(self, which: int = 0, name: str | None = None, phase: str = "") -> float:
        return sum(part.get(phase, 0.0) for key, part in self.found.items() if name in (None, key[which]))


def _rounded(parts: Mapping[str, float]) -> dict[str, float]:
    return {name: found for name, seconds in parts.items() if (found := round(seconds, 2))}
