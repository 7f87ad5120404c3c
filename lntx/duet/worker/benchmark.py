"""What runs instead of pytest-benchmark's stopwatch: two methods of its own class, whose calls are served to a controller.

pytest-benchmark insists that the fixture's value is a BenchmarkFixture, so methods are replaced, not the fixture; and those in
which it times (`_raw`, `_raw_pedantic`), not those that tests call: whatever ends up there is served, however a test came by the
fixture, in subclasses that do something around the call as well.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from time import perf_counter_ns
from typing import Any

from .timing import finisher

Plainly = Callable[[], Any]
"""What pytest-benchmark itself would do at this place."""
Clock = Callable[[], int]
"""Gives nanoseconds. Functions have theirs as a default: what freezes time for a test replaces the clocks of every module."""

_DISABLED = "its test disables the benchmark fixture"
_THREAD = "it is called in a thread of its own, which can't be given its turns"
_OWN = "{} times in its own way ({}), which can't be served"


class Work:
    """What a benchmark calls: a function and its arguments, and what goes before and after each call."""

    def __init__(
        self,
        target: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        **settings: int,
    ) -> None:
        """Take it as pytest-benchmark's pedantic mode does; settings are its rounds, warmup_rounds and iterations."""
        self.target, self.args, self.kwargs = target, args, kwargs or {}
        self.setup, self.teardown, self.settings = setup, teardown, settings
        self.record: Any = None
        self.calls = 0
        self.each = 0.0  # the seconds of a call, once it was timed
        self._last: list[Any] = []

    @property
    def promised(self) -> int:
        """How many calls pytest-benchmark's pedantic mode makes; 0 for any number."""
        if not self.settings:
            return 0
        rounds, iterations = self.settings["warmup_rounds"] + self.settings["rounds"], self.settings["iterations"]
        return rounds * iterations + (iterations > 1)  # after loops it calls once more, for the result

    def told(self) -> dict[str, Any]:
        """Return what is served."""
        told = {"mode": "call", "setup": bool(self.setup or self.teardown)}
        return {**told, "mode": "pedantic", "calls": self.promised, **self.settings} if self.settings else told

    def run(self, iterations: int) -> int:
        """Call it so often; nanoseconds of the calls alone, at least 1."""
        if self.setup or self.teardown:
            return max(1, sum(self.within() for _ in range(iterations)))
        self.calls += iterations
        once = self.settings and iterations == 1
        return max(1, self._once(self.target, self.args, self.kwargs) if once else self._many(iterations))

    def result(self, *, exact: bool = False) -> Any:
        """Return the call's value, as pytest-benchmark would: pedantic mode's of its last call, else of one call more.

        Exact: make up the number of calls that pedantic mode promises.
        """
        if not self.record.stats.data:  # released before anything was timed, but its test may look at the times
            self.keep(self.run(1) / 1e9)
        while exact and self.calls < self.promised:
            self.run(1)
        if not self.settings:
            self._last = [self.target(*self.args, **self.kwargs)]
        elif not self._last:
            self.run(1)
        return self._last[0]

    def renew(self) -> None:
        """Let the time of one more call stand in the place of all so far, unless pedantic mode promises no more."""
        if not self.settings or self.calls < self.promised:
            self.record.stats.data.clear()
            self.keep(self.run(1) / 1e9)

    def keep(self, seconds: float) -> None:
        """Note the seconds of one call where the test will look for them."""
        self.record.update(seconds * self.record.iterations)

    def within(self, *contexts: Any) -> int:
        """Call it once, with something around the call alone, the device's work included; its nanoseconds."""
        self.calls += 1
        args, kwargs = self._arguments()
        with ExitStack() as stack:
            for context in contexts:
                stack.enter_context(context)
            spent = self._once(self.target, args, kwargs)
        if self.teardown:
            self.teardown(*args, **kwargs)
        return spent

    def _many(self, iterations: int, clock: Clock = perf_counter_ns) -> int:
        function, args, kwargs = self.target, self.args, self.kwargs
        self._last = []
        finish = _idle()
        start = clock()
        for _ in range(iterations):
            function(*args, **kwargs)
        return _until(finish) - start

    def _once(self, function: Callable[..., Any], args: Any, kwargs: Any, clock: Clock = perf_counter_ns) -> int:
        """Call it once and keep what it gives: a test may allow for a single call only."""
        finish = _idle()
        start = clock()
        value = function(*args, **kwargs)
        end = _until(finish)
        self._last = [value]
        return end - start

    def _arguments(self) -> tuple[Any, Any]:
        given = self.setup() if self.setup else None
        if not given:
            return self.args, self.kwargs
        if self.args or self.kwargs:
            raise TypeError("Can't use `args` or `kwargs` if `setup` returns the arguments.")
        args, kwargs = given
        return args, kwargs


