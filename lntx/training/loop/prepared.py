"""One way made ready on a device: called, it takes all steps of a training, from the start, as often as it is called."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from lntx.training import device as devices
from lntx.training.loop import pulse
from lntx.training.loop.batches import Batches
from lntx.training.loop.fault import blamed
from lntx.training.loop.made import Made, named, noticed
from lntx.training.loop.origin import Origin, seed
from lntx.training.loop.surroundings import surrounding
from lntx.training.loop.way import Ground, Step, Way

Tensors = dict[str, Tensor]

_HALF = 0.5
_KEPT = 2**22  # numbers of the ends that are kept of one training's calls; two calls in any case


@dataclass(slots=True, eq=False)
class LoopTraining:
    """A prepared training of a loop (`lntx.training.trainable.Prepared`).

    Called, it takes `steps` steps; `before` starts over, outside of the time. A call that nothing went before starts over itself.
    `kept` holds the tensors that are held, on the CPU, as calls left them. Where it `varies`, about half of the calls start aside
    (`Origin`), drawn by lot, and `elsewhere` holds what those left. `prepared_s` are the seconds that the way's own preparing
    took. After a `trace`, `drew` says whether its steps drew random numbers of torch's, `drawn` where those stood at its end.
    """

    way: Way
    device: str
    dtype: str
    steps: int
    epoch: int
    made: Made
    step: Step
    after: Step | None
    batches: Batches
    given: Batches
    origin: Origin
    files: frozenset[str]
    prepared_s: float
    kept: list[Tensors] = field(default_factory=list)
    elsewhere: list[Tensors] = field(default_factory=list)
    varies: bool = False
    drew: bool = False
    drawn: bytes = b""
    _fresh: bool = False
    _ran: bool = False
    _within: bool = False
    _aside: bool = False
    _seen: list[int] = field(default_factory=lambda: [0, 0])

    def __call__(self) -> None:
        """Take all steps, and wait until the device has done them."""
        if not self._within:
            with self.series():
                self()
            return
        if not self._fresh:
            self.before()
        self._fresh, self._ran = False, True
        with blamed(self.who, self.files):
            self._run()

    @property
    def who(self) -> str:
        """The way, for a sentence."""
        return f"way {self.way.name}"

    @property
    def epochs(self) -> float:
        """The epochs that the steps are."""
        return self.steps / self.epoch

    def _run(self) -> None:
        """Take the steps: a loop and nothing in it but the step, and what follows an epoch."""
        step, after, epoch = self.step, self.after, self.batches.each
        whole, rest = divmod(self.steps, len(epoch))
        for _ in range(whole):
            for batch in epoch:
                step(*batch)
            if after:
                after()
        for batch in epoch[:rest]:
            step(*batch)
        devices.settle(self.device)

    @contextmanager
    def series(self) -> Iterator[None]:
        """Let calls inside find torch as it is by default."""
        with surrounding(self.dtype):
            self._within = True
            try:
                yield
            finally:
                self._within = False

    def before(self) -> None:
        """Keep what the call before left, and start over: what goes between rounds that are timed."""
        if self._ran:
            self.keep()
        few = len(self.kept) - len(self.elsewhere)  # both starts come, and nobody can tell which is next
        self.begin(aside=self.varies and (few > 1 or (few > -1 and random.SystemRandom().random() < _HALF)))

    def begin(self, *, aside: bool = False) -> None:
        """Start over, aside of the usual start where that is asked for."""
        self.origin.check(self.who, self.device)
        self.origin.restore(aside=aside)
        self._aside = aside
        devices.settle(self.device)
        self._fresh, self._ran = True, False

    def keep(self) -> None:
        """Keep what the last call left; of very many calls, some drawn at random, the first among them."""
        if not self._ran:
            return
        self._ran = False
        kept = self.elsewhere if self._aside else self.kept
        self._seen[self._aside] += 1
        found = self.snapshot()
        if len(kept) < max(2, _KEPT // max(1, sum(tensor.numel() for tensor in found.values()))):
            kept.append(found)
            return
        place = random.SystemRandom().randrange(self._seen[self._aside])
        if 0 < place < len(kept) - 1:
            kept[place] = kept[-1]
        kept[-1] = found

    def snapshot(self) -> Tensors:
        """Return the tensors that are held as they are now, copied to the CPU: the model's, and what else start gave to keep."""
        beside = {name: tensor for name, tensor in self.made.beside.items() if name in self.origin.start}
        held = {**named(self.made.model), **beside}
        return {name: tensor.detach().to("cpu", copy=True) for name, tensor in held.items()}

    def check(self) -> None:
        """Raise where the calls wrote into their batches, or left the model another than they were given."""
        self.origin.check(self.who, self.device)
        self.batches.check(self.given, self.who)

    def trace(
        self,
        stops: Sequence[int],
        before: Callable[[], None] | None = None,
        after: Callable[[], None] | None = None,
        each: Callable[[int, Any], None] | None = None,
        *,
        aside: bool = False,
    ) -> dict[int, Tensors]:
        """Start over, aside if asked for, take steps up to the last stop, and return the tensors at each stop.

        before and after are called around each step; each hears the number of steps and what the step returned.
        """
        found: dict[int, Tensors] = {}
        beat = pulse.listener()
        with self.series(), blamed(self.who, self.files):
            self.begin(aside=aside)
            self._fresh, started = False, self._random()
            for number, batch in enumerate(self.batches.first(stops[-1]), 1):
                if before:
                    before()
                value = self.step(*batch)
                if after:
                    after()
                if self.after and number % self.epoch == 0:
                    self.after()
                if each:
                    each(number, value)
                if beat:
                    beat()
                if number in stops:
                    found[number] = self.snapshot()
            self.origin.check(self.who, self.device)
            self.drawn = self._random()
            self.drew = self.drawn != started
        return found

    def _random(self) -> bytes:
        """Return where torch's random numbers stand."""
        states = [torch.get_rng_state()]
        if torch.device(self.device).type == "cuda":
            states.append(torch.cuda.get_rng_state(self.device))
        return b"".join(state.numpy().tobytes() for state in states)


def prepared(
    way: Way,
    start: Callable[[], Made],
    given: Batches,
    files: frozenset[str],
    *,
    device: str,
    dtype: str,
    wide: torch.dtype | None,
    steps: int,
    draws: bool = False,
) -> LoopTraining:
    """Let a way prepare: its model and batches on the device; the clock runs for the way's own part alone.

    dtype is what is computed in, wide what model and batches are to be cast to, if they aren't in it as they come. Raises
    InputError where the way can't, or leaves the model another than it was given.
    """
    made = start()
    with surrounding(dtype), devices.current(device):
        made.to(device, wide)
        ground = Ground(made, given.on(device, wide), device, draws, lambda other: way.taken(other, dtype, device))
        seed()
        with blamed(f"way {way.name}", files), noticed() as own:
            if way.derived:
                way.derived.arrange(ground)
            origin = Origin(made)
            devices.settle(device)
            started = perf_counter()
            step, after = way.taken(made, dtype, device)
            way.check(step, given.each[0])
            if way.derived:
                step = way.derived.finish(step, ground)
            devices.settle(device)
            seconds = perf_counter() - started
        origin.complete(own)
        origin.check(f"way {way.name}", device)
    return LoopTraining(
        way,
        device,
        dtype,
        steps,
        len(given),
        made,
        step,
        after,
        ground.batches,
        given.on("cpu", wide),
        origin,
        files,
        seconds,
    )
