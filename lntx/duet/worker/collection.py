"""What a suite offers: its tests, of which some use pytest-benchmark's fixture, and what couldn't be collected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from .candidates import Candidates
from .outcome import last, located
from .paths import outside, relative

_WORD = "benchmark"  # a file that has no word of it has no benchmark, either


class Gathered:
    """What came out of collection.

    `items` holds the tests by their ids. `places` names each by its function and its number among that function's tests: where
    ids hold an address or a path, this is all that two processes share. `deselected` counts benchmarks that were left out.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.items: dict[str, pytest.Item] = {}
        self.places: dict[str, str] = {}
        self.errors: list[dict[str, str]] = []
        self.skipped: list[dict[str, Any]] = []
        self.deselected = 0
        self._placed: dict[str, pytest.Item] = {}

    def note(self, report: pytest.CollectReport) -> None:
        """Note a file, a class or a folder that gave no tests."""
        if report.failed:
            self.errors.append({"id": report.nodeid, "message": located(report.longreprtext, report.nodeid)})
        elif report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            self.skipped.append({"id": report.nodeid, "message": last(reason)})

    def take(self, session: pytest.Session) -> None:
        """Take the tests; of an id that was collected several times the further ones are numbered."""
        numbers: dict[str, int] = {}
        seen: dict[str, int] = {}
        for item in session.items:
            seen[item.nodeid] = times = seen.get(item.nodeid, 0) + 1
            name = item.nodeid if times == 1 else f"{item.nodeid} ({times})"
            function = function_of(item)
            numbers[function] = numbers.get(function, 0) + 1
            place = f"{function}[#{numbers[function]}]"
            self.items[name] = self._placed[place] = item
            self.places[name] = place

    def find(self, name: str) -> pytest.Item | None:
        """Find a test by its id, or by its place."""
        return self.items.get(name) or self._placed.get(name)

    def told(self, session: pytest.Session, *, reading: bool) -> dict[str, Any]:
        """Return what there is, files relative to pytest's root folder; reading: with what only the code tells."""
        root = session.config.rootpath
        candidates = Candidates(session, reading=reading)
        kinds = {name: candidates.kind(item) for name, item in self.items.items()}
        places = {Path.cwd(), root, *(self.items[name].path for name, kind in kinds.items() if kind)}
        return {
            "tests": [self._told(name, kind, root) for name, kind in kinds.items() if kind],
            "errors": self.errors,
            "skipped": [one for one in self.skipped if _speaks(root / str(one["id"]).partition("::")[0])],
            "deselected": self.deselected,
            "rootdir": str(root),
            "outside": outside({Path(os.path.realpath(place)) for place in places} if reading else ()),
        }

    def _told(self, name: str, kind: str, root: Path) -> dict[str, Any]:
        item = self.items[name]
        place = {"function": function_of(item), "place": self.places[name]}
        return {"id": name, "file": relative(item.path, root), **place, "kind": kind, "inside": hasattr(item, "dtest")}


def function_of(item: pytest.Item) -> str:
    """Name what a test is an instance of: its id without its parameters."""
    parameters = getattr(getattr(item, "callspec", None), "id", None)
    return item.nodeid.removesuffix(f"[{parameters}]") if parameters else item.nodeid


def _speaks(path: Path) -> bool:
    """Return whether a file that was skipped as a whole may have held benchmarks."""
    try:
        return _WORD in path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # a folder, or gone
        return False
