"""Where a training stands, written while it runs, so that one whose rank was killed goes on from there to the same weights."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from torch import Tensor

from lntx.errors import InputError
from lntx.storage import sizes
from lntx.storage.disk import write_bytes

EVERY_S = 30.0


@dataclass(slots=True)
class Keeping:
    """Where snapshots go, how far apart; went_on says whether a training began where one stood."""

    folder: Path
    every_s: float
    went_on: bool = False


_kept: ContextVar[Keeping | None] = ContextVar("kept", default=None)


@contextmanager
def keeping(folder: Path, every_s: float = EVERY_S) -> Iterator[Keeping]:
    """Let trainings inside write snapshots to a folder, so many seconds apart, and begin where one of theirs stands there.

    InputError for a time that is none.
    """
    if not 0 <= every_s < math.inf:
        raise InputError(f"snapshots must be a number of seconds apart, 0 for each step, not {every_s:g}")
    asked = Keeping(folder, every_s)
    token = _kept.set(asked)
    try:
        yield asked
    finally:
        _kept.reset(token)


def wanted() -> bool:
    """Whether snapshots are to be written now."""
    return _kept.get() is not None


@dataclass(slots=True)
class Snapshots:
    """The snapshots of one training, or of one rank of it: a file that is replaced in one move."""

    path: Path
    asked: Keeping
    latest: float

    @classmethod
    def of(cls, name: str) -> "Snapshots | None":
        """Return those of a training by its name; None where none are to be written."""
        asked = _kept.get()
        return None if asked is None else cls(asked.folder / f"lntx-{name}.safetensors", asked, monotonic())

    @property
    def due(self) -> bool:
        """Whether the latest is old enough."""
        return monotonic() - self.latest >= self.asked.every_s

    def stored(self) -> dict[str, Tensor] | None:
        """Read where the training stands; None where it hasn't begun. InputError for a file that is damaged."""
        from safetensors import SafetensorError  # noqa: PLC0415  (training needs no file format)
        from safetensors.torch import load  # noqa: PLC0415

        try:
            packed = sizes.content(self.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(f"can't read the snapshot {self.path}: {error.strerror or error}") from error
        try:
            found: dict[str, Tensor] = load(packed)
        except (SafetensorError, ValueError) as error:
            raise InputError(f"the snapshot {self.path} is damaged; remove it to train from the start") from error
        self.asked.went_on = True
        return found

    def write(self, state: Mapping[str, Tensor]) -> None:
        """Replace the snapshot; InputError where that can't be done."""
        from safetensors.torch import save  # noqa: PLC0415

        write_bytes(self.path, save({name: value.detach().cpu().contiguous() for name, value in state.items()}))
        self.latest = monotonic()
