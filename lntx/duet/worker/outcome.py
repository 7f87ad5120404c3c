"""How a test ended, in one line."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

_PLACE = re.compile(r"""^(?:E\s+File "(.+)", line (\d+)$|(\S.*\.py):(\d+): in )""", re.MULTILINE)


class Outcome:
    """What is known of the test that runs now.

    `made` says that a benchmark fixture was made, `used` that it was called, `released` that the controller had what it wanted
    of it before the test went on; `calls` counts what the controller has asked for. `more` counts the test's further benchmarks;
    `refused` is a sentence where the test uses what can't be served.
    """

    def __init__(self, test: str) -> None:
        """Begin as passed."""
        self.test = test
        self.made = self.used = self.released = False
        self.calls = self.more = 0
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
            "made": self.made,
            "used": self.used,
            "released": self.released,
            "refused": self.refused,
            "calls": self.calls,
            "more": self.more,
        }


def said(error: BaseException) -> str:
    """Return an error as one line: its type and the first line of what it says; pytest's own outcomes by their text alone."""
    if isinstance(error, (pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)):
        return _first(error.msg or type(error).__name__)
    if isinstance(error, pytest.FixtureLookupError):
        return _first(error.msg or "") or f"fixture {error.argname!r} not found"
    text = _first(str(error))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def last(text: str) -> str:
    """Return the last line that says something, without pytest's mark of an error."""
    return ([line.strip() for line in text.splitlines() if line.strip()] or [""])[-1].removeprefix("E ").strip()


def located(text: str, file: str) -> str:
    """Return the last line of a traceback and, where it was raised in another file of the project than this, where that was."""
    message = last(text)
    places = [(quoted or path, its or line) for quoted, its, path, line in _PLACE.findall(text)]
    path, line = places[-1] if places else ("", "")
    where = os.path.relpath(path) if os.path.isabs(path) else path  # noqa: PTH117  (both of the working directory)
    return f"{message} ({where}, line {line})" if path and where != file and not where.startswith("..") else message


def _first(text: str) -> str:
    return ([line.strip() for line in text.splitlines() if line.strip()] or [""])[0]


def _reason(report: Any, raised: pytest.ExceptionInfo[BaseException] | None) -> str:
    expected = getattr(report, "wasxfail", None)
    if expected is not None:
        return f"expected to fail: {expected}" if expected else "expected to fail"
    return said(raised.value) if raised else last(report.longreprtext)
