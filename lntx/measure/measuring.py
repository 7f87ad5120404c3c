"""The stopwatch as a suite's test uses it, by the fixture `measure`."""

from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from lntx.errors import InputError, LntxError
from lntx.measure.events import Outcome
from lntx.measure.place import Place
from lntx.measure.points import COUNTED, axis_of, is_loop_suite, of_axis, of_item, place_of
from lntx.record import Absence, Phase
from lntx.storage import entry
from lntx.training import scalars
from lntx.training.linear.problem import Problem
from lntx.training.loop.loop import Loop
from lntx.training.recipe import Recipe

if TYPE_CHECKING:
    from lntx.measure.session import Session


class Measure:
    """The stopwatch as a test uses it: what gives no time is a skip or a failure."""

    def __init__(self, session: "Session", node: Any, benchmark: Any) -> None:
        """Note that the cell is begun."""
        self.session, self.node, self.benchmark = session, node, benchmark
        self.point = of_item(node, nested=session.driven)
        self.benchmark.group = self.point.suite
        session.begin(self.point.name)

    def __call__(self, problem: Any, recipe: Any = None, threads: int | None = None, **values: Any) -> None:
        """Time the training in its steady state, with so many threads, else with all that a study has.

        It is a problem and its recipe, or a loop and values of its parameters.
        """
        if isinstance(problem, Loop):
            self._settle_loop(problem.at(**values), "run", recipe, threads=threads)
        else:
            self._settle(problem, recipe, "run", threads=threads)

    def first(self, problem: Any, recipe: Any = None, **values: Any) -> None:
        """Time preparing and one epoch from empty compile caches."""
        if isinstance(problem, Loop):
            self._settle_loop(problem.at(**values), "first", recipe)
        else:
            self._settle(problem, recipe, "first")

    def predict(self, problem: Any, recipe: Any, rows: int) -> None:
        """Time the trained model's predictions for some rows."""
        self._settle(problem, recipe, "predict", rows)

    def _settle(
        self, problem: Any, recipe: Any, phase: Phase, rows: int | None = None, *, threads: int | None = None
    ) -> None:
        if not isinstance(problem, Problem) or not isinstance(recipe, Recipe):
            raise InputError(
                "measure takes a problem and a recipe, as measure(lntx.tutorial(), lntx.Recipe()), or a loop and values of its "
                f"parameters, not {scalars.shown(problem)} and {scalars.shown(recipe)}"
            )
        cell = self._place(self.point.suite, threads).cell(problem, recipe, phase, rows)
        if self.session.task.discovering:
            self.session.count(self.point.name, cell)
            pytest.skip(COUNTED)
        name = f"{self.node.config.rootpath.name}/{self.node.nodeid}"
        stopwatch = self.session.stopwatch(name, self.point.name, cell.backend, self._clock)
        self._end(stopwatch.measure(cell, problem, recipe))

    def _settle_loop(self, loop: Loop, phase: Phase, recipe: Any, *, threads: int | None = None) -> None:
        if recipe is not None:
            raise InputError(
                "a loop has its own optimizer: measure(loop, width=64) takes values of its parameters, and no recipe"
            )
        task, alone = self.session.task, is_loop_suite(self.node)
        place = self._place(loop.name if alone else self.point.suite, threads)
        own = axis_of(self.node)
        if own and own.name in loop.axes:  # also where a test leaves it at its default
            place = place.on(own.name, of_axis({**loop.axes, **loop.values}[own.name]))
        if task.discovering:
            self._count(loop, place, phase)
        if place.backend not in loop.ways:
            pytest.skip(f"{loop.name} has no way {place.backend}")  # another loop of its file has
        test = self.node.nodeid.partition("::")[2]
        file = loop.path.name if alone and loop.path else f"{self.node.config.rootpath.name}/{self.point.file}"
        stopwatch = self.session.loop_stopwatch(f"{file}::{test}", self.point.name, loop, self._clock)
        self._end(stopwatch.measure(place.loop_cell(loop, phase)))

    def _count(self, loop: Loop, place: Place, phase: Phase) -> NoReturn:
        """Count a loop's cell; what is wrong with it whichever way it goes is found here."""
        if self.session.task.scope == "none":
            self.session.leave_out(
                self.point.name, "backends alone were asked for, and a loop has ways of its own: --way"
            )
            pytest.skip(COUNTED)
        try:
            loop.check(next(iter(loop.ways)), place.device)
            self.session.count_loop(self.point.name, place.loop_cell(loop, phase), loop)
        except LntxError as error:
            self.session.unreadable(self.point.name if loop.path is None else loop.path.name, str(error))
        pytest.skip(COUNTED)

    def _place(self, suite: str, threads: int | None) -> Place:
        backend, device = place_of(self.node) or ("", "")
        return self.session.place(suite, backend, device, threads).on(self.point.axis, self.point.value)

    def _end(self, outcome: Outcome) -> None:
        """Keep an outcome; one without a time is a skip or a failure."""
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
