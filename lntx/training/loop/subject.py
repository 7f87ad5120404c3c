"""What a loop trains and on what: its start and its batches, each called twice and compared, once for all ways."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from lntx.errors import InputError
from lntx.training import device as devices
from lntx.training.loop.batches import Batches
from lntx.training.loop.fault import blamed
from lntx.training.loop.made import Made
from lntx.training.loop.origin import SEED, seed
from lntx.training.loop.surroundings import surrounding
from lntx.training.loop.way import Ground
from lntx.training.trainable import Facts

_ANOTHER = SEED + 1  # a second call must not depend on where random numbers stand

Call = tuple[Callable[..., Any], Mapping[str, Any]]


@dataclass(slots=True, eq=False)
class Subject:
    """A start, as it is made anew for each training, and an epoch's batches; files are those that their author wrote.

    `draws` says whether a step draws random numbers, None until somebody has asked; `closes` whether something follows an epoch.
    """

    start: Callable[[], Any]
    first: Made
    batches: Batches
    files: frozenset[str]
    draws: bool | None = None
    closes: bool = False

    @classmethod
    def of(cls, start: Call, batches: Call, files: frozenset[str]) -> "Subject":
        """Call both twice; InputError where they differ, or give what can't be trained."""
        begin, read = (partial(function, **values) for function, values in (start, batches))
        one, two = (_made(begin, files, number) for number in (SEED, _ANOTHER))
        if fault := one.difference(two):
            raise InputError(f"start(): {fault}")
        epoch = _read(read, files, SEED)
        try:
            again = _read(read, files, _ANOTHER)
        except InputError as error:
            raise InputError(f"called a second time, {error}; make what it reads from inside batches()") from error
        if fault := epoch.difference(again):
            raise InputError(
                f"batches(): {fault}, from call to call; draw and shuffle them after torch.manual_seed(...), inside batches()"
            )
        return cls(begin, one, epoch, files)

    @property
    def dtype(self) -> str:
        """The dtype of the parameters as start gives them."""
        return self.first.dtype

    def made(self) -> Made:
        """Call start anew."""
        return _made(self.start, self.files, SEED)

    def ground(self, device: str) -> Ground:
        """Return what a derived way is asked about; not to be trained on."""
        return Ground(self.first, self.batches, device, bool(self.draws))

    def wide(self, dtype: str) -> torch.dtype | None:
        """Return the dtype that everything is to be cast to for a training in another than its own; None for none."""
        due = "float64" if dtype == "float64" else "float32"
        return None if due == self.dtype else getattr(torch, due)

    def facts(self, epochs: int, axis: Mapping[str, Any]) -> Facts:
        """Return what a record says of it."""
        samples, largest, features, outputs = self.batches.sizes()
        return Facts(
            model=type(self.first.model).__name__,
            optimizer=type(self.first.optimizer).__name__,
            parameters=sum(p.numel() for p in self.first.trained.values()),
            samples=samples,
            features=features,
            outputs=outputs,
            batch_size=largest,
            steps=len(self.batches),
            epochs=epochs,
            axis=axis,
        )


def _made(start: Callable[[], Any], files: frozenset[str], number: int) -> Made:
    with surrounding("float32"), devices.threads(1), blamed("start()", files):
        seed(number)
        return Made.by(start)


def _read(batches: Callable[[], Any], files: frozenset[str], number: int) -> Batches:
    with surrounding("float32"), devices.threads(1), blamed("batches()", files):
        seed(number)
        return Batches.read(batches)
