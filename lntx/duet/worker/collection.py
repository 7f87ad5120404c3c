"""What a suite offers: the tests that use pytest-benchmark's fixture, what couldn't be collected, and how each test ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from .identity.project import SUITES


class Gathered:
    """What came out of collection. `items` holds the benchmarks by their ids."""

    def __init__(self) -> None:
        """Begin empty."""
        self.items: dict[str, pytest.Item] = {}
        self.errors: list[dict[str, str]] = []
        self.skipped: list[dict[str, str]] = []

    def note(self, report: pytest.CollectReport) -> None:
        """Note a file, a class or a folder that gave no tests."""
        if report.failed:
            self.errors.append({"id": report.nodeid, "message": last(report.longreprtext)})
        elif report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            self.skipped.append({"id": report.nodeid, "message": last(reason)})

    def take(self, session: pytest.Session) -> None:
        """Take the benchmarks; where an id was collected twice, the first."""
        for item in session.items:
            if benchmarks(item):
                self.items.setdefault(item.nodeid, item)

    def told(self, root: Path) -> dict[str, Any]:
        """Return what there is; files relative to pytest's root folder."""
        tests = [{"id": name, "file": relative(item.path, root)} for name, item in self.items.items()]
        return {
            "tests": tests,
            "errors": self.errors,
            "skipped": self.skipped,
            "rootdir": str(root),
            "outside": outside(),
        }


def benchmarks(item: pytest.Item) -> bool:
    """Return whether a test is given pytest-benchmark's fixture, be it through fixtures of the suite."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", None) or {}
    for definition in reversed(known.get("benchmark", ())):
        if definition.func.__module__ == "pytest_benchmark.plugin":
            return True
        if "benchmark" not in definition.argnames:  # another plugin's fixture, or the suite's own, of that name
            return False
    return False


def relative(path: Path, root: Path) -> str:
    """Name a path from the root folder, with slashes."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def outside() -> list[str]:
    """List loaded modules' files in the user's own checkout: the arm's worktree should have given them."""
    tree, repository = (os.environ.get(name) for name in ("LNTX_DUET_TREE", "LNTX_DUET_REPO"))
    if not tree or not repository:
        return []
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    real = {os.path.realpath(file) for file in files if isinstance(file, str)}
    stray = {file for file in real if within(file, repository) and not within(file, tree) and not installed(file)}
    return sorted(stray | _installed_instead(tree))


def _installed_instead(tree: str) -> set[str]:
    """List packages that a source folder of the arm holds, but that were loaded from an installed copy."""
    sources = [source for source in os.environ.get("LNTX_DUET_SOURCES", "").split(os.pathsep) if source]
    held = {
        entry.name for source in sources for entry in os.scandir(source) if entry.name in sys.modules and entry.is_dir()
    }
    files = {str(getattr(sys.modules[name], "__file__", None) or "") for name in held - SUITES}
    return {file for file in files if file and not within(file, tree)}


def within(path: str, folder: str) -> bool:
    """Return whether a path lies in a folder; both may go through links."""
    return os.path.realpath(path).startswith(os.path.realpath(folder).rstrip(os.sep) + os.sep)


def installed(path: str) -> bool:
    """Return whether a path is that of an installed package, as in a virtual environment inside a checkout."""
    return not {"site-packages", "dist-packages"}.isdisjoint(Path(path).parts) or any(
        within(path, f"{prefix}{os.sep}lib") for prefix in {sys.prefix, sys.base_prefix}
    )


class Outcome:
    """What is known of the test that runs now.

    `used` says that its benchmark was called, `released` that the controller had what it wanted of it before the test went
    on; `refused` is a sentence where the test uses what can't be served.
    """

    def __init__(self, test: str) -> None:
        """Begin as passed."""
        self.test = test
        self.used = self.released = False
        self.refused = ""
        self._ended = "passed"
        self._message = ""

    def note(self, report: Any, raised: pytest.ExceptionInfo[BaseException] | None) -> None:
        """Take one phase's report: a failure outweighs a skip, and the first of its kind gives the message."""
        if report.passed or self._ended in {"failed", report.outcome}:
            return
        self._ended = report.outcome
        self._message = _reason(report, raised)

    def told(self) -> dict[str, Any]:
        """Return how it ended."""
        return {
            "test": self.test,
            "outcome": self._ended,
            "message": self._message,
            "used": self.used,
            "released": self.released,
            "refused": self.refused,
        }


def said(error: BaseException) -> str:
    """Return an error as one line: its type and the first line of what it says; pytest's own outcomes by their text alone."""
    if isinstance(error, (pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)):
        return _first(error.msg or type(error).__name__)
    text = _first(str(error))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def last(text: str) -> str:
    """Return the last line that says something, without pytest's mark of an error."""
    return ([line.strip() for line in text.splitlines() if line.strip()] or [""])[-1].removeprefix("E ").strip()


def _first(text: str) -> str:
    return ([line.strip() for line in text.splitlines() if line.strip()] or [""])[0]


def _reason(report: Any, raised: pytest.ExceptionInfo[BaseException] | None) -> str:
    expected = getattr(report, "wasxfail", None)
    if expected is not None:
        return f"expected to fail: {expected}" if expected else "expected to fail"
    return said(raised.value) if raised else last(report.longreprtext)
