"""What one process is to verify: a backend and its variants, on which devices, over which cases."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lntx.storage.values import decoded, encoded
from lntx.training.linear.parity.grid import Case


@dataclass(frozen=True, slots=True)
class Order:
    """A process's work.

    names are as a user gives them, all of one family, none for the whole of it; devices none for all that the backend knows.
    done are the points that an earlier process decided. events is the file to tell of it in, parent the process to stop
    after. backend_files are the files of somebody's own in which backends lie.
    """

    family: str
    names: tuple[str, ...]
    devices: tuple[str, ...]
    cases: tuple[Case, ...]
    done: tuple[str, ...]
    events: str
    parent: int
    backend_files: tuple[str, ...] = ()


def dumps(order: Order) -> str:
    """Write an order as JSON."""
    return json.dumps(encoded(order))


def loads(text: str) -> Order:
    """Read an order that `dumps` wrote."""
    return decoded(Order, json.loads(text), "the order")


def point(backend: str, device: str, case: int) -> str:
    """Name one case of a backend on a device."""
    return f"{backend} on {device}, case {case + 1}"


LOADING = "loading"
"""The point at which a process loads its backend and asks it whether it runs here."""


def points(places: Sequence[tuple[str, str]], cases: Sequence[Case]) -> dict[str, tuple[tuple[str, str], Case]]:
    """Give every case of every place its name, in the order in which they are done."""
    return {point(*place, index): (place, case) for place in places for index, case in enumerate(cases)}
