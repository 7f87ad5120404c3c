"""What a backend's call gave back, as a Fit: taken where it can mean one thing only, refused in a sentence elsewhere.

Taken: NumPy arrays and what turns into one, tensors of any device that require a gradient or lie in any order in memory,
and a wider dtype than the training's, which is rounded. Never taken: another shape, since a transposed matrix is another
model; a narrower dtype, since digits are gone; complex numbers, whole numbers, masked values, and tensors that hold no
numbers or not all of them (meta, sparse, quantised).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lntx.errors import Diverged, InputError, LntxError, told
from lntx.training.fit import Fit, Snapshot
from lntx.training.linear import stability
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_WIDTHS = {torch.float32: ("float32", "float64"), torch.float64: ("float64",)}
"""The dtypes that lose nothing of what a training's dtype holds."""
_NONE: tuple[Snapshot, ...] = ()  # Python has one of these
_NUMBERS = "fciub"  # NumPy's kinds of dtypes; objects may be anything


def returned(value: object, problem: Problem, recipe: Recipe) -> Fit:
    """Read what a training gave back: weights (outputs x features), bias (outputs) and snapshots, and nothing else.

    The fit's tensors lie on the CPU, contiguous, without a gradient, in the training's dtype; what was so already is not
    copied. Whether they are finite is asked by `unfinished`. Raises InputError that says what came back and what was due.
    """
    if not isinstance(value, Fit):
        raise InputError(f"its training gave {_kind(value)}, where a Fit is due")
    dtype = getattr(torch, recipe.dtype or problem.dtype)
    shapes = (problem.outputs, problem.features), (problem.outputs,)
    with torch.inference_mode(mode=False), torch.no_grad():
        weights, bias = _pair(value, "", shapes, dtype)
        snapshots = tuple(_snapshots(value.snapshots, recipe, shapes, dtype))
    return Fit(weights, bias, snapshots)


def is_held(value: object) -> bool:
    """Return whether what a training gave lies in the CPU's memory, so that to read it later trains nothing.

    Anything else may be a promise: of a library that dispatches and returns, or of a class whose `__array__` begins to train.
    Asked in the time of each call: no more than a look at types.
    """
    if type(value) is not Fit or not (_lies(value.weights) and _lies(value.bias)):
        return False
    snapshots = value.snapshots
    if snapshots is _NONE:
        return True
    return type(snapshots) in (tuple, list) and all(
        type(one) is Snapshot and _lies(one.weights) and _lies(one.bias) for one in snapshots
    )


def _lies(value: Any) -> bool:
    kind = type(value)
    if kind is Tensor:
        return value.is_cpu is True
    return kind is np.ndarray and value.dtype.kind in _NUMBERS


def unfinished(fit: Fit, problem: Problem, recipe: Recipe) -> LntxError | None:
    """Return whose fault it is where a weight is no number: the recipe's, which diverges, or the backend's; None where all are.

    The float64 reference decides: where the same training stays finite, the learning rate is not to blame.
    """
    where = next(
        (epoch for epoch, *parts in _way(fit, recipe) if not all(part.isfinite().all() for part in parts)), None
    )
    if where is None:
        return None
    after = f"the weights are not finite after epoch {where}"
    if _holds(problem, recipe, where):
        return InputError(
            f"its {after.removeprefix('the ')}, where those of the same training in float64 are: the backend is at fault, "
            "not the learning rate"
        )
    return Diverged(f"training diverged: {after}; {stability.advice(problem, recipe)}")


def _way(fit: Fit, recipe: Recipe) -> Iterator[tuple[int, Tensor, Tensor]]:
    yield from ((kept.epoch, kept.weights, kept.bias) for kept in fit.snapshots)
    yield recipe.epochs, fit.weights, fit.bias


def _holds(problem: Problem, recipe: Recipe, epochs: int) -> bool:
    """Return whether the same training stays finite in float64, and in the range of the training's dtype."""
    from lntx.training.linear.parity.reference import reference  # noqa: PLC0415  (parity needs the trainer, which needs this)

    try:
        reference(problem, recipe.but(epochs=1, log_every=0), (epochs,))
    except Diverged:
        return False
    return True


