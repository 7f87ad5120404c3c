"""Whether a way is the same training as the first: each tensor, at each checkpoint, against the reference and its spread.

Distances are told as parts of how far the tensor moved. A tensor is **proved** at a checkpoint where its tolerance is a tenth of
that at most: else a way that does nothing would nearly agree. Where single numbers of a tensor go wherever rounding takes them
(the keys' bias of an attention, whose gradient is zero but for rounding), the others are held by themselves. A checkpoint
**counts** where tensors that hold at least half of all trained numbers are proved; there the rest are held too, to what rounding
explains, and named as unproved. What must be exact is: whole numbers, and tensors that no training moved.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lntx.errors import Unprovable
from lntx.record import Agreement, Checkpoint, TensorAgreement
from lntx.training.loop.again import MEND
from lntx.training.loop.prepared import Tensors
from lntx.training.loop.spread import Expected, Spread
from lntx.training.loop.tolerance import FACTOR, FLOOR, MOVES, UNITS, bound, norm, sure

_ENOUGH = 0.5  # of the trained numbers: the least that is proved where a checkpoint counts
_LARGEST_PART = 0.5  # of how far a tensor moved, squared: what its resolved numbers make up at least
_NAMED = 3  # tensors that a note names

_OFF = 0.5  # of the way between both ends: nearer to the other one
_WIDE = 30  # tolerances that a call may be off which started aside: how far rounding takes those isn't measured

AGAIN = (
    "a later call gives other weights than its first: something that it keeps, such as a count of its steps, is not started "
    f"over; {MEND}"
)
"""Said of a way that is right the first time alone."""

ELSEWHERE = (
    "it doesn't follow a start that is a little aside of the usual one: it takes what it has from an earlier training, or "
    "prepared, where it is asked to train"
)
"""Said of a way that ends in the same place wherever it starts."""


@dataclass(frozen=True, slots=True)
class Held:
    """One checkpoint of one training: its tensors, and whether it counts."""

    steps: int
    tensors: tuple[TensorAgreement, ...]
    counts: bool

    @property
    def ok(self) -> bool:
        """Whether every tensor agrees."""
        return all(tensor.ok for tensor in self.tensors)

    @property
    def worst(self) -> TensorAgreement:
        """The tensor that is furthest beyond its tolerance; where none is, the one of those proved that is nearest to it."""
        return max(self.tensors, key=_gravity)


def _gravity(tensor: TensorAgreement) -> tuple[bool, bool, float]:
    return not tensor.ok, tensor.proved, tensor.share


def checkpoints(steps: int) -> tuple[int, ...]:
    """List the steps after which a training is held: 1, 10, 100, and its end."""
    return tuple(sorted({1, 10, 100, steps} & set(range(1, steps + 1))))


def hold(spread: Spread, found: Mapping[int, Tensors]) -> list[Held]:
    """Hold what a training's tensors were after some steps."""
    return [_held(spread, point, found[point.steps]) for point in spread.points if point.steps in found]


def joined(
    spread: Spread,
    runs: Sequence[Mapping[int, Tensors]],
    epoch: int,
    hint: str = "",
    elsewhere: Sequence[Tensors] = (),
) -> Agreement:
    """Join what came of several calls of one way, by steps: the first call at every checkpoint, the others where they were kept.

    epoch is the number of steps of one, hint is said where they disagree, elsewhere is where calls ended that started aside.
    Raises Unprovable where no checkpoint counts.
    """
    each = [hold(spread, run) for run in runs]
    held = [one for several in each for one in several if one.counts]
    if not held:
        raise Unprovable(_unprovable(spread, next((one for several in each for one in several), None)))
    points = tuple(
        Checkpoint(steps / epoch, worst.error, worst.tolerance)
        for steps in sorted({one.steps for one in held})
        for worst in [max((one.worst for one in held if one.steps == steps), key=_gravity)]
    )
    names = dict.fromkeys(tensor.name for one in held for tensor in one.tensors)
    tensors = tuple(_of(name, held) for name in names)
    wrong = not all(one.ok for one in held)
    notes = _wrong(each, hint) if wrong else _open(spread, held, tensors)
    if not wrong and any(_stays(spread, end) for end in elsewhere):
        last = points[-1]
        points, notes = (*points[:-1], Checkpoint(last.epoch, math.inf, last.tolerance)), iter([ELSEWHERE])
    return Agreement(points, "steps", note="; ".join(notes), tensors=tensors)


def _stays(spread: Spread, end: Tensors) -> bool:
    """Return whether a call that started aside did not end where its own start leads.

    It is nearer to where the usual start leads, by the mean over the tensors that end far apart for both, as tolerances go. Or
    one tensor is further off than rounding can explain: as where a part of each step was kept from an earlier training.
    """
    last = spread.points[-1]
    off, wide = [], False
    for name, wanted in spread.elsewhere.items():
        usual = last.tensors[name]
        between = norm(wanted - usual)
        allowed = FACTOR * last.spread[name] + FLOOR * UNITS[spread.dtype] * norm(usual)
        if name in last.loose:
            allowed = max(allowed, FACTOR * norm(last.loose[name]))
        if between > MOVES * allowed:
            error = norm(end[name].double() - wanted) if name in end else math.inf
            off.append(error / between)
            wide = wide or not error <= _WIDE * allowed  # NaN, too
    return wide or (bool(off) and not sum(off) / len(off) <= _OFF)


def _of(name: str, held: Sequence[Held]) -> TensorAgreement:
    """Return a tensor's worst point, of those that prove something, if any does."""
    points = [tensor for one in held for tensor in one.tensors if tensor.name == name]
    return max((p for p in points if not p.ok or any(q.proved for q in points) == p.proved), key=lambda p: p.share)


