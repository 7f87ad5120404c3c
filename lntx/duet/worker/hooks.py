"""pytest's hooks, and the loop in which the controller's commands are taken instead of running the tests in turn."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from . import benchmark, collection, counting, options, sentinels
from .batches import Stopwatch, pin, undisturbed
from .outcome import Outcome, said
from .tracing import Guard
from .wire import Wire

_TRACED = 2  # calls in their steady state


class Hooks:
    """A worker, as pytest sees it."""

    def __init__(self, wire: Wire) -> None:
        """Begin with nothing collected."""
        self.wire = wire
        tree = os.environ.get("LNTX_DUET_TREE") if os.environ.get("LNTX_DUET_SURVEY") else None
        self.guard = Guard(tree) if tree else None
        self.stopwatch = Stopwatch(watched=bool(self.guard))
        self.files = frozenset(json.loads(os.environ.get("LNTX_DUET_FILES") or "[]"))
        self.gathered = collection.Gathered()
        self.outcome: Outcome | None = None
        self.compiled: counting.Counts = {}
        self.settings: list[tuple[str, str]] = []
        self.asked_to_end = False

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self, early_config: Any) -> Iterator[None]:
        """Neutralise before plugins start from these options (pytest-cov does)."""
        options.neutralise(early_config.known_args_namespace)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Iterator[None]:
        """Neutralise before plugins are configured; tell the controller of what ends the session before its time."""
        options.neutralise(config.option)
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
        read: Any = (
            vars(config).get("_inicfg") or vars(config).get("inicfg") or {}
        )  # 9.1 renamed it, and warns of the old name
        self.settings = sorted((name, str(value)) for name, value in read.items())
        benchmark.replace(self.serve, self.refuse)

    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """Collect the files that are asked for; no answer leaves the decision to others."""
        if not self.files or collection_path.is_dir() or collection_path.name == "__init__.py":
            return None
        return None if collection.relative(collection_path, config.rootpath) in self.files else True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what can't be collected."""
        self.gathered.note(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Say what was collected, then do as told until the end."""
        self.gathered.take(session)
        self.wire.say("collected", **self.gathered.told(session.config.rootpath))
        while not self.asked_to_end:
            self._obey(self.wire.hear())
        vars(session.config.hook)["pytest_terminal_summary"] = (
            lambda **_: []
        )  # nobody reads it, and plugins take their time
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
        if self.outcome:
            self.outcome.note(report, call.excinfo)
        return report  # type: ignore[no-any-return]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """Count what sets a shared fixture up for every test."""
        with self.guard.shared() if self.guard and fixturedef.scope != "function" else nullcontext():
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
        """End well if told to end: how the tests ended is known to the controller, and what it timed makes no table."""
        if self.asked_to_end:
            session.exitstatus = 0

    def _obey(self, message: dict[str, Any]) -> None:
        """Do what may be asked outside a benchmark."""
        todo = message["do"]
        if todo == "run":
            self._run(message["test"], message.get("next"))
        elif todo == "sentinel":
            function = sentinels.SENTINELS[message["which"]]
            self.wire.say("batch", **self.stopwatch.batch(benchmark.Work(function), message["iterations"]))
        elif todo == "pin":
            pin(message["cores"])
            self.wire.say("pinned")
        elif todo == "end":
            self.asked_to_end = True
            if self.guard:
                self.guard.watch.stop()
        else:
            raise ValueError(f"the controller asked for {todo!r} where no benchmark waits")

    def _run(self, test: str, following: str | None) -> None:
        """Run one test; fixtures that the following one shares live on."""
        item = self.gathered.items[test]
        self.outcome = outcome = Outcome(test)
        self.compiled = counting.compiled()
        with self.guard.test() if self.guard else nullcontext():
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=self.gathered.items.get(following or ""))
        self.outcome = None
        self.wire.say("done", **outcome.told())

    def serve(self, work: benchmark.Work) -> Any:
        """Serve a benchmark's calls until it is released; its result."""
        outcome = self.outcome
        if outcome is None:
            raise RuntimeError("a benchmark was called outside its test")
        outcome.used = True
        self.stopwatch.settle()
        self.wire.say("ready", test=outcome.test, **work.told())
        while (message := self.wire.hear())["do"] != "release":
            self._serve(message, work)
        outcome.released = True
        return work.result()

    def refuse(self, reason: str) -> None:
        """End a test whose benchmark can't be served."""
        if self.outcome:
            self.outcome.refused = reason
        pytest.skip(reason)

    def _serve(self, message: dict[str, Any], work: benchmark.Work) -> None:
        if message["do"] == "batch":
            timed = self.stopwatch.batch(work, message["iterations"])
            work.keep(timed["seconds"] / timed["iterations"])
            self.wire.say("batch", **timed)
        elif message["do"] == "count":
            with undisturbed():
                counts = counting.counted(work, self.compiled)
            self.wire.say("counts", **counts)
        elif message["do"] == "trace":
            self.wire.say("traced", code=self._traced(work))
        elif message["do"] == "pin":
            pin(message["cores"])
            self.wire.say("pinned")
        else:
            raise ValueError(f"the controller asked for {message['do']!r} while a benchmark waits")

    def _traced(self, work: benchmark.Work) -> dict[str, Any]:
        """Call it some more while watching; what it may execute."""
        if self.guard is None:
            raise RuntimeError("the controller asked a worker that doesn't watch for what it saw")
        try:
            for _ in range(_TRACED):
                work.run(1)
            return self.guard.fingerprint(self.settings)
        except Exception as error:  # noqa: BLE001  (it may not bear more calls, which is no fault of the test's)
            return self.guard.unknown(said(error))