def _pair(source: Any, when: str, shapes: Sequence[tuple[int, ...]], dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Read weights and bias of a fit or of a snapshot."""
    weights, bias = shapes
    return (
        _tensor(f"weights{when}", source.weights, (weights, "outputs x features"), dtype),
        _tensor(f"bias{when}", source.bias, (bias, "outputs"), dtype),
    )


def _snapshots(
    values: object, recipe: Recipe, shapes: Sequence[tuple[int, ...]], dtype: torch.dtype
) -> Iterator[Snapshot]:
    """Read the snapshots that a backend kept: at epochs that the recipe logs, ascending."""
    if not isinstance(values, Sequence) or not all(isinstance(kept, Snapshot) for kept in values):
        raise InputError(f"its training gave snapshots that are {_kind(values)}, where a sequence of Snapshot is due")
    _check_epochs([kept.epoch for kept in values], recipe)
    for kept in values:
        yield Snapshot(int(kept.epoch), *_pair(kept, f" after epoch {kept.epoch}", shapes, dtype))


def _check_epochs(epochs: Sequence[Any], recipe: Recipe) -> None:
    """Raise InputError for an epoch that the recipe doesn't log, or that comes twice or too late."""
    every, last = recipe.log_every, recipe.epochs
    for epoch in epochs:
        whole = isinstance(epoch, int | np.integer) and not isinstance(epoch, bool)
        if not (whole and every and 0 < epoch < last and epoch % every == 0):
            due = f"each {every} epochs, before the end at {last}," if every else "none at all, without log_every,"
            raise InputError(f"its training gave a snapshot after epoch {epoch!r}, where {due} is due")
    if any(after <= before for before, after in pairwise(epochs)):
        raise InputError("its training gave its snapshots in another order than that of their epochs")


def _tensor(name: str, value: Any, due: tuple[tuple[int, ...], str], dtype: torch.dtype) -> Tensor:
    """Read one tensor; due are its shape and what the shape's sides are."""
    shape, sides = due
    if not isinstance(value, Tensor):
        value = _from_array(name, value)
    if reason := _unreadable(value) or _lossy(value, dtype):
        raise InputError(f"its training gave {name} {reason}")
    if tuple(value.shape) != shape:
        raise InputError(f"its training gave {name} of shape {tuple(value.shape)}, where {shape} is due ({sides})")
    return _plain(name, value, dtype)


def _plain(name: str, value: Tensor, dtype: torch.dtype) -> Tensor:
    """Move a tensor to where all fits' lie, in the training's dtype; the tensor itself where it is so already."""
    ready = type(value) is Tensor and value.is_contiguous() and not value.requires_grad
    if ready and value.dtype == dtype and value.device.type == "cpu" and not (value.is_inference() or value.is_neg()):
        return value
    try:
        numbers = value.detach().resolve_neg().to("cpu", dtype).numpy()  # NumPy's: also of a subclass of torch's
        return torch.from_numpy(np.array(numbers, order="C"))
    except Exception as error:  # a stranger's subclass may do anything here
        raise InputError(f"its training gave {name} that can't be read: {told(error)}") from error


def _from_array(name: str, value: Any) -> Tensor:
    """Read what NumPy knows as an array of real numbers."""
    if not isinstance(value, np.ndarray | np.generic) and not hasattr(value, "__array__"):
        raise InputError(f"its training gave {name} that are {_kind(value)}, where a tensor is due")
    if isinstance(value, np.ma.MaskedArray):
        raise InputError(f"its training gave {name} that are a masked array, where a tensor is due; fill it")
    try:
        array = np.asarray(value)
        if array.dtype == np.longdouble and array.dtype.itemsize > np.dtype(np.float64).itemsize:
            array = array.astype(np.float64)
        return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("="), order="C"))
    except Exception as error:
        raise InputError(f"its training gave {name} that can't be read: {told(error)}") from error


def _unreadable(value: Tensor) -> str | None:
    """Return why a tensor's numbers can't be had."""
    if value.is_nested or value.is_quantized or value.layout != torch.strided:
        layout = "nested" if value.is_nested else "quantised" if value.is_quantized else str(value.layout)
        return f"that are {layout.removeprefix('torch.')}, where a dense tensor is due; give to_dense()"
    if value.device.type == "meta" or hasattr(value, "fake_mode"):
        return "that hold no numbers (meta), where a tensor on cpu or cuda is due"
    return None


def _lossy(value: Tensor, dtype: torch.dtype) -> str | None:
    """Return why a tensor's dtype doesn't hold what the training's does."""
    given, due = (str(each).removeprefix("torch.") for each in (value.dtype, dtype))
    if given in _WIDTHS[dtype]:
        return None
    why = "complex" if value.is_complex() else "narrower" if value.is_floating_point() else "no real numbers"
    return f"in {given} ({why}), where {due} is due"


def _kind(value: object) -> str:
    """Name a value's type as a sentence would."""
    name = type(value).__name__
    return "nothing (None)" if value is None else f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
