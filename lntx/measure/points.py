"""The points of a suite: a test of it with its values, but without the way to train and the device, which are measured there."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.measure.plan import Axis
from lntx.measure.suites import FIXTURE, LOOP_SUITE, name_of

COUNTED = "counted"
"""Why a test is skipped that came to its cell in a discovery."""

Value = str | int | float

_COLD = re.compile(r"test_first(_|$)")


@dataclass(frozen=True, slots=True)
class Point:
    """A test and its values: its suite's file in pytest's root folder, its name there, and its place on the axis.

    cold: it is done before all others in a process, as it can be but once: its test's name begins with test_first.
    """

    file: str
    test: str
    axis: str = ""
    value: Value = ""
    cold: bool = False

    @property
    def name(self) -> str:
        """What the point is called in a study."""
        return f"{self.file}::{self.test}"

    @property
    def suite(self) -> str:
        """What its suite is called."""
        return name_of(self.file)


def axis_of(owner: Any) -> Axis | None:
    """Return the axis of a test's module, if it has one; InputError for one that is none."""
    module = getattr(owner, "module", owner)
    axis = getattr(module, "AXIS", None)
    if not isinstance(axis, Axis | None):
        raise InputError(f"AXIS must be an axis, such as lntx.Axis('width', (64, 256)), not {axis!r:.60}")
    return axis


def place_of(item: Any) -> tuple[str, str] | None:
    """Return the way to train and the device of a test that measures; None for another test."""
    spread = getattr(item, "callspec", None)
    found: tuple[str, str] | None = spread.params.get(FIXTURE) if spread else None
    return found if isinstance(found, tuple) else None


def of_item(item: Any, *, nested: bool) -> Point:
    """Return the point of a test that measures; nested: its file is told with the folders above it."""
    spread, place = item.callspec, place_of(item)
    words = "-".join(place or ())
    escaped = words.encode("unicode_escape").decode()  # as pytest writes what isn't ASCII
    rest = spread.id.removesuffix(words).removesuffix(escaped).removesuffix("-")
    test = item.nodeid.partition("::")[2].removesuffix(f"[{spread.id}]") + (f"[{rest}]" if rest else "")
    root = item.config.rootpath
    inside = nested and item.path.is_relative_to(root)
    file = item.path.relative_to(root).as_posix() if inside else item.path.name
    cold = is_cold(item.originalname)
    if is_loop_suite(item):
        ((axis, value),) = spread.params.get("values", {}).items() or (("", ""),)
        return Point(file, test, axis, of_axis(value), cold)
    own = axis_of(item)
    if own is None or own.name not in spread.params:
        return Point(file, test, cold=cold)
    return Point(file, test, own.name, of_axis(spread.params[own.name]), cold)


def is_cold(test: str) -> bool:
    """Return whether a test of this name is done before all others in a process, as it can be but once."""
    return bool(_COLD.match(test))


def starts_cold(item: Any, profile: str) -> bool:
    """Return whether a suite has its cold start measured in a brief study: COLD, if there is one, names the profiles where."""
    return profile in getattr(item.module, "COLD", (profile,))


def is_loop_suite(item: Any) -> bool:
    """Return whether a test is of the suite that measures a file with a loop."""
    return Path(item.module.__file__) == LOOP_SUITE


def of_axis(value: Any) -> Value:
    """Return a value on an axis as a record has it: a number as it is, all else in words."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number else in_words(value)


def in_words(value: Any) -> str:
    """Write a value on an axis; None stands for everything at once."""
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return "full" if value is None else str(value)
