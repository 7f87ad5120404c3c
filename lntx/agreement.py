"""How well weights agree with a reference: checkpoint by checkpoint, and, of a loop, tensor by tensor. Plain values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from lntx import escaping, notebook
from lntx.constraints import SPARSE, Number, PositiveInt, Unbounded


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The error after some epochs, against the tolerance derived for that many; both relative, without unit.

    `epoch` is a fraction where less than an epoch was checked: the first samples alone, for one epoch. `loss` is the mean
    squared error over all samples there, in the units that were trained on, None where it wasn't asked for.
    """

    epoch: Number
    error: Unbounded
    tolerance: Unbounded
    loss: Unbounded | None = None

    @property
    def ok(self) -> bool:
        """Whether the error is a number within the tolerance, which must be finite to say anything."""
        return 0 <= self.error <= self.tolerance < math.inf  # False for NaN

    @property
    def share(self) -> float:
        """How much of the tolerance is used up, as a fraction; infinite where that is no number."""
        share = self.error / self.tolerance if 0 < self.tolerance < math.inf else math.inf
        return math.inf if math.isnan(share) else share


@dataclass(frozen=True, slots=True)
class TensorAgreement:
    """How well one tensor of a model agrees, at the checkpoint where it comes nearest to its tolerance, or furthest beyond.

    `error` and `tolerance` are relative to how far the tensor moved in `steps` steps. `proved` is false for one that rounding
    alone moves about as far: its tolerance says nothing then.
    """

    name: str
    steps: PositiveInt
    error: Unbounded
    tolerance: Unbounded
    proved: bool = True

    @property
    def ok(self) -> bool:
        """Whether the error is a number within the tolerance, which must be finite to say anything."""
        return 0 <= self.error <= self.tolerance < math.inf  # False for NaN

    @property
    def share(self) -> float:
        """How much of the tolerance is used up, as a fraction; 0 for one that is due exactly, and is so."""
        if self.error == 0:
            return 0.0
        share = self.error / self.tolerance if 0 < self.tolerance < math.inf else math.inf
        return math.inf if math.isnan(share) else share


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the weights agree with the float64 reference, at every checkpoint and at the end.

    `error` and `tolerance` are those of the checkpoint that comes nearest to (or furthest beyond) its tolerance.
    `reference` says how the reference was reached: "steps" or "algebra"; or it is the "optimum", against which a solution
    is held. `truth` is the relative distance to the problem's true weights where they are known and free of noise, else
    None. `note` is a sentence on what the proof leaves open, or on how it failed; empty where there is nothing to say.
    `tensors` has each tensor of a loop's model by itself; a linear model's is empty.
    """

    checkpoints: tuple[Checkpoint, ...]
    reference: str
    truth: Unbounded | None = None
    note: str = field(default="", metadata=SPARSE)
    tensors: tuple[TensorAgreement, ...] = field(default=(), metadata=SPARSE)

    @property
    def worst(self) -> Checkpoint:
        """The checkpoint with the largest share of its tolerance used up."""
        return max(self.checkpoints, key=lambda point: point.share)

    @property
    def error(self) -> float:
        """Relative error at the worst checkpoint."""
        return self.worst.error

    @property
    def tolerance(self) -> float:
        """Tolerance at the worst checkpoint."""
        return self.worst.tolerance

    @property
    def ok(self) -> bool:
        """Whether every checkpoint holds; never true without one."""
        return bool(self.checkpoints) and all(point.ok for point in self.checkpoints)

    def __repr__(self) -> str:
        return f"<Agreement: {'; '.join(self._told())}>"

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        if not self.checkpoints:
            return escaping.facts("Agreement", [("", "nothing was compared")])
        rows = (
            (notebook.number(one.epoch), *map(notebook.number, (one.error, one.tolerance)), "yes" if one.ok else "no")
            for one in self.checkpoints
        )
        return escaping.grid("; ".join(self._told()), ("epochs", "error", "tolerance", "agrees"), rows)

    def _told(self) -> list[str]:
        """Say it in some words."""
        if not self.checkpoints:
            return ["nothing was compared"]
        sides = " <=" if self.worst.ok else ", beyond"
        found = [
            "agrees" if self.ok else "disagrees",
            f"error {notebook.number(self.error)}{sides} {notebook.number(self.tolerance)}",
            f"{notebook.count(len(self.checkpoints), 'checkpoint')} against {escaping.short(self.reference)}",
        ]
        found += [] if self.truth is None else [f"{notebook.number(self.truth)} from the true weights"]
        return found + [escaping.short(self.note)] * bool(self.note)

    @classmethod
    def worst_of(cls, several: Sequence["Agreement"]) -> "Agreement":
        """Join those of several processes: the checkpoints of the most thorough, and the worst of the ends."""
        thorough = max(several, key=lambda found: len(found.checkpoints))
        ends = cls(tuple(found.checkpoints[-1] for found in several), thorough.reference)
        note = next((found.note for found in several if found.note), "")
        return cls((*thorough.checkpoints[:-1], ends.worst), thorough.reference, thorough.truth, note, thorough.tensors)
