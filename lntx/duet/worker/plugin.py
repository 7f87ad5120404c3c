"""pytest's hooks: what makes an ordinary session a worker."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from . import adapters, benchmark, options
from .outcome import said
from .paths import relative
from .server import Server
from .wire import Wire


class Plugin:
    """A worker, as pytest sees it."""

    def __init__(self, wire: Wire) -> None:
        """Begin with nothing collected; what is registered first to run at exit runs last."""
        self.wire, self.server = wire, Server(wire)
        atexit.register(self._leave)

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self, early_config: Any) -> Iterator[None]:
        """Neutralise before plugins start from these options (pytest-cov does)."""
        options.neutralise(early_config.known_args_namespace)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Iterator[None]:
        """Neutralise before plugins are configured; tell the controller of what ends the session before its time."""
        options.neutralise(config.option)
        options.part(config.option)
        try:
            return (yield)
        except BaseException as error:
            self.wire.say("fatal", message=said(error))
            raise

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the stopwatch's place."""
        plugin = sys.modules.get("pytest_benchmark.plugin")
        if plugin is None or not config.pluginmanager.is_registered(plugin):
            raise pytest.UsageError("pytest-benchmark isn't loaded: its settings or the environment leave it out")
        # pytest 9.1 renamed it, and warns of the old name.
        read: Any = vars(config).get("_inicfg") or vars(config).get("inicfg") or {}
        self.server.settings = sorted((name, str(value)) for name, value in read.items())
        benchmark.replace(self.server.take, self.server.made)
        adapters.register(config, lambda: bool(self.server.outcome and self.server.outcome.used))

    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """Collect the files that are asked for; no answer leaves the decision to others."""
        if not self.server.files or collection_path.is_dir() or collection_path.name == "__init__.py":
            return None
        return None if relative(collection_path, config.rootpath) in self.server.files else True

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Count the benchmarks that the suite's settings or the command line leave out."""
        self.server.gathered.deselected += sum("benchmark" in getattr(item, "fixturenames", ()) for item in items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what can't be collected."""
        self.server.gathered.note(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Say what was collected, then do as told until the end."""
        self.server.run(session)
        # Nobody reads the summary, and other plugins take their time over it.
        vars(session.config.hook)["pytest_terminal_summary"] = lambda **_: []
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test once, as pytest itself does: plugins that would run it again have no say."""
        from _pytest.runner import runtestprotocol  # noqa: PLC0415  (private: a plugin like any other may move it)

        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        runtestprotocol(item, nextitem=nextitem)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Note how each phase of a test ended."""
        report: Any = yield
        if self.server.outcome:
            self.server.outcome.note(report, call.excinfo)
        return report  # type: ignore[no-any-return]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """Count what sets a shared fixture up for every test."""
        guard = self.server.guard
        with guard.shared() if guard and fixturedef.scope != "function" else nullcontext():
            return (yield)

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self) -> bool:
        """Let pytest-timeout set no timer: a benchmark waits here for its turns, and the controller has limits."""
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell why the session ends: pytest.exit, or Ctrl-C."""
        self.wire.say("fatal", message=said(excinfo.value))

    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell of an error in a plugin, or in this one."""
        del excrepr
        self.wire.say("fatal", message=said(excinfo.value))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End well if told to end: how the tests ended is known to the controller."""
        if self.server.asked_to_end:
            session.exitstatus = 0

    def _leave(self) -> None:
        """End at once if told to end: taking all modules apart takes half a second where torch is loaded, and changes nothing."""
        if self.server.asked_to_end:
            self.wire.leave()
