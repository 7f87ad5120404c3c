"""Networks drawn at random, each honest way of which must be believed, and planted faults, each of which must be found."""

from collections.abc import Sequence
from dataclasses import dataclass

from lntx_redteam.networks import faults, honest, overhead


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of the networks, and of the faults."""

    honest: tuple[honest.Result, ...]
    planted: tuple[faults.Planted, ...]
    added_s: float = 0.0

    @property
    def failures(self) -> list[str]:
        """Name what was rejected though honest, and what was missed."""
        bad = [f"{r.way} ({r.kind}, {r.optimizer}, seed {r.seed})" for r in self.honest if r.outcome == "rejected"]
        return bad + [
            f"{p.fault} ({p.architecture}, {p.optimizer})" for p in self.planted if p.found == (p.fault == "right")
        ]


def run(number: int, seed: int) -> Counted:
    """Verify honest ways of that many networks, and plant every fault."""
    return Counted(honest.run(number, seed), faults.run(), overhead.added_s())


def table(counted: Counted) -> list[str]:
    """Give both tables as lines of Markdown."""
    some: Sequence[honest.Result] = counted.honest
    networks = len({result.seed for result in some})
    return [
        f"Honest ways of {networks} networks drawn at random, held for {honest.STEPS} steps:",
        "",
        *honest.table(some),
        "",
        "Planted faults, and by how many tolerances each is beyond; more than 1 is found:",
        "",
        *faults.table(counted.planted),
        "",
        f"A step costs {max(0.01, 1e6 * counted.added_s):.2f} us more at most in lntx than in the bare loop.",
    ]
