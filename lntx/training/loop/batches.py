"""The batches of an epoch, as a file's `batches` gives them: read once, compared from call to call, moved to a device.

A batch is what a step takes: a tuple or a list is its arguments, anything else its only one. Tensors are found inside lists,
tuples and dicts as well, and copied, so that a source that fills the same memory again gives batches that stay apart.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils import _pytree as pytree

from lntx.errors import Disagreement, InputError
from lntx.host.memory import free_gib
from lntx.training import scalars

_MOST = 100_000  # batches of an epoch: of an endless source, the memory would end first

Arguments = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Batches:
    """An epoch: each batch as the arguments of a step, in order."""

    each: tuple[Arguments, ...]

    @classmethod
    def read(cls, source: Callable[[], Any]) -> "Batches":
        """Take what a file's `batches()` gives; InputError where that are no batches."""
        given = source()
        if isinstance(given, (str, bytes, Tensor, np.ndarray)) or not isinstance(given, Iterable):
            raise InputError(
                f"batches() gave {scalars.shown(type(given).__name__)}, where an epoch's batches are due: a list of them, or a "
                "DataLoader, each a tuple of what a step takes"
            )
        each = tuple(_within(_copied(batch) for batch in islice(given, _MOST + 1)))
        if not each:
            raise InputError("batches() gave no batch, where those of an epoch are due")
        if len(each) > _MOST:
            raise InputError(f"batches() gave more than {_MOST:,} batches, and seems endless; let it end with an epoch")
        return cls(each)

    def __len__(self) -> int:
        return len(self.each)

    def on(self, device: str, dtype: torch.dtype | None = None) -> "Batches":
        """Copy them to a device, numbers with a fraction in another dtype, if one is given."""

        def moved(leaf: Any) -> Any:
            if isinstance(leaf, np.ndarray):
                wide = str(dtype).removeprefix("torch.") if dtype and leaf.dtype.kind == "f" else leaf.dtype
                return leaf.astype(wide, copy=True)
            return leaf.detach().to(device, cast(leaf, dtype), copy=True) if isinstance(leaf, Tensor) else leaf

        return Batches(tuple(pytree.tree_map(moved, batch) for batch in self.each))

    def first(self, steps: int) -> Iterator[Arguments]:
        """Yield what so many steps take, epoch after epoch."""
        return (self.each[step % len(self.each)] for step in range(steps))

    def shapes(self) -> Iterator[Arguments]:
        """Yield the first batch of each shape: what is compiled or captured is so for a shape."""
        seen = set()
        for batch in self.each:
            shape = tuple((tuple(leaf.shape), leaf.dtype) for leaf in _tensors(batch))
            if shape not in seen:
                seen.add(shape)
                yield batch

    @property
    def alike(self) -> bool:
        """Whether all batches have the same shapes."""
        return len(list(self.shapes())) == 1

    @property
    def constant(self) -> bool:
        """Whether what is no tensor is the same in all batches: what is compiled or captured holds it as it was."""
        others = [[leaf for leaf in pytree.tree_leaves(batch) if not isinstance(leaf, Tensor)] for batch in self.each]
        return all(len(o) == len(others[0]) and all(map(same, o, others[0])) for o in others)

    def sizes(self) -> tuple[int, int, int, int]:
        """Count samples of an epoch, of its largest batch, and the numbers of a sample's first and second tensor."""
        rows = [next((len(leaf) for leaf in _tensors(batch) if leaf.ndim), 1) for batch in self.each]
        parts = [leaf for leaf in _tensors(self.each[0]) if leaf.ndim]
        numbers = [max(1, leaf.numel() // max(1, len(leaf))) for leaf in parts[:2]]
        features, outputs = (*numbers, 1, 1)[:2]
        return max(1, sum(rows)), max(1, *rows), features, outputs

    def difference(self, other: "Batches") -> str:
        """Return where two epochs differ first, as a phrase; empty where they are the same."""
        if len(self) != len(other):
            return f"{len(self)} batches the first time and {len(other)} the second"
        for number, (one, two) in enumerate(zip(self.each, other.each, strict=True)):
            if where := _difference(one, two):
                return f"another{where} in batch {number}"
        return ""

    def check(self, original: "Batches", who: str) -> None:
        """Raise Disagreement where somebody wrote into these, which once were equal to the original's.

        InputError where a gradient is left on one: the next epoch, which gets the same tensors, would add to it.
        """
        for number, (batch, whole) in enumerate(zip(self.each, original.each, strict=True)):
            for (path, leaf), (_, given) in zip(_named(batch), _named(whole), strict=True):
                if isinstance(leaf, Tensor) and leaf.requires_grad:
                    raise InputError(
                        f"{who} asks for a gradient of batch {number}{path} itself, to which every epoch would add, as batches "
                        "are given again; let it take x = x.detach().requires_grad_()"
                    )
                if not same(leaf, given.to(leaf.device, leaf.dtype) if isinstance(leaf, Tensor) else given):
                    raise Disagreement(
                        f"{who} wrote into batch {number}{path}, so that it trained on other data than it was given; let it work "
                        "on a copy"
                    )


def _within(batches: Iterable[Arguments]) -> Iterator[Arguments]:
    """Yield them as long as twice as many would find room: they are copied once more for a training."""
    held, room = 0, free_gib() * 2**30 / 2
    for number, batch in enumerate(batches, 1):
        held += sum(leaf.nbytes for leaf in pytree.tree_leaves(batch) if isinstance(leaf, (Tensor, np.ndarray)))
        if held > room:
            raise InputError(
                f"batches() gave {number:,} batches of {held / 2**30:.1f} GiB so far, more than half of the memory that is free; "
                "let it end with an epoch, if it never does, or give fewer"
            )
        yield batch


def _copied(batch: Any) -> Arguments:
    """Return a batch as arguments, its tensors as copies that need no gradient; InputError where some can't be found."""
    arguments = tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)
    return tuple(pytree.tree_map(_copy, arguments))


def _copy(leaf: Any) -> Any:
    if isinstance(leaf, Tensor):
        if leaf.layout != torch.strided:
            layout = str(leaf.layout).removeprefix("torch.")
            raise InputError(
                f"batches() gave a {layout} tensor, which can't be compared; give it dense, and make it sparse in the step"
            )
        return leaf.detach().clone()
    if isinstance(leaf, np.ndarray):
        return leaf.copy()
    if any(isinstance(value, (Tensor, np.ndarray)) for value in _inside(leaf)):
        raise InputError(
            f"batches() gave a batch with a {type(leaf).__name__}, whose tensors can't be copied or moved; give them in tuples, "
            "lists or dicts"
        )
    return leaf


def _inside(leaf: Any) -> list[Any]:
    """List what an object holds, as far as that can be seen."""
    if isinstance(leaf, (Mapping, tuple)):
        return [*(leaf.values() if isinstance(leaf, Mapping) else leaf)]
    slots = [field.name for field in fields(leaf)] if is_dataclass(leaf) else []
    return [*getattr(leaf, "__dict__", {}).values(), *(getattr(leaf, name, None) for name in slots)]


def cast(tensor: Tensor, dtype: torch.dtype | None) -> torch.dtype:
    """Return the dtype that a tensor has where numbers with a fraction are cast to one; None leaves all as they are."""
    if dtype is None or not (tensor.is_floating_point() or tensor.is_complex()):
        return tensor.dtype
    return dtype.to_complex() if tensor.is_complex() else dtype


def _named(batch: Arguments) -> list[tuple[str, Any]]:
    """List a batch's tensors and arrays with their places, such as [0] or [0]['ids']."""
    leaves = pytree.tree_flatten_with_path(batch)[0]
    return [(pytree.keystr(path), leaf) for path, leaf in leaves if isinstance(leaf, (Tensor, np.ndarray))]


def _tensors(batch: Arguments) -> list[Tensor]:
    return [leaf for leaf in pytree.tree_leaves(batch) if isinstance(leaf, Tensor)]


def _difference(one: Arguments, two: Arguments) -> str:
    """Return the first place in which two batches differ, with a blank before; empty where they are equal."""
    (leaves, shape), (others, other) = pytree.tree_flatten_with_path(one), pytree.tree_flatten_with_path(two)
    if shape != other:
        return " structure"
    for (path, leaf), (_, twin) in zip(leaves, others, strict=True):
        if not same(leaf, twin):
            return f" {'tensor' if isinstance(leaf, Tensor) else 'value'} {pytree.keystr(path)}"
    return ""


def same(one: Any, two: Any) -> bool:
    """Return whether two leaves of a batch are equal: tensors in shape, dtype and numbers, NaN where the other is NaN."""
    if isinstance(one, Tensor) and isinstance(two, Tensor):
        if one.shape != two.shape or one.dtype != two.dtype:
            return False
        return bool(torch.equal(one, two) or _equal_but_for_nan(one, two))
    if isinstance(one, np.ndarray) or isinstance(two, np.ndarray):
        numbers = all(isinstance(each, np.ndarray) and each.dtype.kind in "fc" for each in (one, two))
        return bool(np.array_equal(one, two, equal_nan=numbers))
    return bool(one == two) if isinstance(one, (int, float, str, bytes)) else type(one) is type(two)


def _equal_but_for_nan(one: Tensor, two: Tensor) -> bool:
    if not one.is_floating_point():
        return False
    filled = (each.nan_to_num(nan=0.0) for each in (one, two))
    return torch.equal(one.isnan(), two.isnan()) and torch.equal(*filled)
