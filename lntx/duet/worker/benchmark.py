"""What a test calls instead of pytest-benchmark's stopwatch: the same signatures on its own class, served to a controller.

pytest-benchmark insists that the fixture's value is a BenchmarkFixture, so its methods are replaced, not the fixture.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from time import perf_counter_ns
from typing import Any

from .timing import finisher

_ONCE = "Fixture can only be used once. Previously it was used in {} mode."
_WEAVE = "benchmark.weave patches what others call, so its calls can't be served; call the benchmark fixture itself"


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
        self._last: list[Any] = []

    def told(self) -> dict[str, Any]:
        """Return what is served."""
        mode = "pedantic" if self.settings else "call"
        return {"mode": mode, "setup": bool(self.setup or self.teardown), **self.settings}

    def run(self, iterations: int) -> int:
        """Call it so often; nanoseconds of the calls alone, at least 1."""
        if self.setup or self.teardown:
            spent = sum(self.within() for _ in range(iterations))
        elif self.settings and iterations == 1:
            spent = self._once(self.target, self.args, self.kwargs)
        else:
            spent = self._many(iterations)
        return max(1, spent)

    def result(self) -> Any:
        """Return the call's value, as pytest-benchmark would: pedantic mode's of its last call, else of one call more."""
        if not self.record.stats.data:  # released before anything was timed, but its test may look at the times
            self.keep(self.run(1) / 1e9)
        if not self.settings:
            self._last = [self.target(*self.args, **self.kwargs)]
        elif not self._last:
            self.run(1)
        return self._last[0]

    def keep(self, seconds: float) -> None:
        """Note the seconds of one call where the test will look for them."""
        self.record.update(seconds * self.record.iterations)

    def within(self, *contexts: Any) -> int:
        """Call it once, with something around the call alone, the device's work included; its nanoseconds."""
        args, kwargs = self._arguments()
        with ExitStack() as stack:
            for context in contexts:
                stack.enter_context(context)
            spent = self._once(self.target, args, kwargs)
        if self.teardown:
            self.teardown(*args, **kwargs)
        return spent

    def _many(self, iterations: int) -> int:
        function, args, kwargs = self.target, self.args, self.kwargs
        self._last = []
        finish = _idle()
        start = perf_counter_ns()
        for _ in range(iterations):
            function(*args, **kwargs)
        return _until(finish) - start

    def _once(self, function: Callable[..., Any], args: Any, kwargs: Any) -> int:
        """Call it once and keep what it gives: a test may allow for a single call only."""
        finish = _idle()
        start = perf_counter_ns()
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


def replace(serve: Callable[[Work], Any], refuse: Callable[[str], None]) -> None:
    """Let every benchmark fixture of this process be served."""
    from pytest_benchmark import fixture  # noqa: PLC0415  (a plugin, loaded by pytest in its own time)

    kind: Any = fixture.BenchmarkFixture

    def call(self: Any, function_to_benchmark: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return _used(self, "benchmark(...)", Work(function_to_benchmark, args, kwargs), serve)

    def pedantic(
        self: Any,
        target: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        settings = {"rounds": rounds, "warmup_rounds": warmup_rounds, "iterations": iterations}
        work = Work(target, args, kwargs, setup, teardown, **settings)
        return _used(self, "benchmark.pedantic(...)", work, serve)

    def weave(self: Any, *_: Any, **__: Any) -> None:
        self._mode = "weave"
        refuse(_WEAVE)

    kind.__call__, kind.pedantic = call, pedantic
    kind.weave = kind.patch = weave


def _used(fixture: Any, mode: str, work: Work, serve: Callable[[Work], Any]) -> Any:
    """Serve a fixture's work, once."""
    try:
        _check(fixture, work)
        fixture._mode = mode  # noqa: SLF001  (the class's own attributes: this stands in for its methods)
        work.record = fixture._make_stats(work.settings.get("iterations", 1))  # noqa: SLF001
        return serve(work)
    except Exception:
        fixture.has_error = True
        raise


def _check(fixture: Any, work: Work) -> None:
    """Refuse what pytest-benchmark refuses, in its words."""
    from pytest_benchmark.fixture import FixtureAlreadyUsed  # noqa: PLC0415

    if fixture._mode:  # noqa: SLF001
        raise FixtureAlreadyUsed(_ONCE.format(fixture._mode))  # noqa: SLF001
    for name, least in (("iterations", 1), ("rounds", 1), ("warmup_rounds", 0)):
        value = work.settings.get(name, 1)
        if not isinstance(value, int) or value < least:
            raise ValueError(f"Must have positive int for `{name}`.")
    if work.setup and work.settings.get("iterations", 1) > 1:
        raise ValueError("Can't use more than 1 `iterations` with a `setup` function.")


def _idle() -> Callable[[], None] | None:
    """Let the device finish what came before; give what waits for it."""
    finish = finisher()
    if finish:
        finish()
    return finish


def _until(finish: Callable[[], None] | None) -> int:
    """Return the time when the device has done what it was given; a device that came into use meanwhile included."""
    if finish:
        finish()
        return perf_counter_ns()
    end = perf_counter_ns()
    finish = finisher()
    if finish:
        finish()
        end = perf_counter_ns()
    return end
