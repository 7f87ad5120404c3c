"""The one interface of all trainings: a problem with its recipe, or a loop of somebody's own, as stopwatch and driver see it.

A training has several **ways** to be carried out (a linear model's are its backends). A way is refused in a sentence, or
prepared; what is prepared is called as often as needed, each time for the whole training from its start; and what the calls left
is held against the training's reference before a time counts.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from lntx.record import Agreement


@dataclass(frozen=True, slots=True)
class Facts:
    """What a record says of a training besides its way: plain values.

    model and optimizer are the names of their classes, parameters the numbers that are trained. samples are those of an
    epoch, features and outputs the numbers of a sample's inputs and targets, batch_size the samples of the largest step,
    steps those of an epoch. axis holds the values of a loop's own parameters.
    """

    model: str
    optimizer: str
    parameters: int
    samples: int
    features: int
    outputs: int
    batch_size: int
    steps: int
    epochs: int
    axis: Mapping[str, Any] = field(default_factory=dict)


class Prepared(Protocol):
    """A training that a way has made ready."""

    @property
    def kept(self) -> Sequence[Any]:
        """What the calls left, as far as it was kept; never changed by a later call."""

    @property
    def prepared_s(self) -> float:
        """The seconds that the way's own preparing took."""

    def __call__(self) -> Any:
        """Train once, from the start, until the device has done it: what is timed."""

    def before(self) -> None:
        """Keep what the call before left, and start over: what goes between calls that are timed."""

    def keep(self) -> None:
        """Keep what the last call left."""

    def series(self) -> AbstractContextManager[None]:
        """Let calls inside find torch with its usual settings; entering takes 0.2 ms."""

    def check(self) -> None:
        """Raise Disagreement or InputError where the calls wrote into their inputs, or can't be repeated."""


class Trainable(Protocol):
    """A training that can be measured."""

    @property
    def name(self) -> str:
        """What is trained: the problem's name, or the loop's."""

    @property
    def dtype(self) -> str:
        """float32, float64, or bfloat16 by autocast."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Each way with its label."""

    def facts(self) -> Facts:
        """Return what a record says of it."""

    def refuses(self, way: str, device: str) -> str | None:
        """Say in a sentence why a way can't be, and what would help; None where it can."""

    def check(self, way: str, device: str) -> None:
        """Raise, in one line, for what can't be trained: LntxError of some kind."""

    def prepare(self, way: str, device: str, epochs: int) -> Prepared:
        """Let a way prepare a training of so many epochs."""

    def agreement(self, run: Any, *, thorough: bool = True) -> Agreement:
        """Hold what a prepared training's calls left, and, if thorough, the way there, against the reference.

        Raises Unprovable where agreement would prove nothing.
        """
