"""Starting over in place: every tensor that a way may have captured keeps its memory, and holds again what it held at first.

Parameters and buffers are copied back. An optimizer's state goes back to that of a new one: what it makes at its first step is
set to what it makes then (zeros, but for `_FRESH`), in the same tensors; an optimizer that torch doesn't bring, or whose first
step differs from a step on zeros, loses its state instead, and makes it anew. A scheduler, and whatever else `start` gave, loads
the state that it had. Gradients are as at the start: none, or, where `prepare` made them, zeros in the same memory. The random
numbers of torch (CUDA's, too), NumPy and Python are seeded.

A training can also start **aside**: every trained number off by a part of itself, up or down, alike for all ways. What ends where
the usual start leads has not trained, but kept what an earlier call found.
"""

import random
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from lntx.errors import InputError
from lntx.training.loop.made import Made, Noticed, named, settings

SEED = 0
"""Of every run's random numbers."""

_ASIDE = 2.0**-7  # of each trained number

_ZEROS = frozenset(
    "Adadelta Adagrad Adam AdamW Adamax Adafactor ASGD Muon NAdam RAdam RMSprop Rprop SGD SparseAdam".split()  # noqa: SIM905  (a row of names)
)
"""torch's optimizers whose state is zeros at first, but for what `_FRESH` names."""

_FRESH: dict[tuple[str, str], float | str] = {
    ("NAdam", "mu_product"): 1.0,
    ("ASGD", "mu"): 1.0,
    ("ASGD", "eta"): "lr",
    ("Rprop", "step_size"): "lr",
}
"""What isn't zero in a state that a first step makes; "lr" is that of the parameter's group."""


def seed(number: int = SEED) -> None:
    """Let random numbers begin as in every run, or as in no run, for another number."""
    torch.manual_seed(number)
    np.random.seed(number)  # noqa: NPY002  (the global one is what somebody's code draws from)
    random.seed(number)


def starts_in_place(optimizer: Optimizer) -> bool:
    """Return whether an optimizer's state can be put back to that of a new one without new tensors."""
    if type(optimizer).__name__ not in _ZEROS or not type(optimizer).__module__.startswith("torch.optim"):
        return False
    return not any(group.get("dampening") and group.get("momentum") for group in optimizer.param_groups)


@dataclass(slots=True, eq=False)
class _Settings:
    """An optimizer's settings and the state that it had when it was made."""

    optimizer: Optimizer
    groups: list[dict[str, Any]]
    state: dict[Any, dict[str, Any]]

    @classmethod
    def of(cls, optimizer: Optimizer, *, empty: bool = False) -> "_Settings":
        """Note them; empty for one whose state was made by steps that don't count."""
        state = {} if empty else {p: deepcopy(dict(held)) for p, held in optimizer.state.items() if held}
        return cls(optimizer, settings(optimizer), state)

    def restore(self) -> None:
        for group, before in zip(self.optimizer.param_groups, self.groups, strict=False):
            for key, value in before.items():
                group[key] = _put(group.get(key), value)
        rates = {p: group["lr"] for group in self.optimizer.param_groups for p in group["params"] if "lr" in group}
        in_place = starts_in_place(self.optimizer)
        for p in list(self.optimizer.state):
            held = self.optimizer.state[p]
            if p in self.state:
                before = self.state[p]
                for key in held.keys() - before.keys():
                    del held[key]
                held.update({key: _put(held.get(key), value) for key, value in before.items()})
            elif not in_place or not all(
                isinstance(value, (Tensor, int, float, type(None))) for value in held.values()
            ):
                del self.optimizer.state[p]
            else:
                self._begin(held, rates.get(p, 0.0))

    def _begin(self, held: dict[str, Any], rate: Any) -> None:
        """Set a parameter's state to what a new optimizer's first step makes of it."""
        for key, value in held.items():
            known = _FRESH.get((type(self.optimizer).__name__, key), 0.0)
            fresh = float(rate if isinstance(known, str) else known)
            if isinstance(value, Tensor):
                value.fill_(fresh)
            elif value is not None:
                held[key] = type(value)(fresh)


