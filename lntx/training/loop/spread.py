"""How far rounding takes honest trainings of a loop apart, measured, tensor by tensor.

No tolerance can be derived for a network, but what rounding does to it can be seen: the first way is trained in float64, which
is the **reference**, and then several times so that its steps round otherwise. How far those end from the reference is what
honest rounding explains (discrete stochastic arithmetic: Vignes, Mathematics and Computers in Simulation 35, 1993; Monte Carlo
arithmetic: Parker, UCLA CSD-970002, 1997). That is the **spread** of a tensor at a checkpoint, the largest of

- **R = 8 replicates** in the loop's own dtype, every parameter moved by a unit in the last place, up or down at random, before
  each step: a root mean square of two units of roundoff, beside the 0.6 of a result's own rounding. A nudge of the start alone
  would be forgotten where a training contracts, and rejected an honestly compiled step. Under autocast a parameter is moved by a
  unit of bfloat16 for the length of each step besides: that is how its copy for the product rounds otherwise.
  Learning rates are moved by what kernels lose of the optimizer's settings: of Adam's 1 - beta2, 0.001, four digits, where
  that is computed in float32, as in a captured or compiled step.
- **Three pairs in float64**, nudged by 64 such units and by the same the other way: |theta(+) + theta(-) - 2 theta|. What is
  smooth in the parameters cancels, to the square of 4e-6. What is left are kinks (ReLU, a maximum, an absolute value) that a
  nudge put one number across: each changes a gradient by a finite amount, a hundred times what rounding does, and is met
  by one honest training in a hundred, where no replicate may have met one. At 64 units the pairs meet it 64 times as
  often, with its own size.

**The tolerance** is `FACTOR` times the spread, plus `FLOOR` units of roundoff of the tensor's size, since results are stored.
It is the same for all loops. The ground of the factor is a one-sided tolerance bound: where one direction dominates a tensor's
error, as in a tensor of one number, the errors of the R replicates and of a way are each |z|, z normal of mean 0 and one
deviation. All R stay below m with probability (m sqrt(2 / pi))^R at most, so that
P(|z| > F max) <= (2 / pi)^(R/2) E|z|^R / F^R = 17 / F^8: 1 in 98,000 for F = 6. Tensors of more numbers vary less.
`docs/proof.md` has what was counted: honest ways of random networks that were rejected, and planted faults that were missed.

**Two more trainings in float64**, no part of the spread, ask whether there is anything to hold a way against. The reference is
trained again, some steps out of step (`out_of_step`), and must be the same: else something that the first way keeps, such as a
count of its steps, is not started over, and its noise would be taken for rounding. And it is trained from the start aside
(`lntx.training.loop.origin`): a way must follow it there.

Limits. A way whose rounding no replicate knows, such as products in a smaller dtype, is called wrong, and rightly. What is
smaller than the spread is not seen: a learning rate off by a millionth. A chaotic training spreads until nothing is proved; then
earlier checkpoints alone count. The pairs see kinks that are met once in some thousand trainings or more; rarer ones can
reject an honest way, less often than that.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from lntx.errors import Diverged, InputError, Unprovable
from lntx.training.loop.again import check_again, check_own, out_of_step, steps_of
from lntx.training.loop.nudges import Nudges, Rates
from lntx.training.loop.prepared import LoopTraining, Tensors
from lntx.training.loop.tolerance import UNITS

REPLICATES = 8
_PAIRS = 3
_FAR = 64  # units of roundoff by which a pair is nudged, each way


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What must come out after some steps, in float64, and how far rounding takes it: as a norm, and number by number.

    `loose` is how far a device's own rounding takes numbers that go wherever rounding takes them (`lntx.training.loop.spreads`).
    """

    steps: int
    tensors: Tensors
    spread: dict[str, float]
    each: Tensors
    loose: Tensors = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The reference of a loop and its spread at each checkpoint; `trained` are the parameters that move.

    `elsewhere` is where the parameters end from the start aside, empty where that isn't known. `drew` says whether the steps draw
    random numbers, and `drawn` where those stand after the last step. `note` says what was left out, if something was.
    """

    dtype: str
    start: Tensors
    points: tuple[Expected, ...]
    trained: frozenset[str]
    elsewhere: Tensors
    drew: bool
    drawn: bytes
    note: str = ""


def measured(train: Callable[[str], LoopTraining], dtype: str, stops: Sequence[int]) -> Spread:
    """Train the first way as the proof needs it, up to the last of some steps; `train` prepares it in a dtype.

    Raises Diverged where not even the first step stays finite in float64, Unprovable where it can't be trained in float64, or
    draws other random numbers there, and InputError for what its code raises in its own dtype.
    """
    own = train(dtype)
    own.trace(stops[:1])  # what it raises in its own dtype is no matter of the proof
    reference, found = _reference(train, own, stops)
    reference.check()  # what it wrote into is no longer what it is trained on again
    start = {name: tensor.to("cpu", copy=True) for name, tensor in reference.origin.start.items()}
    left = [stop for stop in stops if _finite(found[stop], start)]
    if not left:
        raise Diverged(
            f"the training leaves the finite numbers within {steps_of(stops[0])}, in float64 too; use a smaller lr, and look at "
            "the data"
        )
    last = found[left[-1]]
    reference.trace((out_of_step(stops[-1]),))
    check_again(reference.trace(left), found, dtype)
    moved = frozenset(name for name in reference.made.trained if not torch.equal(start[name], last[name]))
    points = tuple(_nothing(stop, found[stop]) for stop in left)
    for run in replicates(own, moved, left):
        widen(points, partial(apart, run, found))
    if any(math.isinf(points[0].spread[name]) for name in moved):
        raise Diverged(
            f"the training leaves the finite numbers of {dtype} within {steps_of(left[0])}, though not in float64; use a "
            "smaller lr, or --dtype float64"
        )
    if reference.drew and left == list(stops) and own.drawn != reference.drawn:
        raise Unprovable(
            "the training draws random numbers, and others in float64 than in its own dtype, so that it has no reference: draw "
            "them in one dtype (torch.rand(..., dtype=torch.float32), torch.randn_like(x, dtype=torch.float32)), or let "
            "dropout do it"
        )
    if dtype != "bfloat16":  # its replicates round by so much that they cross kinks themselves
        for pair in _pairs(reference, moved, left, UNITS[dtype]):
            widen(points, partial(_bent, pair, found))
    note = (
        "" if left == list(stops) else f"after step {left[-1]} the training leaves the finite numbers, in float64 too"
    )
    elsewhere = reference.trace(left[-1:], aside=True)[left[-1]] if left == list(stops) else {}
    kept = {name: tensor for name, tensor in elsewhere.items() if name in moved}
    return Spread(dtype, start, points, moved, kept, reference.drew, own.drawn, note)


def _reference(
    train: Callable[[str], LoopTraining], own: LoopTraining, stops: Sequence[int]
) -> tuple[LoopTraining, dict[int, Tensors]]:
    try:
        reference = train("float64")
        return reference, reference.trace(stops)
    except InputError as error:
        check_own(own, stops)
        raise Unprovable(
            f"the first way can't be trained in float64, which the proof rests on: {error}; make tensors in the dtype of those "
            "that it is given"
        ) from error


def replicates(own: LoopTraining, moved: frozenset[str], stops: Sequence[int]) -> Iterator[dict[int, Tensors]]:
    """Yield trainings whose steps round otherwise: their tensors, on the CPU, after some steps."""
    parameters = {name: p for name, p in own.made.trained.items() if name in moved}
    for number in range(REPLICATES):
        nudges = Nudges(parameters, number)
        rates = Rates(own.origin.optimizers, UNITS[own.dtype], number)
        low = own.dtype == "bfloat16"
        nudge: Callable[[], None] = nudges.aside if low else nudges.by_a_unit
        back: Callable[[], None] = nudges.back if low else _nothing_more
        yield own.trace(stops, partial(_both, rates.before, nudge), partial(_both, back, rates.after))


def _both(one: Callable[[], None], two: Callable[[], None]) -> None:
    one()
    two()


def _nothing_more() -> None:
    """Leave what was nudged for good."""


def _pairs(
    reference: LoopTraining, moved: frozenset[str], stops: Sequence[int], unit: float
) -> Iterator[tuple[dict[int, Tensors], dict[int, Tensors]]]:
    parameters = {name: p for name, p in reference.made.trained.items() if name in moved}
    for number in range(_PAIRS):
        nudges = Nudges(parameters, REPLICATES + number)
        plus = reference.trace(stops, nudges.by(2 * _FAR * unit))
        nudges.again()
        yield plus, reference.trace(stops, nudges.by(-2 * _FAR * unit))


def _nothing(steps: int, tensors: Tensors) -> Expected:
    """Begin with no spread, of all tensors that hold finite numbers; a mask of infinities is due exactly.

    Whole numbers count as well: where rounding moves them, as a count of what is above zero, they aren't due exactly.
    """
    real = {name: tensor for name, tensor in tensors.items() if not tensor.is_complex()}
    finite = {name: tensor for name, tensor in real.items() if bool(tensor.isfinite().all())}
    each = {name: torch.zeros_like(tensor, dtype=torch.float64) for name, tensor in finite.items()}
    return Expected(steps, tensors, dict.fromkeys(finite, 0.0), each)


def widen(points: Sequence[Expected], distance: Callable[[int, str], Tensor]) -> None:
    """Widen the spread of each tensor to a distance."""
    for point in points:
        for name, largest in point.spread.items():
            far = distance(point.steps, name).abs().nan_to_num_(nan=torch.inf)
            torch.maximum(point.each[name], far, out=point.each[name])
            point.spread[name] = max(largest, float(far.norm()))


def apart(run: Mapping[int, Tensors], found: Mapping[int, Tensors], steps: int, name: str) -> Tensor:
    """Return how far a training is from the reference in a tensor after some steps."""
    return run[steps][name].double() - found[steps][name].double()


def _bent(
    runs: tuple[Mapping[int, Tensors], Mapping[int, Tensors]], found: Mapping[int, Tensors], steps: int, name: str
) -> Tensor:
    """Return what opposite nudges don't cancel."""
    plus, minus = (run[steps][name].double() for run in runs)
    return plus + minus - 2 * found[steps][name].double()


def _finite(tensors: Tensors, start: Tensors) -> bool:
    """Return whether every number is finite that was so at the start."""
    floats = {name: tensor for name, tensor in tensors.items() if tensor.is_floating_point()}
    return all(bool((tensor.isfinite() | ~start[name].isfinite()).all()) for name, tensor in floats.items())
