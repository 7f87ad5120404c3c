"""The loop in which the controller's commands are taken: which test runs, and how often its benchmark is called."""

from __future__ import annotations

import json
import mmap
import os
from contextlib import nullcontext
from typing import Any

import pytest

from . import counters
from .benchmark import Plainly, Work, unservable
from .collection import Gathered
from .identity.tracing import Guard
from .missed import Missed
from .outcome import Outcome, said
from .stand_ins import apart
from .timing import CONTROLS, Stopwatch, pin, undisturbed, untraced
from .wire import Wire

_TRACED = 2  # calls in their steady state
NAME = "lntx_duet_plugin"
"""Under which the plugin is registered."""

ABSENT = "it was not collected this time"
_FORKED = "it is called in a process that its test forked, which can't be given its turns"


class Server:
    """What a worker does for its controller. `outcome` is that of the test that runs now; `settings` are pytest's own.

    `files` are those of the benchmarks that are wanted, all where it is empty. `plainly` says that the test's benchmark is
    pytest-benchmark's own business this time.
    """

    def __init__(self, wire: Wire) -> None:
        """Begin, and watch from here on if the controller wants to know what is executed."""
        self.wire = wire
        self.files = frozenset(json.loads(os.environ.get("LNTX_DUET_FILES") or "[]"))
        tree = os.environ.get("LNTX_DUET_TREE") if os.environ.get("LNTX_DUET_WATCH") else None
        self.guard = Guard(tree) if tree else None
        self.missed = None if self.files else Missed()
        self.stopwatch = Stopwatch(watched=bool(self.guard))
        self.gathered = Gathered()
        self.settings: list[tuple[str, str]] = []
        self.outcome: Outcome | None = None
        self.plainly = self.asked_to_end = False
        self._process, self._forked = os.getpid(), mmap.mmap(-1, 1)
        self._compiled: counters.Counts = {}

    def run(self, session: pytest.Session) -> None:
        """Say what was collected, then do as told until the end."""
        self.gathered.take(session)
        with self.guard.watch.rest() if self.guard else nullcontext():  # what it reads for that is no benchmark's
            told = self.gathered.told(session, reading=not self.files)
        self.wire.say("collected", **told)
        while not self.asked_to_end:
            self._obey(self.wire.hear())

    def made(self) -> None:
        """Note that a benchmark fixture was made."""
        if self.outcome:
            self.outcome.made = True

    def take(self, fixture: Any, work: Work, plainly: Plainly) -> Any:
        """Take a benchmark's call: serve it, or leave it to pytest-benchmark and note why it can't be served."""
        outcome = self.outcome
        if os.getpid() != self._process:
            self._forked[:1] = b"1"  # the parent reads it: the memory is shared
            return plainly()
        if outcome is None:  # between two tests, or while collecting
            return plainly()
        reason = unservable(fixture)
        if reason:
            outcome.refused = outcome.refused or reason
            return plainly()
        if self.plainly:
            outcome.used = True
            with self._unwatched():
                return plainly()
        work.record = fixture._make_stats(work.settings.get("iterations", 1))  # noqa: SLF001  (this stands in for its methods)
        if outcome.used:  # another fixture's, in the same test
            outcome.more += 1
            return work.result()
        outcome.used = True
        return self._served(work, outcome)

    def _served(self, work: Work, outcome: Outcome) -> Any:
        """Serve a benchmark's calls until it is released; its result."""
        self.stopwatch.settle()
        self.wire.say("ready", test=outcome.test, **work.told())
        while (message := self.wire.hear())["do"] != "release":
            try:
                self._serve(message, work)
            finally:
                outcome.calls = work.calls
        outcome.released = True
        with self._unwatched():
            if self.guard:
                work.renew()
            return work.result(exact=message.get("exact", False))

    def _unwatched(self) -> Any:
        """Let a test have times that are its own: being watched, its code may take ten times as long, and it may look at them."""
        return untraced() if self.guard else nullcontext()

    def _obey(self, message: dict[str, Any]) -> None:
        """Do what may be asked between tests."""
        todo = message["do"]
        if todo == "run":
            self.plainly = message.get("plainly", False)
            self._test(message["test"], message.get("next"))
        elif todo == "control":
            function = CONTROLS[message["which"]]
            self.wire.say("batch", **self.stopwatch.batch(Work(function), message["iterations"]))
        elif todo == "apart":
            self._tell_apart(message["changed"])
        elif todo == "end":
            self.asked_to_end = True
            if self.guard:
                self.guard.watch.stop()
        else:
            self._pin(message)

    def _tell_apart(self, changed: list[str]) -> None:
        """Say what of a change this worker doesn't run, though its benchmarks may elsewhere."""
        with self.guard.watch.rest() if self.guard else nullcontext():
            self.wire.say("apart", **apart(changed, self.missed, self.guard.watch.files if self.guard else ()))

    def _serve(self, message: dict[str, Any], work: Work) -> None:
        """Do what may be asked of a benchmark."""
        todo = message["do"]
        if todo == "batch":
            brief = 0 < work.each <= message.get("warm", 0)
            timed = self.stopwatch.batch(work, message["iterations"], brief=brief)
            work.each = timed["seconds"] / timed["iterations"]
            work.keep(work.each)
            self.wire.say("batch", **timed)
        elif todo == "count":
            with undisturbed():
                counts = counters.counted(work, self._compiled)
            self.wire.say("counts", **counts)
        elif todo == "trace":
            self.wire.say("traced", code=self._traced(work, message.get("calls", _TRACED)))
        else:
            self._pin(message)

    def _pin(self, message: dict[str, Any]) -> None:
        """Do what may be asked at any time."""
        if message["do"] != "pin":
            raise ValueError(f"the controller asked for {message['do']!r} out of turn")
        pin(message["cores"])
        self.wire.say("pinned")

    def _test(self, test: str, following: str | None) -> None:
        """Run one test; fixtures that the following one shares live on."""
        item = self.gathered.find(test)
        if item is None:  # an id that depends on the hash seed, or on files that are left out this time
            self.wire.say("done", **Outcome(test).told() | {"outcome": "skipped", "message": ABSENT, "absent": True})
            return
        self.outcome = outcome = Outcome(test)
        self._compiled = counters.compiled()
        with self.guard.test() if self.guard else nullcontext():
            _protocol(item)(item=item, nextitem=self.gathered.find(following or ""))
        self.outcome = None
        if self._forked[:1] != b"\0":
            self._forked[:1] = b"\0"
            outcome.refused = outcome.refused or _FORKED
        self.wire.say("done", **outcome.told())

    def _traced(self, work: Work, calls: int) -> dict[str, Any]:
        """Call it some more while watching; what it may execute."""
        if self.guard is None:
            raise RuntimeError("the controller asked a worker that doesn't watch for what it saw")
        try:
            for _ in range(calls):
                work.run(1)
            return self.guard.fingerprint(self.settings)
        except Exception as error:  # noqa: BLE001  (it may not bear more calls, which is no fault of the test's)
            return {**self.guard.unknown(said(error)), "exhausted": True}


def _protocol(item: pytest.Item) -> Any:
    """Return pytest's hook that runs a test, without the plugins that would run it again, or in another process."""
    manager = item.config.pluginmanager
    others = [
        found.plugin
        for found in manager.hook.pytest_runtest_protocol.get_hookimpls()
        if not (found.hookwrapper or found.wrapper) and manager.get_name(found.plugin) != NAME
    ]
    return manager.subset_hook_caller("pytest_runtest_protocol", others)
