"""How a gate came to be, for whoever reads its result: what was compared, and what was noticed on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

import lntx
from lntx.duet.compared import Compared
from lntx.duet.config import GateConfig
from lntx.result import ARMS

if TYPE_CHECKING:
    from lntx.duet.survey import Survey


LOUD = 0.1
"""The share of the processors from which on others may well have been in the way; `lntx bench` says so from the same on."""


def now() -> str:
    """The time of day, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(slots=True)
class Provenance:
    """What is told of a gate; `stopped` says why it ended before its time, empty where it didn't.

    `others` are the shares of the processors that other processes took, pair by pair. `pins` names where the arms ask for other
    versions, `entries` where for other entry points, `lacking` says what is in neither arm, `unmeasured` names files that
    benchmarks may run elsewhere, and no arm ran.
    """

    config: GateConfig
    compared: Compared
    seed: int
    lacking: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    started: str = field(default_factory=now)
    stopped: str = ""
    others: list[float] = field(default_factory=list)

    def about(self) -> dict[str, Any]:
        """Return the facts, in plain values."""
        return {
            "started": self.started,
            "ended": now(),
            "lntx": lntx.__version__,
            "threads": self.config.threads,
            "arguments": list(self.config.arguments),
            "seed": self.seed,
            "interrupted": bool(self.stopped),
            **({"part": dict(zip(("number", "of"), self.config.part, strict=True))} if self.config.partial else {}),
            **({"unmeasured": list(self.unmeasured)} if self.unmeasured else {}),
            **{arm: self.compared.about(arm) for arm in ARMS},
        }

    def notes(self, survey: "Survey") -> Iterator[str]:
        """Yield what a reader must know besides."""
        yield from self.compared.notes()
        yield from self.lacking
        if not self.config.build and self.pins:
            yield (
                f"{', '.join(self.pins)} differ; both arms ran with what is installed here, so other versions weren't "
                "measured"
            )
        if not self.config.build and self.entries:
            yield (
                f"{', '.join(self.entries)} differ; both arms ran with the entry points that are installed here, so what the "
                "others lead to wasn't measured"
            )
        yield from survey.notes()

    def ending(self) -> Iterator[str]:
        """Say what was in the way of its times, and why it ended before its time, if it did."""
        if self.others and (share := median(self.others)) > LOUD:
            yield (
                f"while times were taken, other processes took {share:.0%} of the processors (the median of the pairs): the "
                "arms take turns, so that "
                "falls on both, but it widens intervals; on a quiet machine fewer pairs decide"
            )
        if self.stopped:
            yield f"{self.stopped}; what wasn't decided by then is inconclusive"
