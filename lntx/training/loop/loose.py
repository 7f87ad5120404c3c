"""How far a device's own rounding takes the numbers that go wherever rounding takes them.

A number whose gradient is zero but for rounding (the keys' bias of an attention, a bias before a batch norm) moves by what the
last digits of a kernel happen to be: under Adam, which divides a gradient by its own size, nearly as far as any other number,
and further on a device whose kernels round by more. Nudged parameters don't show that: the gradient is zero for all of them. On
an H100 the keys' bias was 1.2 to 2 tolerances off what the CPU's rounding explains, in every honest way. So for another device
the first way is trained as often there, too.

How far that goes is allowed to such numbers, and to the buffers that follow them (the mean that a batch norm keeps holds the bias
before it). The trained numbers whose move is far beyond rounding, by which a training is proved, are held to the CPU's rounding
as before; where the device's first way is off there, as with products in fewer digits (TF32), nothing is allowed besides.
"""

from dataclasses import replace

import torch

from lntx.training.loop import agreement
from lntx.training.loop.prepared import LoopTraining
from lntx.training.loop.spread import Spread, replicates


def widened(spread: Spread, own: LoopTraining) -> Spread:
    """Add to a spread how far nudged trainings of the first way, in its own dtype on a device, end from the reference."""
    stops = [point.steps for point in spread.points]
    largest = [{name: tensor.clone() for name, tensor in point.each.items()} for point in spread.points]
    for run in replicates(own, spread.trained, stops):
        if not agreement.follows(spread, run):
            return spread
        for point, each in zip(spread.points, largest, strict=True):
            for name, tensor in each.items():
                apart = (run[point.steps][name].double() - point.tensors[name]).abs().nan_to_num_(nan=torch.inf)
                torch.maximum(tensor, apart, out=tensor)
    points = tuple(replace(point, loose=each) for point, each in zip(spread.points, largest, strict=True))
    return replace(spread, points=points)