def _held(spread: Spread, point: Expected, found: Tensors) -> Held:
    unit = UNITS[spread.dtype]
    tensors = tuple(_tensor(name, spread, point, found.get(name), unit) for name in point.tensors)
    sizes = {name: spread.start[name].numel() for name in spread.trained}
    proved = sum(sizes.get(tensor.name, 0) for tensor in tensors if tensor.proved)
    return Held(point.steps, tensors, bool(sizes) and proved >= _ENOUGH * sum(sizes.values()))


def _tensor(name: str, spread: Spread, point: Expected, found: Tensor | None, unit: float) -> TensorAgreement:
    wanted = point.tensors[name]
    if found is None or found.shape != wanted.shape:
        return TensorAgreement(name, point.steps, math.inf, 0.0)
    rounds = point.spread.get(name, 0.0) > 0
    if not rounds and not (name in point.spread and wanted.is_floating_point()):
        return _exact(name, point.steps, found, wanted)
    start = (
        spread.start[name].double().nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
    )  # "the least so far" begins at infinity
    moved = norm(wanted.double() - start)
    if moved == 0 and not rounds:
        return _exact(name, point.steps, found, wanted)
    wanted = wanted.double()
    error = (found.double() - wanted).nan_to_num(nan=math.inf)
    each, loose = point.each[name], point.loose.get(name)
    allowed = FACTOR * point.spread[name] + FLOOR * unit * max(norm(start), norm(wanted))
    if loose is not None and name not in spread.trained:  # it only follows what is trained
        each, allowed = loose, max(allowed, FACTOR * norm(loose))
    if MOVES * allowed <= moved and (loose is None or norm(error) <= allowed):
        return TensorAgreement(name, point.steps, norm(error) / moved, allowed / moved)
    sizes = torch.maximum(start.abs(), wanted.abs())
    parts = _resolved((each, each if loose is None else loose), wanted - start, error, sizes, unit)
    if parts:
        return TensorAgreement(name, point.steps, *parts)
    if loose is not None:
        allowed = max(allowed, FACTOR * norm(loose))
    scale = moved or max(norm(start), norm(wanted)) or 1.0
    return TensorAgreement(name, point.steps, norm(error) / scale, allowed / scale, proved=False)


def _exact(name: str, steps: int, found: Tensor, wanted: Tensor) -> TensorAgreement:
    equal = torch.equal(found.to(wanted.dtype), wanted)
    return TensorAgreement(name, steps, 0.0 if equal else math.inf, 0.0)


def _resolved(
    rounding: tuple[Tensor, Tensor], moves: Tensor, error: Tensor, sizes: Tensor, unit: float
) -> tuple[float, float] | None:
    """Hold the numbers whose move is far beyond rounding by themselves, and the others by theirs; None where they don't prove.

    rounding is what it does, number by number, to the ones and to the others. Return the error, as a part of how far they moved,
    and the tolerance; the others' share of theirs is taken, where that is the larger one.
    """
    each, loose = rounding
    known = sure(each, moves, sizes, unit)
    moved = norm(moves[known])
    if not moved or moved**2 < _LARGEST_PART * norm(moves) ** 2:
        return None
    bounds = bound(each, sizes, known, unit), bound(loose, sizes, ~known, unit)
    shares = [
        norm(error[part]) / most if most else math.inf * bool(norm(error[part]))
        for part, most in zip((known, ~known), bounds, strict=True)
    ]
    share = max(0.0 if math.isnan(share) else share for share in shares)
    return share * bounds[0] / moved, bounds[0] / moved


def _wrong(each: Sequence[Sequence[Held]], hint: str) -> Iterator[str]:
    """Yield what can be said of a way that disagrees."""
    counted = [[one for one in several if one.counts] for several in each]
    bad = next(one for several in counted for one in several if not one.ok)
    names = [tensor.name for tensor in sorted(bad.tensors, key=lambda tensor: -tensor.share) if not tensor.ok]
    some = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    yield f"after step {bad.steps} {some} {'is' if len(names) == 1 else 'are'} other than in the first way"
    if len(counted) > 1 and all(one.ok for one in counted[0]):
        yield AGAIN
    if hint:
        yield hint


def _open(spread: Spread, held: Sequence[Held], tensors: Sequence[TensorAgreement]) -> Iterator[str]:
    """Yield what a proof leaves open."""
    last = max(one.steps for one in held)
    if last < spread.points[-1].steps:
        yield (
            f"proved up to step {last} of {spread.points[-1].steps}: from there on rounding alone moves the weights too far to "
            "tell trainings apart"
        )
    unproved = [tensor.name for tensor in tensors if not tensor.proved]
    if unproved:
        some = ", ".join(unproved[:_NAMED]) + (f" and {len(unproved) - _NAMED} more" if len(unproved) > _NAMED else "")
        yield f"nothing is proved of {some}, which rounding alone moves about as far as the training does"
    if spread.note:
        yield spread.note


def _unprovable(spread: Spread, first: Held | None) -> str:
    if first is None or not spread.trained:
        return "the training moves no parameter at all: a way that does nothing would agree; look at lr and at the loss"
    trained = [tensor for tensor in first.tensors if tensor.name in spread.trained and not tensor.proved]
    worst = max(trained, key=lambda tensor: tensor.tolerance)
    return (
        f"rounding alone may move {worst.name} by {worst.tolerance:.2g} of the way that it goes in the first {first.steps} "
        f"step{'s' * (first.steps > 1)}, and nothing better is known later, so that agreement would prove nothing; use "
        "--dtype float64, a smaller lr where it is unstable, or a larger one where it hardly moves"
    )
