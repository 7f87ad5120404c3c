"""What a file's `start` gives, held to what it must be: a model, its optimizer, and what else keeps a state (a scheduler)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.utils import _pytree as pytree

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.loop.batches import cast, same

_DTYPES = (torch.float32, torch.float64)


@dataclass(slots=True, eq=False)
class Made:
    """One start: what the ways of a loop are given."""

    model: nn.Module
    optimizer: Optimizer
    others: tuple[Any, ...] = ()

    @classmethod
    def by(cls, start: Callable[[], Any]) -> "Made":
        """Call a file's `start`; InputError for what can't be started over, or is no number."""
        given = start()
        parts = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        if len(parts) < 2 or not isinstance(parts[0], nn.Module) or not isinstance(parts[1], Optimizer):  # noqa: PLR2004  (a pair)
            kinds = ", ".join(type(part).__name__ for part in parts)
            raise InputError(
                f"start() gave {kinds}, where a torch.nn.Module and its optimizer are due: return model, optimizer"
            )
        for other in parts[2:]:
            if not (hasattr(other, "state_dict") and hasattr(other, "load_state_dict")):
                raise InputError(
                    f"start() gave {scalars.shown(type(other).__name__)} behind model and optimizer, which can't be started "
                    "over: it has no state_dict and load_state_dict, as a scheduler has"
                )
            if isinstance(other, nn.Module) and (*other.parameters(), *other.buffers()):
                raise InputError(
                    f"start() gave a {type(other).__name__} behind model and optimizer, whose tensors would be neither moved nor "
                    "proved: make it a part of the model (model.name = ...)"
                )
        made = cls(parts[0], parts[1], parts[2:])
        made._check()
        return made

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a way is given: model, optimizer, and whatever else start gave."""
        return self.model, self.optimizer, *self.others

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizer, and what else start gave that is one."""
        return [self.optimizer, *(other for other in self.others if isinstance(other, Optimizer))]

    @property
    def tensors(self) -> dict[str, Tensor]:
        """The model's parameters and buffers by name, each once."""
        return named(self.model)

    @property
    def beside(self) -> dict[str, Tensor]:
        """The tensors in the state of what else start gave (an average of the weights), by its class and their place.

        An optimizer's or a scheduler's is none: ways may keep theirs otherwise, and what they do with it shows in the model.
        """
        others = [other for other in self.others if not isinstance(other, (Optimizer, LRScheduler))]
        return {
            f"{type(other).__name__}{f' {number}' * (len(others) > 1)}{pytree.keystr(path)}": leaf
            for number, other in enumerate(others)
            for path, leaf in pytree.tree_flatten_with_path(other.state_dict())[0]
            if isinstance(leaf, Tensor) and leaf.layout == torch.strided
        }

    @property
    def trained(self) -> dict[str, Tensor]:
        """The parameters that an optimizer has, by name."""
        held = {id(p) for optimizer in self.optimizers for group in optimizer.param_groups for p in group["params"]}
        return {name: p for name, p in self.model.named_parameters() if id(p) in held and p.requires_grad}

    @property
    def dtype(self) -> str:
        """The dtype of the parameters: float32 or float64."""
        return str(next(self.model.parameters()).dtype).removeprefix("torch.")

    def to(self, device: str, dtype: torch.dtype | None = None) -> None:
        """Move everything to a device, in place, numbers with a fraction to another dtype, if one is given."""
        self.model._apply(lambda tensor: tensor.to(device, cast(tensor, dtype)))  # noqa: SLF001  (model.to makes complex real)
        for held in (held for optimizer in self.optimizers for held in optimizer.state.values()):
            for key, value in held.items():
                if isinstance(value, Tensor) and value.ndim:  # a count of steps stays where the optimizer put it
                    held[key] = value.to(device, cast(value, dtype))

    def difference(self, other: "Made") -> str:
        """Return what is different in another start, as a phrase; empty where nothing is."""
        if self.model is other.model:
            return "it gives the same model at each call, which then goes on training: make it inside start()"
        one, two = self.tensors, other.tensors
        if one.keys() != two.keys():
            return f"{min(one.keys() ^ two.keys())} is there in one call and not in the other"
        for name, tensor in one.items():
            if not same(tensor.detach(), two[name].detach()):
                return f"{name} differs from call to call: draw it after torch.manual_seed(...), inside start()"
        if list(map(type, self.optimizers)) != list(map(type, other.optimizers)) or _compared(self) != _compared(other):
            return "the optimizer's settings differ from call to call"
        return ""

    def _check(self) -> None:
        parameters = dict(self.model.named_parameters())
        if not parameters:
            raise InputError("start() gave a model without parameters: there is nothing to train")
        for name, tensor in self.tensors.items():
            if fault := _fault(tensor, is_parameter=name in parameters):
                raise InputError(f"start(): {name} {fault}")
        dtypes = {p.dtype for p in parameters.values()}
        if len(dtypes) > 1 or not dtypes <= set(_DTYPES):
            found = ", ".join(sorted(str(dtype).removeprefix("torch.") for dtype in dtypes))
            how = (
                "hold a complex one as its two parts (torch.view_as_real)"
                if any(dtype.is_complex for dtype in dtypes)
                else "for less, let the loop run under autocast with --dtype bfloat16"
            )
            raise InputError(
                f"start(): the parameters are {found}, where all are due in float32, or all in float64; {how}"
            )
        known = {id(p) for p in parameters.values()}
        held = [p for optimizer in self.optimizers for group in optimizer.param_groups for p in group["params"]]
        if any(id(p) not in known for p in held):
            raise InputError(
                "start(): the optimizer trains a tensor that is not the model's; make it of model.parameters()"
            )
        if not self.trained:
            raise InputError("start(): the optimizer trains no parameter of the model that requires a gradient")