def replace(take: Callable[[Any, Work, Plainly], Any], made: Callable[[], None]) -> None:
    """Let every benchmark fixture of this process be served. `made` is told of each that is made."""
    from pytest_benchmark import fixture  # noqa: PLC0415  (a plugin, loaded by pytest in its own time)

    kind: Any = fixture.BenchmarkFixture
    init, once, pedantic = kind.__init__, kind._raw, kind._raw_pedantic  # noqa: SLF001  (they are what is replaced)
    names = list(inspect.signature(pedantic).parameters)[2:]

    @wraps(init)
    def begin(self: Any, *args: Any, **kwargs: Any) -> None:
        made()
        init(self, *args, **kwargs)

    @wraps(once)
    def raw(self: Any, function_to_benchmark: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        work = Work(function_to_benchmark, args, kwargs)
        return take(self, work, lambda: once(self, function_to_benchmark, *args, **kwargs))

    @wraps(pedantic)
    def raw_pedantic(self: Any, target: Callable[..., Any], *placed: Any, **named: Any) -> Any:
        def plainly() -> Any:
            return pedantic(self, target, *placed, **named)

        given = {**dict(zip(names, placed)), **named}  # noqa: B905  (Python 3.9 has no strict)
        work = Work(target, **{"rounds": 1, "warmup_rounds": 0, "iterations": 1, **given})
        return take(self, work, plainly) if _valid(work) else plainly()  # it refuses in its own words

    kind.__init__, kind._raw, kind._raw_pedantic = begin, raw, raw_pedantic  # noqa: SLF001


def unservable(fixture: Any) -> str:
    """Return why the calls of a fixture can't be served; empty where they can."""
    from pytest_benchmark.fixture import BenchmarkFixture  # noqa: PLC0415

    if fixture.disabled:
        return _DISABLED
    if threading.current_thread() is not threading.main_thread():
        return _THREAD
    kind: Any = type(fixture)
    own = next((name for name in ("_make_runner", "_calibrate_timer") if _overrides(kind, BenchmarkFixture, name)), "")
    return _OWN.format(kind.__name__, own) if own else ""


def _overrides(kind: Any, base: Any, name: str) -> bool:
    return getattr(kind, name, None) is not getattr(base, name, None)


def _valid(work: Work) -> bool:
    """Return whether pytest-benchmark's pedantic mode takes these settings."""
    least = {"iterations": 1, "rounds": 1, "warmup_rounds": 0}
    numbers = all(isinstance(work.settings[name], int) and work.settings[name] >= low for name, low in least.items())
    return numbers and not (work.setup and work.settings["iterations"] > 1)


def _idle() -> Callable[[], None] | None:
    """Let the device finish what came before; give what waits for it."""
    finish = finisher()
    if finish:
        finish()
    return finish


def _until(finish: Callable[[], None] | None, clock: Clock = perf_counter_ns) -> int:
    """Return the time when the device has done what it was given; a device that came into use meanwhile included."""
    if finish:
        finish()
        return clock()
    end = clock()
    finish = finisher()
    if finish:
        finish()
        end = clock()
    return end