@dataclass(slots=True, eq=False)
class Origin:
    """Where a training starts: taken before a way prepares, completed after it.

    `first` is what the model's tensors hold there, `start` that and what else is held (`Made.beside`).
    """

    made: Made
    held: dict[str, Tensor] = field(init=False)
    first: dict[str, Tensor] = field(init=False)
    start: dict[str, Tensor] = field(init=False)
    aside: dict[str, Tensor] = field(init=False)
    _gradients: dict[str, Tensor | None] = field(init=False)
    _others: list[tuple[Any, Any]] = field(init=False)
    _settings: list[_Settings] = field(init=False)
    _modes: list[tuple[nn.Module, bool]] = field(default_factory=list)
    _kept: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note everything as `start` gave it."""
        made = self.made
        self.held = made.tensors
        self.first = {name: tensor.detach().clone() for name, tensor in self.held.items()}
        self.start = {**self.first, **{name: tensor.detach().clone() for name, tensor in made.beside.items()}}
        self.aside = {**self.first, **_aside({name: self.first[name] for name in made.trained})}
        gradients = {name: p.grad for name, p in made.model.named_parameters()}
        self._gradients = {name: None if grad is None else grad.clone() for name, grad in gradients.items()}
        others = [other for other in made.others if not isinstance(other, Optimizer)]
        self._others = [(other, deepcopy(other.state_dict())) for other in others]
        self._settings = [_Settings.of(optimizer) for optimizer in made.optimizers]

    def complete(self, own: Sequence[Noticed]) -> None:
        """Note what a way's `prepare` made or changed: optimizers and schedulers of its own, gradients, settings, modes.

        Settings that a scheduler changed while a way warmed up are no settings of the way's.
        """
        self._modes = [(module, module.training) for module in self.made.model.modules()]
        optimizers = {id(one.optimizer): one for one in self._settings}
        groups = {id(one.optimizer): one.groups for one in self._settings}
        schedulers = [(s, groups.get(id(s.optimizer), []), state) for s, state in self._others if _schedules(s)]
        for one in own:
            if _schedules(one.made):
                schedulers.append((one.made, one.groups, one.state))
                self._others.append((one.made, one.state))
            else:
                optimizers[id(one.made)] = _Settings.of(one.made, empty=True)
        before = {id(s.optimizer): groups for s, groups, state in reversed(schedulers) if _stepped(s, state)}
        self._settings = list(optimizers.values())
        for held in self._settings:
            held.groups = before.get(id(held.optimizer)) or settings(held.optimizer)
        for name, p in self.made.model.named_parameters():
            if p.grad is not None:
                self._kept[name] = p.grad

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers that start gave, and those of a way's own."""
        return [one.optimizer for one in self._settings]

    @torch.no_grad()
    def restore(self, *, aside: bool = False) -> None:
        """Put everything back, the trained numbers aside of where they were, if that is asked for."""
        first = self.aside if aside else self.first
        for name, tensor in named(self.made.model).items():  # a forward may put another tensor in a buffer's place
            tensor.detach().copy_(first[name])
        for name, p in self.made.model.named_parameters():
            self._restore_gradient(name, p)
        for module, mode in self._modes:
            module.training = mode
        for other, state in self._others:
            other.load_state_dict(deepcopy(state))
        for one in self._settings:
            one.restore()
        seed()

    def check(self, who: str, device: str) -> None:
        """Raise InputError where a way replaced a tensor of the model, or gave it another shape, device or dtype."""
        now = named(self.made.model)
        if now.keys() != self.held.keys():
            name = min(now.keys() ^ self.held.keys())
            what = "came; make it in start(), as by calling the model once there" if name in now else "went"
            raise InputError(f"{who} changes which tensors the model has: {name} {what}")
        for name, tensor in now.items():
            first = self.first[name]
            if tensor.shape != first.shape:
                raise InputError(
                    f"{who} changes the shape of {name}, from {tuple(first.shape)} to {tuple(tensor.shape)}"
                )
            if tensor.device.type != torch.device(device).type:
                raise InputError(f"{who} leaves {name} on {tensor.device}, where the training runs on {device}")
            if tensor.dtype != first.dtype:
                raise InputError(f"{who} changes the dtype of {name}, from {first.dtype} to {tensor.dtype}")
            if isinstance(tensor, nn.Parameter) and tensor is not self.held[name]:
                raise InputError(
                    f"{who} replaces {name}, so that it can't be started over: train the parameters of the model that it is "
                    "given, in place (copy_)"
                )

    def _restore_gradient(self, name: str, p: Any) -> None:
        value = self._gradients.get(name)
        kept = self._kept.get(name)
        if kept is not None:
            p.grad = kept  # the same memory: a graph may write to it
            kept.zero_() if value is None else kept.copy_(value)
        else:
            p.grad = None if value is None else value.clone()


def _aside(trained: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the trained numbers of the other start: the same in each dtype, as float32 holds them."""
    draw, found = torch.Generator("cpu").manual_seed(SEED), {}
    for name, start in sorted(trained.items()):
        signs = torch.randint(0, 2, start.shape, generator=draw, device="cpu", dtype=torch.int8) * 2 - 1
        off = (start.cpu().double() * (1 + _ASIDE * signs)).float().to(start)
        found[name] = torch.where(off.isfinite(), off, start)
    return found


def _put(now: Any, before: Any) -> Any:
    """Return what stood there before: in the tensor that stands there now, where it fits."""
    if isinstance(now, Tensor) and isinstance(before, Tensor) and now.shape == before.shape:
        return now.copy_(before)
    return deepcopy(before)


def _stepped(scheduler: Any, state: Mapping[str, Any]) -> bool:
    """Return whether a scheduler's state is another than it was."""
    now = scheduler.state_dict()
    return any(now.get(key) != value for key, value in state.items())


def _schedules(other: Any) -> bool:
    return isinstance(other, torch.optim.lr_scheduler.LRScheduler)
