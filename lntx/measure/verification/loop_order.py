"""What one process is to verify of a loop, and what is found: of the loop, and of each of its ways on each device."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lntx.record import Agreement
from lntx.storage.values import decoded, encoded
from lntx.training.trainable import Facts


@dataclass(frozen=True, slots=True)
class LoopOrder:
    """A process's work: a loop's file, `NAME=VALUE` for its axes, and its ways on some devices, none for all of them.

    steps are those that a way is held for, 0 for as many as usual. done are the points that an earlier process decided. folder
    is where processes keep what they know of the reference, events the file to tell of it in, parent the process to stop after.
    """

    file: str
    axis: tuple[str, ...]
    dtype: str | None
    devices: tuple[str, ...]
    ways: tuple[str, ...]
    steps: int
    done: tuple[str, ...] = ()
    folder: str = ""
    events: str = ""
    parent: int = 0


@dataclass(frozen=True, slots=True)
class LoopTold:
    """What a person reads of a loop: its name, what it trains, and in what."""

    name: str
    dtype: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of a way on a device: an agreement; or how it is wrong where none could be had; or why it failed, or can't be."""

    way: str
    label: str
    device: str
    dtype: str
    agreement: Agreement | None = None
    wrong: str = ""
    failure: str = ""
    refusal: str = ""

    @property
    def point(self) -> str:
        """What it is called while it is tried."""
        return f"{self.way} on {self.device}"

    @property
    def ok(self) -> bool | None:
        """Whether it agrees; None where nothing was compared."""
        return self.agreement.ok if self.agreement else False if self.wrong else None

    @property
    def decided(self) -> bool:
        """Whether it was tried, or needn't be."""
        return bool(self.agreement or self.reason)

    @property
    def reason(self) -> str:
        """What is to be said of it besides; empty where nothing is."""
        return self.refusal or self.failure or self.wrong or (self.agreement.note if self.agreement else "")


def dumps(order: LoopOrder) -> str:
    """Write an order as JSON."""
    return json.dumps(encoded(order))


def loads(text: str) -> LoopOrder:
    """Read an order that `dumps` wrote."""
    return decoded(LoopOrder, json.loads(text), "the order")


def loaded(loop: LoopTold, ways: Sequence[Verified], shown: Sequence[str]) -> dict[str, Any]:
    """Write what a process found of the loop as JSON types: its ways, and the points of those that are asked for."""
    return {"loop": encoded(loop), "ways": [encoded(way) for way in ways], "shown": list(shown)}


def of_loaded(event: Mapping[str, Any]) -> tuple[LoopTold, list[Verified], list[str]]:
    """Read what `loaded` wrote; ValueError, KeyError or TypeError for what is none."""
    ways = [of_verified(way) for way in event["ways"]]
    return decoded(LoopTold, event["loop"], "loop"), ways, [str(point) for point in event["shown"]]


def of_verified(value: Any) -> Verified:
    """Read a way as it was written by `encoded`; ValueError for what is none."""
    return decoded(Verified, value, "a way")
