"""asv's suites: each of its time_ functions is a test here that calls the benchmark fixture. asv itself isn't needed.

What asv does around the calls is done: parameters, setup_cache, setup and teardown (anew for each call where `number` is set, as
then the function may not bear another), an instance of its own for each test. Benchmarks of its other types have no time that
could be compared; they are tests that say so and are skipped.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

_TYPES = re.compile(r"(time|timeraw|mem|peakmem|track)_.|(Time|Timeraw|Mem|PeakMem|Track)[A-Z_].")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+(?=>)")
_ROUNDS = 5


class Asv:
    """A plugin that collects the files of one asv suite, by its folder (asv's benchmark_dir)."""

    def __init__(self, folder: Path) -> None:
        """Let its modules be imported as asv does: as those of a package that is named after the folder."""
        self.folder = folder
        self.caches: dict[Any, bytes] = {}
        sys.path.insert(0, str(folder.parent))

    def pytest_collect_file(self, file_path: Path, parent: Any) -> AsvFile | None:
        """Collect a file of the suite."""
        if file_path.suffix != ".py" or self.folder not in file_path.parents:
            return None
        parts = file_path.relative_to(self.folder.parent).with_suffix("").parts
        if not all(part.isidentifier() for part in parts):  # it can't be imported, and asv doesn't, either
            return None
        found: AsvFile = AsvFile.from_parent(parent, path=file_path)
        found.dotted = ".".join(part for part in parts if part != "__init__")
        found.caches = self.caches
        return found


class AsvFile(pytest.File):
    """A file of an asv suite: `dotted` is its module's name, `caches` what setup_cache functions gave in this process."""

    dotted: str
    caches: dict[Any, bytes]

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each benchmark and each combination of its parameters."""
        try:
            found = list(_benchmarks(importlib.import_module(self.dotted)))
        except Exception as error:
            raise self.CollectError(f"{type(error).__name__}: {error}") from error
        for benchmark in found:
            if benchmark.kind == "time":
                for label, params in benchmark.combinations():
                    run = partial(benchmark.run, params=params, caches=self.caches)
                    yield self._test(f"{benchmark.name}{label}", run)
            else:
                yield self._test(benchmark.name, partial(_skip, f"{benchmark.kind}_"))

    def _test(self, name: str, run: Callable[[Any], None]) -> pytest.Item:
        """Make a test that is given the benchmark fixture, which pytest knows by the parameter's name."""

        def test(benchmark: Any) -> None:
            run(benchmark)

        item: pytest.Item = pytest.Function.from_parent(self, name=name, callobj=test)
        return item


class Benchmark:
    """One of asv's benchmarks: a function of a module, or a method of a class that is made anew for each test."""

    def __init__(self, module: Any, owner: Any, name: str) -> None:
        """Look at it once, as asv does to learn of its parameters."""
        self._module, self._owner, self._attribute = module, owner, name
        self.name = f"{owner.__name__}::{name}" if owner else name
        found = _TYPES.match(name)
        self.kind = (found[1] or found[2]).lower() if found else ""
        self._sources = self._made()

    def combinations(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield each combination of parameters with a label, which is empty where there are none, and no address in any."""
        axes = list(self._first("params", ()))
        if axes and not isinstance(axes[0], (tuple, list)):
            axes = [axes]
        skipped = [tuple(one) for one in self._first("skip_params", ())]
        labels = [_labels(list(axis)) for axis in axes]
        for params, texts in zip(itertools.product(*axes), itertools.product(*labels)):  # noqa: B905  (new in Python 3.10)
            if params not in skipped:
                yield (f"[{'-'.join(texts)}]" if texts else "", params)

    def run(self, benchmark: Any, params: tuple[Any, ...], caches: dict[Any, bytes]) -> None:
        """Set it up, let the fixture call it, tear it down."""
        self._sources = self._made()
        args = (*self._cached(caches), *params)
        with self._prepared(args) as again:
            if self._first("number", 0):
                benchmark.pedantic(self._sources[0], args=args, setup=again, rounds=_ROUNDS)
            else:
                benchmark(self._sources[0], *args)

    @contextmanager
    def _prepared(self, args: tuple[Any, ...]) -> Iterator[Callable[[], None]]:
        """Keep it set up; gives what sets it up for another call."""
        setups, teardowns = list(self._all("setup"))[::-1], list(self._all("teardown"))
        used = False

        def again() -> None:
            nonlocal used
            for function in (*teardowns, *setups) if used else ():
                function(*args)
            used = True

        try:
            for function in setups:
                function(*args)
        except NotImplementedError as error:  # this is how asv's benchmarks skip themselves
            pytest.skip(f"its setup skips it: {error or 'NotImplementedError'}")
        try:
            yield again
        finally:
            for function in teardowns:
                function(*args)

    def _cached(self, caches: dict[Any, bytes]) -> tuple[Any, ...]:
        """Give what setup_cache gave, as a copy of its own; it runs once in a process."""
        function = self._first("setup_cache", None)
        if function is None:
            return ()
        key = getattr(function, "__func__", function)
        if key not in caches:
            caches[key] = pickle.dumps(function())
        value = pickle.loads(caches[key])  # noqa: S301  (made three lines above)
        return () if value is None else (value,)

    def _made(self) -> tuple[Any, ...]:
        """Make an instance, and list where attributes are looked up: the function, the instance, the module."""
        if self._owner is None:
            return (getattr(self._module, self._attribute), self._module)
        instance = self._owner()
        return (getattr(instance, self._attribute), instance, self._module)

    def _first(self, name: str, otherwise: Any) -> Any:
        found = (getattr(source, name, None) for source in self._sources)
        return next((value for value in found if value is not None), otherwise)

    def _all(self, name: str) -> Iterator[Callable[..., Any]]:
        """Yield the functions of a name, Setup as well as setup."""
        for source in self._sources:
            for key in dir(source):
                if key.lower() == name and callable(getattr(source, key)):
                    yield getattr(source, key)


def _benchmarks(module: Any) -> Iterator[Benchmark]:
    """Yield the benchmarks of a module: its functions, and the methods of its classes, by their names."""
    for name, value in list(vars(module).items()):
        if name.startswith("_"):
            continue
        if inspect.isclass(value) and not inspect.isabstract(value):
            members = inspect.getmembers(value, lambda one: inspect.isfunction(one) or inspect.ismethod(one))
            for method, function in members:
                if _TYPES.match(method) and not getattr(function, "skip_benchmark", False):
                    yield Benchmark(module, value, method)
        elif inspect.isfunction(value) and _TYPES.match(name) and not getattr(value, "skip_benchmark", False):
            yield Benchmark(module, None, name)


def _labels(values: list[Any]) -> list[str]:
    """Name the values of one parameter: strings as they are, others by repr without an address; twins by their number too."""
    texts = [value if isinstance(value, str) else _ADDRESS.sub("", repr(value)) for value in values]
    return [f"{text} ({i})" if texts.count(text) > 1 else text for i, text in enumerate(texts)]


def _skip(kind: str, _: Any) -> None:
    pytest.skip(f"asv's {kind} benchmarks have no time to compare")
