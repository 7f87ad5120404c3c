"""Tells a study's driver which suites can't be read, and which tests come to no cell."""

import re
from typing import TYPE_CHECKING

import pytest

from lntx.measure.suites import LOOP_SUITE

if TYPE_CHECKING:
    from lntx.measure.session import Session

_LONGEST = 300
_OWN = re.compile(r"^lntx\.errors\.\w+: ")  # what lntx says is a sentence by itself


class Teller:
    """pytest's hooks of a process that a driver listens to."""

    def __init__(self, session: "Session") -> None:
        """Tell it in a session's log."""
        self._session = session

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell of a file that can't be read, or that leaves itself out."""
        if report.skipped and self._session.task.discovering and isinstance(report.longrepr, tuple):
            self._session.leave_out(report.nodeid, report.longrepr[2].removeprefix("Skipped: "))
        if report.failed:
            own = report.nodeid.endswith(LOOP_SUITE.name)  # what is said there is said of a file by its name
            self._session.unreadable("" if own else report.nodeid, last_line(report.longreprtext))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell, where cells are counted, of a test that fails before it measures, or that its suite leaves out."""
        if not self._session.task.discovering:
            return
        if report.failed:
            self._session.unreadable(report.nodeid, last_line(report.longreprtext))
        elif report.skipped and isinstance(report.longrepr, tuple):
            self._session.passed_over(report.nodeid, report.longrepr[2].removeprefix("Skipped: "))


def last_line(text: str) -> str:
    """Return the line of a report that tells most: the last of pytest's own marks, else the last at all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [line.removeprefix("E ").strip() for line in lines if line.startswith("E ")]
    return _OWN.sub("", (marked or lines or [""])[-1])[:_LONGEST]
