"""A training loop of somebody's own: `start`, `batches`, and ways to take a step, the first of which is the reference."""

from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any, Self

from lntx.errors import InputError, Refused
from lntx.record import Agreement
from lntx.suggestion import suggestion
from lntx.training import device as devices
from lntx.training import scalars
from lntx.training.loop import agreement, parameters
from lntx.training.loop.again import out_of_step
from lntx.training.loop.derived import derived
from lntx.training.loop.fault import written_in
from lntx.training.loop.prepared import LoopTraining, prepared
from lntx.training.loop.spread import Spread
from lntx.training.loop.spreads import Spreads
from lntx.training.loop.stored import kept
from lntx.training.loop.subject import Subject
from lntx.training.loop.trained import LoopFit, trained
from lntx.training.loop.way import DTYPES, Prepare, Way
from lntx.training.trainable import Facts

VERIFIED = 100
"""Steps for which a way is verified where nobody asks for others, and nothing follows an epoch."""
_EPOCH = 300  # steps of one that a proof takes at most so that it sees what follows

_DRAWS = (
    "its steps draw random numbers, such as dropout's, otherwise than the first way's do: another training, though it may be as "
    "good a one"
)


class Loop:
    """A training loop, `lntx.training.trainable.Trainable`.

    start() returns (model, optimizer), and behind them whatever else keeps a state (a scheduler): the same at each call.
    batches() returns the batches of an epoch, each a tuple of what a step takes (anything else is its only argument): the same
    at each call. Parameters of both are the loop's axes, each with a default. metric(model) returns a number, asked for after
    a training. epochs is how many `train` does where it isn't told. Raises InputError for what can't be those.
    """

    def __init__(
        self,
        start: Callable[..., Any],
        batches: Callable[..., Any],
        *,
        epochs: int = 10,
        metric: Callable[[Any], Any] | None = None,
        name: str = "loop",
    ) -> None:
        for role, function in (("start", start), ("batches", batches), *((("metric", metric),) if metric else ())):
            if not callable(function):
                raise InputError(f"{role} must be a function, not {scalars.shown(function)}")
        self.epochs = scalars.whole("epochs", epochs, least=1)
        self.name, self.metric = scalars.text("name", name), metric
        self.path: Path | None = None
        self._own: dict[str, Way] = {}
        self._functions = (start, batches)
        self._takes = parameters.defaults("start", start), parameters.defaults("batches", batches)
        self.axes: Mapping[str, Any] = parameters.joined(*self._takes)
        self._bind({}, None)

    def way(self, function: Any = None, *, name: str | None = None, dtype: str | None = None) -> Any:
        """Add a way: a function of what start gives that returns the step; a decorator, also with arguments.

        The first is the reference. Its docstring's first line is its label. dtype="bfloat16" says that the way computes in that,
        by autocast, so that it is held against what that explains. InputError where another way has its name.
        """

        def add(prepare: Prepare) -> Prepare:
            way = Way.of(prepare, name, dtype)
            if way.name in self._own:
                raise InputError(f"two ways are called {way.name}; name one by @loop.way(name=...)")
            self._own[way.name] = way
            return prepare

        return add if function is None else add(function)

    def at(self, dtype: str | None = None, **values: Any) -> Self:
        """Return the loop with other values of its axes, or in another dtype; InputError for an unknown one."""
        parameters.check(self.axes, values)
        if dtype not in (None, *DTYPES):
            raise InputError(f"dtype must be one of {', '.join(DTYPES)}, not {scalars.shown(dtype)}")
        other = copy(self)
        other._bind({**self.values, **values}, dtype or self._asked)  # noqa: SLF001  (one of its own kind)
        return other

    def _bind(self, values: Mapping[str, Any], dtype: str | None) -> None:
        self.values, self._asked = dict(values), dtype
        self._subject: Subject | None = None
        self._spreads = Spreads(self._reference, self._draws, self._keep)

    @property
    def ways(self) -> dict[str, Way]:
        """All ways by name: the file's, the reference first, then those that follow from it and that the file hasn't itself."""
        if not self._own:
            raise InputError(
                f"{self.name} has no way: put @loop.way above a function of (model, optimizer) that returns a step"
            )
        first = next(iter(self._own.values()))
        more = {one.NAME: Way(one.NAME, one.LABEL, first.prepare, one) for one in derived()}
        return {**self._own, **{name: way for name, way in more.items() if name not in self._own}}

    @property
    def labels(self) -> dict[str, str]:
        """Each way with its label."""
        return {name: way.label for name, way in self.ways.items()}

    def find(self, way: str = "") -> Way:
        """Find a way by name, the reference for none; InputError with the nearest name where there is none."""
        ways = self.ways
        if not way:
            return next(iter(ways.values()))
        if way not in ways:
            raise InputError(f"{self.name} has no way {way!r}; {suggestion(way, ways)}")
        return ways[way]

    @property
    def dtype(self) -> str:
        """What it trains in: that of the parameters, or what was asked for."""
        return self._asked or self.subject.dtype

    @property
    def subject(self) -> Subject:
        """What start and batches gave, checked: called twice, they must give the same."""
        if self._subject is None:
            files = frozenset(map(written_in, (*self._functions, *(way.prepare for way in self._own.values()))))
            start, batches = (
                (function, {name: self.values.get(name, value) for name, value in takes.items()})
                for function, takes in zip(self._functions, self._takes, strict=True)
            )
            self._subject = Subject.of(start, batches, files)
        return self._subject

    def facts(self) -> Facts:
        """Return what a record says of it; raises as `check` does."""
        return self.subject.facts(self.epochs, {**self.axes, **self.values})

    def refuses(self, way: str, device: str) -> str | None:
        """Say in a sentence why a way can't be, and what would help; None where it can. InputError for an unknown way."""
        found = self.find(way)
        return found.derived.refuses(self.subject.ground(device)) if found.derived else None

    def check(self, way: str = "", device: str = "cpu") -> None:
        """Raise, in one line, for what can't be trained.

        InputError for a start or batches that differ from call to call or aren't what they must be, an unknown way or a device
        that isn't here; Refused for a way that can't be.
        """
        devices.check(device)
        found = self.find(way)
        _ = self.subject
        if reason := self.refuses(found.name, device):
            raise Refused(f"way {found.name} can't do this: {reason}")

    def prepare(
        self, way: str = "", device: str = "cpu", epochs: int | None = None, *, steps: int | None = None
    ) -> LoopTraining:
        """Let a way prepare a training of some epochs, or of some steps.

        Raises as `check` does, and InputError for what the way's own code raises, or does to the model.
        """
        self.check(way, device)
        found = self.find(way)
        epochs = self.epochs if epochs is None else scalars.whole("epochs", epochs, least=1)
        count = epochs * len(self.subject.batches) if steps is None else scalars.whole("steps", steps, least=1)
        return self._prepared(found, found.dtype or self.dtype, device, count)

    def agreement(self, run: LoopTraining, *, thorough: bool = True) -> Agreement:
        """Hold what a training's calls left at its end; if thorough, train once more, and hold it after 1, 10 and 100 steps, too.

        Raises Unprovable where rounding alone moves the weights so far that agreement would prove nothing, and Diverged.
        """
        stops = agreement.checkpoints(run.steps)
        spread = self._spreads.of(run.dtype, stops, run.device)
        runs = [run.trace(stops)] if thorough or not run.kept else []
        runs += [{run.steps: end} for end in run.kept]
        if len(runs) == 1:
            run.trace((out_of_step(stops[-1]),))  # so that a count of its steps, if it goes on, is another
            runs.append(run.trace(stops))  # a second call, which must begin as the first did
        hint = _DRAWS if spread.drew and run.drawn != spread.drawn and thorough else ""
        aside = run.elsewhere if run.elsewhere or not thorough else [run.trace(stops[-1:], aside=True)[run.steps]]
        return agreement.joined(spread, runs, run.epoch, hint, aside)

    def train(
        self,
        way: str = "",
        device: str = "cpu",
        epochs: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> LoopFit:
        """Train, and return the model with its tensors, the loss history, the metric and the seconds.

        progress hears the number of each epoch that is done. Raises as `prepare` does, and Diverged where the weights leave the
        finite numbers.
        """
        return trained(self.prepare(way, device, epochs), self.metric, progress)

    def held(self) -> int:
        """Return for how many steps a way is verified where nobody asks for others: 100, or so many that an epoch ends in them.

        The latter where the first way does something after an epoch, which a way might leave out, and epochs are short. Raises
        as `check` does, and InputError for what the first way raises.
        """
        epoch = len(self.subject.batches)
        return epoch + 1 if VERIFIED <= epoch <= _EPOCH and self._seen().closes else VERIFIED

    def verify(self, way: str = "", device: str = "cpu", *, steps: int | None = None) -> Agreement:
        """Train a way for some steps (`held`), twice, and hold it against the first way in float64, tensor by tensor."""
        steps = self.held() if steps is None else steps
        self.expect(way, device, steps=steps)  # before code of its own runs, which might change what the first way does
        run = self.prepare(way, device, steps=steps)
        found = self.agreement(run)
        run.check()
        return found

    def expect(self, way: str = "", device: str = "cpu", *, steps: int = VERIFIED) -> None:
        """Measure what a way's training of some steps is held against; raises as `check` and `agreement` do."""
        self.check(way, device)
        stops = agreement.checkpoints(scalars.whole("steps", steps, least=1))
        self._spreads.of(self.find(way).dtype or self.dtype, stops, device)

    def _prepared(self, way: Way, dtype: str, device: str, steps: int) -> LoopTraining:
        subject = self.subject
        drawn = bool(way.derived) and self._draws()
        return prepared(
            way, subject.made, subject.batches, subject.files,
            device=device, dtype=dtype, wide=subject.wide(dtype), steps=steps, draws=drawn,
        )  # fmt: skip

    def _draws(self) -> bool:
        """Whether a step draws random numbers."""
        return bool(self._seen().draws)

    def _seen(self) -> Subject:
        """Take a step of the first way, once, for what can be seen of it alone."""
        if self.subject.draws is None:
            first = self._prepared(self.find(), self.dtype, "cpu", 1)
            first.trace((1,))
            self.subject.draws, self.subject.closes = first.drew, first.after is not None
        return self.subject

    def _reference(self, dtype: str, device: str, steps: int) -> LoopTraining:
        return self._prepared(self.find(), dtype, device, steps)

    def _keep(self, what: tuple[Any, ...], measure: Callable[[], Spread]) -> Spread:
        return kept(self.subject, repr((*what, sorted(self.values.items()), self.find().name)), measure)
