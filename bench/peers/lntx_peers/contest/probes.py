"""Probes: what the machine and its libraries can do at most, measured among the contestants. They train nothing."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from lntx.errors import Disagreement
from lntx.host import loops, threads
from lntx.training import device as devices
from lntx.training.linear.matrices import ROUNDOFF
from lntx.training.linear.problem import Array, Problem

_BLOCK = 4096  # numbers summed in their own dtype, before float64 takes over


def reading(X: Array) -> Callable[[], float]:
    """Give a call that reads X once, on all cores, as fast as it can be read: it sums it. Checked before it is given."""
    values, cores = X.reshape(-1), threads.physical()

    def read() -> float:
        return float(loops.read(values, 1, cores).sum())

    exact, size = (float(np.sum(part, dtype=np.float64)) for part in (values, np.abs(values)))
    if abs(read() - exact) > np.sqrt(_BLOCK) * ROUNDOFF[X.dtype.name] * size:
        raise Disagreement("the probe of the read bandwidth doesn't give the sum of what it read")
    return read


def copying(device: str, size: int) -> Callable[[], Any] | str:
    """Give a call that copies so many bytes on the device; where there is none, say so."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        return "there is no CUDA device here"
    source = torch.arange(size // 4, dtype=torch.float32, device=device)
    target = torch.empty_like(source)
    return devices.settled(lambda: target.copy_(source), device)


def multiplying(problem: Problem) -> Callable[[], Any]:
    """Give a call that forms X'X by torch, in the dtype of X. Checked before it is given."""
    X = torch.from_numpy(problem.X)

    def multiply() -> Any:
        return X.T @ X

    return _checked(multiply, problem, "torch")


def sandwiching(problem: Problem) -> Callable[[], Any] | str:
    """Give a call that forms X'X by tabmat, X laid out by columns, as is its best; checked. Where it is missing, say so."""
    if not find_spec("tabmat"):
        return "it needs tabmat, which is not installed; pip install tabmat"
    import tabmat  # noqa: PLC0415  (a peer, loaded late)

    X, ones = tabmat.DenseMatrix(np.asfortranarray(problem.X)), np.ones(problem.samples, problem.X.dtype)

    def sandwich() -> Any:
        return torch.from_numpy(X.sandwich(ones))

    return _checked(sandwich, problem, "tabmat")


def _checked(multiply: Callable[[], Any], problem: Problem, by: str) -> Callable[[], Any]:
    """Return the call where what it gives is X'X, within what summing in this dtype explains; Disagreement otherwise."""
    X = torch.from_numpy(problem.X)
    exact = sum(part.T @ part for part in (block.double() for block in torch.split(X, 2**16)))
    apart = torch.linalg.norm(multiply().double() - exact) / torch.linalg.norm(exact)
    if float(apart) > (np.sqrt(problem.samples) + 4) * ROUNDOFF[problem.dtype]:
        raise Disagreement(f"the probe of X'X by {by} doesn't give X'X")
    return multiply
