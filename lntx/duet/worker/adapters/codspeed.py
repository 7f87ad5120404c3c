"""pytest-codspeed's suites: its fixture is pytest-benchmark's here, and a marked test without either is timed as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

_NAMES = ("benchmark", "codspeed_benchmark")  # of its markers, and of its fixtures
_BY_NODE = (8, 1, 1)  # the version of pytest from which on fixtures are looked up by node
_OWN = ("max_rounds", "warmup_time")  # of its marker, which pytest-benchmark takes for mistakes


class Codspeed:
    """A plugin that does what pytest-codspeed would do, but for the timing."""

    def __init__(self, config: Any, used: Callable[[], bool]) -> None:
        """Keep pytest-codspeed's own instruments off: in its CI, this variable puts them in pytest-benchmark's place."""
        os.environ.pop("CODSPEED_ENV", None)
        config.addinivalue_line("markers", "codspeed_benchmark: the test is a benchmark, as a whole.")
        self._used = used

    @pytest.fixture
    def codspeed_benchmark(self, benchmark: Any) -> Any:
        """Give pytest-benchmark's fixture: this one only has another name."""
        return benchmark

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session: Any, items: list[pytest.Item]) -> None:
        """Prepare the marked tests; other plugins may have marked some just now."""
        for item in items:
            marks = [mark for name in _NAMES for mark in item.iter_markers(name)]
            for settings in (mark.kwargs for mark in marks):
                if isinstance(settings, dict):  # always, though its type promises less
                    for name in _OWN:
                        settings.pop(name, None)
            if marks and isinstance(item, pytest.Function) and {*_NAMES}.isdisjoint(item.fixturenames):
                place = item if pytest.version_tuple >= _BY_NODE else item.nodeid
                self._adopt(item, session._fixturemanager.getfixturedefs("benchmark", place))  # noqa: SLF001

    def _adopt(self, item: Any, definitions: Any) -> None:
        """Let a test call the benchmark fixture with all that it does, unless the suite has another fixture of that name."""
        if definitions and definitions[-1].func.__module__ == "pytest_benchmark.plugin":
            item._fixtureinfo.name2fixturedefs.setdefault("benchmark", definitions)  # noqa: SLF001  (as if it were given it)
            item.runtest = partial(self._whole, item, item.runtest)

    def _whole(self, item: Any, runtest: Callable[[], None]) -> None:
        """Time a test as a whole; one that can ask for the fixture by its name runs once before, and if it does, that was it."""
        used = self._used()  # by a fixture of the test's
        if used or _can_ask(item):
            runtest()
        if not used and not self._used():
            item._request.getfixturevalue("benchmark")(runtest)  # noqa: SLF001


def _can_ask(item: Any) -> bool:
    """Return whether a test, or a fixture of its suite's that it has, is given what asks for fixtures by their names."""
    found = [one for group in item._fixtureinfo.name2fixturedefs.values() for one in group]  # noqa: SLF001
    own = [one for one in found if not str(getattr(one.func, "__module__", "")).startswith(("_pytest.", "pytest_"))]
    return "request" in item._fixtureinfo.argnames or any("request" in one.argnames for one in own)  # noqa: SLF001