def _fault(tensor: Tensor, *, is_parameter: bool) -> str:
    """Return what is wrong with a tensor from the start; empty where nothing is. A buffer may hold infinities: a mask does."""
    if is_lazy(tensor):
        return "has no shape yet; call the model once in start(), before the optimizer"
    if tensor.is_meta or tensor.is_sparse or tensor.is_quantized:
        return "holds no plain numbers (it is meta, sparse or quantised)"
    if not tensor.is_floating_point():
        return ""
    finite = bool(tensor.isfinite().all())
    return (
        "has numbers that are not finite from the start"
        if not finite and (is_parameter or bool(tensor.isnan().any()))
        else ""
    )


def named(model: nn.Module) -> dict[str, Tensor]:
    """Return a model's parameters and buffers by name, each once, also those that a state dict leaves out."""
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def _compared(made: Made) -> list[dict[str, Any]]:
    """Return an optimizer's settings as values that compare."""
    return [
        {key: value.tolist() if isinstance(value, Tensor) else value for key, value in group.items()}
        for optimizer in made.optimizers
        for group in settings(optimizer)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Noticed:
    """An optimizer or a scheduler that was made, with the optimizer's settings, and the scheduler's state, as it was new."""

    made: Any
    groups: list[dict[str, Any]]
    state: Any = None


@contextmanager
def noticed() -> Iterator[list[Noticed]]:
    """List the optimizers and schedulers that are made meanwhile: those of a way's own must be started over, too."""
    found: list[Noticed] = []
    usual = {kind: kind.__init__ for kind in (Optimizer, LRScheduler)}

    def watching(initial: Callable[..., None]) -> Callable[..., None]:
        def make(self: Any, *args: Any, **named: Any) -> None:
            initial(self, *args, **named)
            if isinstance(self, Optimizer):
                found.append(Noticed(self, settings(self)))
            else:
                found.append(Noticed(self, settings(self.optimizer), deepcopy(self.state_dict())))

        return make

    for kind, initial in usual.items():
        kind.__init__ = watching(initial)  # type: ignore[method-assign]
    try:
        yield found
    finally:
        for kind, initial in usual.items():
            kind.__init__ = initial  # type: ignore[method-assign]


def settings(optimizer: Optimizer) -> list[dict[str, Any]]:
    """Copy an optimizer's settings, group by group, without the parameters."""
    return [
        {key: deepcopy(value) for key, value in group.items() if key != "params"} for group in optimizer.param_groups
    ]
