"""The stopwatch as a suite's test uses it, by the fixture `measure`."""

from typing import Any

import pytest

from lntx.measure.points import of_item, place_of
from lntx.measure.session import COUNTED, Session
from lntx.record import Absence, Phase
from lntx.storage import entry


class Measure:
    """The stopwatch as a test uses it: what gives no time is a skip or a failure."""

    def __init__(self, session: Session, node: Any, benchmark: Any) -> None:
        """Note that the cell is begun."""
        self.session, self.node, self.benchmark = session, node, benchmark
        self.point = of_item(node, nested=session.driven)
        self.benchmark.group = self.point.suite
        session.begin(self.point.name)

    def __call__(self, problem: Any, recipe: Any, threads: int | None = None) -> None:
        """Time the training in its steady state, with so many threads, else with all that a study has."""
        self._settle(problem, recipe, "run", threads=threads)

    def first(self, problem: Any, recipe: Any) -> None:
        """Time preparing and one epoch from empty compile caches."""
        self._settle(problem, recipe, "first")

    def predict(self, problem: Any, recipe: Any, rows: int) -> None:
        """Time the trained model's predictions for some rows."""
        self._settle(problem, recipe, "predict", rows)

    def _settle(
        self, problem: Any, recipe: Any, phase: Phase, rows: int | None = None, *, threads: int | None = None
    ) -> None:
        backend, device = place_of(self.node) or ("", "")
        place = self.session.place(self.point.suite, backend, device, threads).on(self.point.axis, self.point.value)
        cell = place.cell(problem, recipe, phase, rows)
        if self.session.task.discovering:
            self.session.count(self.point.name, cell)
            pytest.skip(COUNTED)
        name = f"{self.node.config.rootpath.name}/{self.node.nodeid}"
        stopwatch = self.session.stopwatch(name, self.point.name, backend, self._clock)
        outcome = stopwatch.measure(cell, problem, recipe)
        self.session.end(self.point.name, outcome)
        if isinstance(outcome, Absence):
            self.benchmark.has_error = True  # pytest-benchmark leaves it out of its file
            (pytest.skip if outcome.kind == "refused" else pytest.fail)(outcome.reason)
        if not self.benchmark.disabled:
            self.benchmark.extra_info |= entry(outcome)["extra_info"]

    def _clock(self, target: Any, rounds: int, iterations: int) -> tuple[Any, tuple[float, ...]]:
        before = getattr(target, "before", None)
        result = self.benchmark.pedantic(target, setup=before, rounds=rounds, iterations=iterations)
        return result, () if self.benchmark.disabled else tuple(self.benchmark.stats.stats.data)
