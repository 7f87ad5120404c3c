"""What one pair of workers gave."""

from dataclasses import dataclass, field

from lntx.duet.endings import Doubt
from lntx.result import Pair


@dataclass(slots=True)
class Swept:
    """What one pair of workers gave: a Pair for each benchmark and control, failures in words, and seconds for each.

    `left` says why a benchmark can't be timed after all, `doubts` what a third look must tell. `begun` says that the workers were
    there.
    """

    pairs: dict[str, Pair] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    begun: bool = False
