"""What passes between lntx and a backend: data that it can't change for others, a start that it can't know, and its fit.

Whoever trains with a backend does it through `prepared`. The backend gets a problem whose arrays can't be written to, and
whose targets stay in memory of lntx's own (`audit`). Between two calls, `renew` gives the training a start and targets
that it hasn't seen; `outcome` takes what came back, with the factors of both.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from lntx.errors import Disagreement, InputError
from lntx.training import audit, digest
from lntx.training import device as devices
from lntx.training.backends.interface import Backend
from lntx.training.fit import Fit, Outcome
from lntx.training.isolation import is_usual, usual
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx.training.returned_fit import is_held, returned

T = TypeVar("T")

_KEPT = 2**22  # numbers of weights that are kept of one training's calls; two calls in any case
_COPIED = 2**24  # bytes of X up to which a backend gets a copy; of more, which would take time and memory, a view


class NoFit(InputError):
    """What a backend's call gave back can't be the weights of the training."""


@dataclass(frozen=True, slots=True, eq=False)
class Lent:
    """A problem as backends get it, in a recipe's dtype, and what its arrays were when they were lent."""

    problem: Problem
    own: Problem
    targets: audit.Targets
    digest: Any

    @classmethod
    def of(cls, problem: Problem, recipe: Recipe) -> "Lent":
        """Lend a problem: X as a copy where it is small, else as a view that can't be written, and Y as such a view.

        A mapped X is never read here.
        """
        X, Y = (problem.X, problem.Y) if problem.mapped else problem.cast(recipe.dtype)
        if X is problem.X and X.nbytes <= _COPIED and not problem.mapped:
            X = X.copy()
        targets = audit.Targets(Y)
        own = problem.lent(X, targets.lent)
        return cls(problem, own, targets, digest.of_arrays(own.X))

    def check(self, backend: str) -> None:
        """Raise Disagreement where a backend wrote into its inputs: it trained on other data than those it was given."""
        X, Y = digest.of_arrays(self.own.X) != self.digest, self.targets.changed()
        if X and isinstance(file := getattr(self.own.X, "filename", None), str | Path):  # a mapping can't be written to
            raise Disagreement(
                f"{file} was changed while backend {backend} trained on it, so that nobody can tell on which data; train again "
                "when nothing writes to it"
            )
        if X or Y:
            raise Disagreement(
                f"backend {backend} wrote into the problem's {'X' if X else 'Y'}, so that it trained on other data than it was "
                "given; let it work on a copy"
            )


@dataclass(slots=True, eq=False)
class Training:
    """A prepared training (`lntx.training.trainable.Prepared`): call it as often as needed, each time for the whole of it.

    `last` is what the last call gave, `prepared_s` are the seconds that preparing took.
    """

    backend: Backend
    lent: Lent
    recipe: Recipe
    device: str
    run: Callable[[], Any]
    last: Any = None
    kept: list[Outcome] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    prepared_s: float = 0.0
    _factors: audit.Factors | None = None
    _start: float = 1.0
    _within: bool = False
    _seen: int = 0

    def __call__(self) -> Fit:
        """Train from the start, until the device has done it and the numbers are there; InputError where it gives no fit.

        What might compute them only when they are read is read here, in the time of the call.
        """
        if not (self._within or is_usual()):
            with self.series():
                return self()
        fit: Fit = audit.started_at(self._start, self._trained)
        self.last = fit
        return fit

    def _trained(self) -> Fit:
        value = self.run()
        return value if is_held(value) else self._read(value)

    def _read(self, value: Any) -> Fit:
        try:
            return returned(value, self.lent.problem, self.recipe)
        except InputError as error:
            raise NoFit(str(error)) from error

    @contextmanager
    def series(self) -> Iterator[None]:
        """Let calls inside find torch as it is by default, and note what they changed of it."""
        with usual() as seen:
            self._within = True
            try:
                yield
            finally:
                self._within = False
        self.changed |= set(seen.changed)

    def check(self) -> None:
        """Raise Disagreement where the calls wrote into their inputs: one pass over X."""
        self.lent.check(self.backend.name)

    def renew(self) -> None:
        """Give the next call a start and targets that no call has seen."""
        self._factors = self._factors or audit.Factors(self.lent.problem)
        self._start, targets = self._factors.draw()
        self.lent.targets.scale(targets)

    def outcome(self) -> Outcome:
        """Take what the last call gave as a fit; InputError for what is none."""
        return Outcome(self._read(self.last), self._start, self.lent.targets.factor)

    def keep(self) -> None:
        """Take what the last call gave, in memory that no later call can reach; of very many, some drawn at random."""
        found = self.outcome()
        snapshots = tuple(_copied(one) for one in found.fit.snapshots)
        fit = replace(_copied(found.fit), snapshots=snapshots)
        self._seen += 1
        if len(self.kept) < max(2, _KEPT // fit.weights.numel()):
            self.kept.append(replace(found, fit=fit))
            return
        place = random.SystemRandom().randrange(self._seen)
        if place < len(self.kept) - 1:
            self.kept[place] = self.kept[-1]
        self.kept[-1] = replace(found, fit=fit)

    def before(self) -> None:
        """Keep what came of the call before, and give the next one other inputs: what goes between rounds that are timed.

        The first call of all gets the problem's own inputs: beside much larger ones, an error of a fixed size would not show.
        """
        if self.last is not None:
            self.keep()
            self.renew()
        self.last = None


def _copied(one: T) -> T:
    """Copy the weights and the bias of a fit or a snapshot."""
    held: Any = one
    copied: T = replace(held, weights=held.weights.clone(), bias=held.bias.clone())
    return copied


def prepared(backend: Backend, problem: Problem | Lent, recipe: Recipe, device: str) -> Training:
    """Let a backend prepare a training, and wait until the device has done what that takes.

    Raises what the backend raises, and InputError where it gives no call.
    """
    lent = problem if isinstance(problem, Lent) else Lent.of(problem, recipe)
    lent.targets.scale(1.0)
    with usual() as seen, lent.targets.watching():
        started = perf_counter()
        run = devices.settled(lambda: backend.prepare(lent.own, recipe.but(), device), device)()
        seconds = perf_counter() - started
    if not callable(run):
        raise InputError(f"backend {backend.name}: its prepare() gave a {type(run).__name__}, where a call is due")
    changed = set(seen.changed)
    return Training(backend, lent, recipe, device, devices.settled(run, device), changed=changed, prepared_s=seconds)
