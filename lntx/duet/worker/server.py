"""The loop in which the controller's commands are taken: which test runs, and how often its benchmark is called."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Any

import pytest

from . import controls, counters
from .benchmark import Work
from .collection import Gathered, Outcome, said
from .identity.tracing import Guard
from .timing import Stopwatch, pin, undisturbed
from .wire import Wire

_TRACED = 2  # calls in their steady state


class Server:
    """What a worker does for its controller. `outcome` is that of the test that runs now; `settings` are pytest's own."""

    def __init__(self, wire: Wire) -> None:
        """Begin, and watch from here on if this is a survey."""
        self.wire = wire
        tree = os.environ.get("LNTX_DUET_TREE") if os.environ.get("LNTX_DUET_SURVEY") else None
        self.guard = Guard(tree) if tree else None
        self.stopwatch = Stopwatch(watched=bool(self.guard))
        self.gathered = Gathered()
        self.settings: list[tuple[str, str]] = []
        self.outcome: Outcome | None = None
        self.asked_to_end = False
        self._compiled: counters.Counts = {}

    def run(self, session: pytest.Session) -> None:
        """Say what was collected, then do as told until the end."""
        self.gathered.take(session)
        self.wire.say("collected", **self.gathered.told(session.config.rootpath))
        while not self.asked_to_end:
            self._obey(self.wire.hear())

    def serve(self, work: Work) -> Any:
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

    def _obey(self, message: dict[str, Any]) -> None:
        """Do what may be asked between tests."""
        todo = message["do"]
        if todo == "run":
            self._test(message["test"], message.get("next"))
        elif todo == "control":
            function = controls.CONTROLS[message["which"]]
            self.wire.say("batch", **self.stopwatch.batch(Work(function), message["iterations"]))
        elif todo == "end":
            self.asked_to_end = True
            if self.guard:
                self.guard.watch.stop()
        else:
            self._pin(message)

    def _serve(self, message: dict[str, Any], work: Work) -> None:
        """Do what may be asked of a benchmark."""
        todo = message["do"]
        if todo == "batch":
            timed = self.stopwatch.batch(work, message["iterations"])
            work.keep(timed["seconds"] / timed["iterations"])
            self.wire.say("batch", **timed)
        elif todo == "count":
            with undisturbed():
                counts = counters.counted(work, self._compiled)
            self.wire.say("counts", **counts)
        elif todo == "trace":
            self.wire.say("traced", code=self._traced(work))
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
        item = self.gathered.items.get(test)
        if item is None:  # an id that depends on the hash seed, or on files that are left out this time
            self.wire.say(
                "done", **Outcome(test).told() | {"outcome": "skipped", "message": "it was not collected this time"}
            )
            return
        self.outcome = outcome = Outcome(test)
        self._compiled = counters.compiled()
        with self.guard.test() if self.guard else nullcontext():
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=self.gathered.items.get(following or ""))
        self.outcome = None
        self.wire.say("done", **outcome.told())

    def _traced(self, work: Work) -> dict[str, Any]:
        """Call it some more while watching; what it may execute."""
        if self.guard is None:
            raise RuntimeError("the controller asked a worker that doesn't watch for what it saw")
        try:
            for _ in range(_TRACED):
                work.run(1)
            return self.guard.fingerprint(self.settings)
        except Exception as error:  # noqa: BLE001  (it may not bear more calls, which is no fault of the test's)
            return self.guard.unknown(said(error))
