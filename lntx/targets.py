"""Targets: what was wanted of a contestant, what was measured, and whether that meets it.

They pass from measuring to reporting as records do: frozen values of plain Python types, which `lntx.storage.targets`
writes and reads. `bench/peers` measures them; reading them needs no torch, no numpy and no pandas.
"""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lntx.constraints import SPARSE, Number

Sense = Literal["at least", "at most"]
Unit = Literal["times", "s", "share"]
Verdict = Literal["met", "missed", "not measured", "shown"]

SCHEMA = 1
"""Version of the file of targets; raised when a reader of the old one would be misled."""


@dataclass(frozen=True, slots=True)
class Target:
    """One figure to beat.

    `key` is the target's name ("T4"), `task` what is done, with its sizes, `measure` what is compared, in words ("as fast
    as jax"). Contestant and peer are named with their work class where it isn't steps. `wanted` and `values` are in
    `unit`: times, seconds, or a share of 1. `values` has one for each round, in which all contestants took their turn:
    a ratio is that of one round, so that what disturbs the machine for longer than a round cancels out. `scaled` says
    which times were multiplied up, `limit` what was measured of the machine beside it, `reason` why there is no value,
    `tried` what was done to meet one that is missed. One that is no target any more, and only shown, has None as `wanted`.
    """

    key: str
    task: str
    contestant: str
    measure: str
    unit: Unit
    sense: Sense
    wanted: Number | None
    values: tuple[Number, ...] = ()
    scaled: str = ""
    limit: str = ""
    reason: str = ""
    tried: str = field(default="", metadata=SPARSE)

    @property
    def median(self) -> float | None:
        """The median over the rounds; None where there is none."""
        return statistics.median(self.values) if self.values else None

    @property
    def quartiles(self) -> tuple[float, float] | None:
        """The first and third quartile of the rounds: their spread, not how far a second run would differ."""
        if not self.values:
            return None
        low, _, high = (
            statistics.quantiles(self.values, method="inclusive") if len(self.values) > 1 else self.values * 3
        )
        return low, high

    @property
    def verdict(self) -> Verdict:
        """Whether the median meets what is wanted."""
        if self.median is None:
            return "not measured"
        if self.wanted is None:
            return "shown"
        met = self.median >= self.wanted if self.sense == "at least" else self.median <= self.wanted
        return "met" if met else "missed"


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """The targets of one session on one machine; `machine` and `about` are those of its study."""

    targets: tuple[Target, ...]
    machine: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    def count(self, verdict: Verdict) -> int:
        """Count the targets of a verdict."""
        return sum(target.verdict == verdict for target in self.targets)
