"""What a results file must look like: the shapes of its parts, into which `lntx.storage.fitting` fits what was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lntx.record import Cell, Kind, Work


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file, of any project."""

    benchmarks: tuple[Any, ...]
    machine_info: Mapping[str, Any] | None = None
    commit_info: Mapping[str, Any] | None = None
    datetime: Any = None
    lntx: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the list `benchmarks`, of any project."""

    fullname: str
    stats: Mapping[str, Any]
    extra_info: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The raw rounds, or where a project saved none their median."""

    data: tuple[float, ...] | None = None
    median: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint; its error is null where it is no finite number."""

    epoch: float
    error: float | None
    tolerance: float
    loss: float | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """An agreement."""

    checkpoints: tuple[Point, ...]
    reference: str
    truth: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """What lntx adds to an entry."""

    cell: Cell
    label: str
    work: Work
    timed_epochs: int
    rounds: tuple[int, ...]
    prepare_s: tuple[float, ...]
    agreement: Proof | None
    counters: Mapping[str, float]
    weighed: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """An absence."""

    cell: Cell
    kind: Kind
    reason: str
    label: str = ""
    agreement: Proof | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What lntx adds to a file."""

    about: Mapping[str, Any] | None = None
    absences: tuple[Gap, ...] = ()
