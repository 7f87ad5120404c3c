"""What a backend is: one module (or any object) with a docstring, a work class, `refuses` and `prepare`.

A backend never overrides anything and is never registered by hand: a file in this folder is found by its stem (with hyphens for
underscores), a package of somebody else's names its module under the entry point group `lntx.backends`. Write

    \"\"\"Numpy loop: what it is, in a first line that labels it in every report.\"\"\"

    WORK = "steps"                              # or "algebra", or "solution"
    DEVICES = ("cpu",)                          # the device types it knows; ("cpu", "cuda") if left out

    def refuses(problem, recipe, device): ...   # None, or a sentence: why not, and what would help
    def prepare(problem, recipe, device): ...   # -> a call that trains from the start and returns a Fit

`refuses` may be asked without a problem and a recipe (both None): can it run on this device at all? `prepare` moves,
lays out and compiles; whatever follows from the data's values belongs into the call, which is what is timed. The call
can be repeated, each time from the initial weights, which it draws itself (`lntx.training.linear.model.initial`): timed calls get
other starts, and other targets where the call reads `problem.Y` in place (`lntx.training.audit`). X and Y can't be written to.
Optional libraries are imported inside.

A module may offer `seconds(problem, recipe, limits)`: a guess of what the call will take, from what the machine can do
at most (`lntx.host.limits`); the backend `auto` chooses among those of lntx that do. A backend that lets another do the work
offers `weighs(problem, recipe, device)`: the seconds it expects of each, the one it takes first.

A module says RANKS = True where several processes may be ranks of one training of its (`lntx.training.linear.ranks`), and it
writes snapshots where they are wanted.

A module may offer VARIANTS, a dict from a variant's name to its label; then `prepare` takes `variant=` and each is a
backend of its own, written "name:variant". Where `refuses` has a `variant`, too, it is told which one is asked about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lntx.host.limits import Limits
from lntx.record import Work
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

Run = Callable[[], Fit]


class Refuses(Protocol):
    """Says in a sentence why a recipe can't be carried out, or None."""

    def __call__(self, problem: Problem | None, recipe: Recipe | None, device: str, /) -> str | None:
        """Ask; with neither problem nor recipe: can the backend run on this device at all."""


class Prepare(Protocol):
    """Uploads, lays out and compiles; returns the training."""

    def __call__(self, problem: Problem, recipe: Recipe, device: str, /) -> Run:
        """Prepare one training; the returned call does it, from the initial weights, as often as called."""


class Weighs(Protocol):
    """Says which of the others a backend takes for a training, and why."""

    def __call__(self, problem: Problem, recipe: Recipe, device: str, /) -> Mapping[str, float]:
        """Return the seconds that it expects of each by name, the one it takes first."""


class Guess(Protocol):
    """Says what a training will take."""

    def __call__(self, problem: Problem, recipe: Recipe, limits: Limits, /) -> float:
        """Guess the seconds of the prepared call."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A backend as the rest of lntx sees it, whichever file or package it came from."""

    name: str
    label: str
    work: Work
    devices: tuple[str, ...]
    refuses: Refuses
    prepare: Prepare
    seconds: Guess | None = None
    weighs: Weighs | None = None
    ranks: bool = False
