"""A way: what takes a loop's steps, under a name and a label; written in the file, or derived from its first."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.loop.batches import Batches
from lntx.training.loop.made import Made

Step = Callable[..., Any]
Prepare = Callable[..., Step]

DTYPES = ("float32", "float64", "bfloat16")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a derived way stands on: a start, the batches, the device, and whether the training draws random numbers.

    again lets the file's own function make a step once more, of another start, and what follows an epoch, if it gives that.
    """

    made: Made
    batches: Batches
    device: str
    draws: bool = False
    again: "Callable[[Made], tuple[Step, Step | None]]" = lambda _: (_nothing, None)


def _nothing(*_: Any) -> None:
    """Stand for a step where none is to be taken."""


class Derived(Protocol):
    """A way that follows from a loop's first; a file of `lntx.training.loop.derived`, found by its stem."""

    NAME: str
    LABEL: str

    def refuses(self, ground: Ground, /) -> str | None:
        """Say in a sentence why it can't be, and what would help; None where it can."""

    def arrange(self, ground: Ground, /) -> None:
        """Change the model or the optimizer, before the first way prepares."""

    def finish(self, step: Step, ground: Ground, /) -> Step:
        """Make its step of the first way's."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way as lntx knows it.

    prepare is what the file wrote, or the first way's, of which `derived` makes another. dtype is bfloat16 where the way itself
    computes in that, by autocast, and is to be held against what its rounding explains; else None.
    """

    name: str
    label: str
    prepare: Prepare
    derived: Derived | None = None
    dtype: str | None = None

    @classmethod
    def of(cls, function: Prepare, name: str | None, dtype: str | None) -> "Way":
        """Take a function of the file's; InputError for what is none."""
        if not callable(function):
            raise InputError(f"a way must be a function of (model, optimizer), not {scalars.shown(function)}")
        if dtype not in (None, *DTYPES):
            raise InputError(f"dtype must be one of {', '.join(DTYPES)}, not {scalars.shown(dtype)}")
        called = scalars.text("name", name or getattr(function, "__name__", "way"))
        label = (inspect.getdoc(function) or called).strip().partition("\n")[0].rstrip(".")
        return cls(called, label, function, dtype=dtype)

    def taken(self, made: Made, dtype: str, device: str) -> tuple[Step, Step | None]:
        """Let the file's function make a step, under autocast for bfloat16, and what follows an epoch, if it gives that, too.

        InputError where it gives no step.
        """
        given: Any = self.prepare(*made.arguments)
        step, after = given if isinstance(given, tuple) and len(given) == 2 else (given, None)  # noqa: PLR2004  (a pair)
        if not callable(step) or not (after is None or callable(after)):
            kinds = "nothing" if given is None else f"a value of type {type(given).__name__}"
            raise InputError(
                f"way {self.name} gave {kinds}, where its step is due: return the function that takes a batch, or that and a "
                "function to be called after each epoch"
            )
        if dtype != "bfloat16" or self.dtype == "bfloat16":
            return step, after
        kind = torch.device(device).type

        def cast(*batch: Any) -> Any:
            with torch.autocast(kind, dtype=torch.bfloat16):
                return step(*batch)

        return cast, after

    def check(self, step: Step, batch: Sequence[Any]) -> None:
        """Raise InputError where a step of its takes other arguments than a batch gives, as far as its signature tells."""
        try:
            inspect.signature(step).bind(*batch)
        except ValueError:  # it has none
            return
        except TypeError as error:
            raise InputError(
                f"the step of way {self.name} can't take a batch ({error}): a batch that is a tuple or a list gives as many "
                f"arguments, {len(batch)} here, and anything else, a dict too, is the only one"
            ) from None
