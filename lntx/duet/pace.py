"""How long the parts of a measurement take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds: a batch, the warm-up at most, all quads of a pair at most; and how many those are."""

    batch_s: float = 0.025
    warm_s: float = 2.0
    quads: int = 8
    quads_s: float = 4.0


SENTINEL = Pace(batch_s=0.01, warm_s=0.5)
"""The pace of the controls, whose work is always the same: shorter batches, as many of them."""
