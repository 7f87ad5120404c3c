"""What `conftest.py` was before lntx had a pytest plugin: for an lntx from before, where a commit is gated; for one landing."""

from pathlib import Path

import pytest

from lntx import __version__
from lntx.errors import InputError
from lntx.host import machine
from lntx.measure import plan, task
from lntx.measure.session import Session
from lntx.record import SCHEMA, Absence
from lntx.storage import absent, entry

SESSION = pytest.StashKey()


def pytest_addoption(parser):
    """Offer what a study is made of."""
    group = parser.getgroup("lntx", "training loops")
    group.addoption("--lntx-profile", default="smoke", help="smoke, regular, large, or gate")
    group.addoption("--lntx-backend", action="append", default=[], help="a backend's name; may be given again")
    group.addoption("--lntx-device", action="append", default=[], help="cpu, cuda or cuda:N; may be given again")
    group.addoption("--lntx-data", help="a table of your own, for test_table.py")
    group.addoption("--lntx-target", help="the table's target column")
    group.addoption("--lntx-task", help="a file that holds all this and more: how `lntx bench` starts its processes")


def pytest_configure(config):
    """Read what is to be done."""
    try:
        config.stash[SESSION] = Session(_task(config.getoption))
        config.stash[SESSION].places()
    except InputError as error:
        raise pytest.UsageError(str(error)) from error


def _task(option):
    if path := option("--lntx-task"):
        return task.loads(Path(path).read_text(encoding="utf-8"))
    profile = plan.profile(option("--lntx-profile"))
    return task.Task(
        profile=profile,
        thorough=profile.checks_s > 0,
        backends=tuple(option("--lntx-backend")),
        devices=tuple(option("--lntx-device")) or ("cpu",),
        data=option("--lntx-data"),
        target=option("--lntx-target"),
    )


def pytest_generate_tests(metafunc):
    """Spread a suite over its axis, and over the backends and devices."""
    session = metafunc.config.stash[SESSION]
    if axis := _axis(metafunc):
        values = axis.values(session.task.profile.name) or (None,)
        metafunc.parametrize(axis.name, values, ids=map(_id, values))
    metafunc.parametrize("measure", session.places(), indirect=True, ids="-".join)


def pytest_collection_modifyitems(config, items):
    """Let each backend do its cells together, first those that are cold but once in a process."""
    session = config.stash[SESSION]
    turns = {place: turn for turn, place in enumerate(session.places())}
    profile = session.task.profile.name
    for item in items:
        if not _in(item, profile):
            session.leave_out(item.path.name, f"the profile {profile} has no point of it; wide and large do")
    taken = [item for item in items if _in(item, profile) and session.takes(_point(item))]
    items[:] = sorted(taken, key=lambda item: (turns[_place(item)], _suite(item) != "first_call"))


def pytest_sessionfinish(session):
    """Close the session."""
    session.config.stash[SESSION].finish()


def _axis(item):
    return getattr(item.module, "AXIS", None)


def _in(item, profile):
    return not (axis := _axis(item)) or bool(axis.values(profile))


def _id(value):
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return "full" if value is None else str(value)


def _suite(item):
    return item.path.stem.removeprefix("test_")


def _place(item):
    return item.callspec.params["measure"]


def _point(item):
    """Name a test and its value on the axis, without the backend and the device."""
    axis = _axis(item)
    return f"{item.path.name}::{item.originalname}" + (f"[{_id(item.callspec.params[axis.name])}]" if axis else "")


@pytest.fixture
def measure(request, benchmark):
    """Measure a training: `measure(problem, recipe)`, or its `first` call, or `predict`."""
    return Measure(request.config.stash[SESSION], request.node, benchmark)


@pytest.fixture
def table(request, tmp_path):
    """Read the user's table, or the diabetes data; skip where there is neither."""
    session = request.config.stash[SESSION]
    try:
        return session.table(tmp_path)
    except InputError as error:
        session.leave_out(_point(request.node), str(error))
        pytest.skip(str(error))


class Measure:
    """The stopwatch as a test uses it: what gives no time is a skip or a failure."""

    def __init__(self, session, node, benchmark):
        """Note that the cell is begun."""
        self.session, self.node, self.benchmark = session, node, benchmark
        self.point = _point(node)
        self.benchmark.group = _suite(node)
        session.begin(self.point)

    def __call__(self, problem, recipe, threads=None):
        """Time the training in its steady state, with so many threads, else with all that a study has."""
        self._settle(problem, recipe, "run", threads=threads)

    def first(self, problem, recipe):
        """Time preparing and one epoch from empty compile caches."""
        self._settle(problem, recipe, "first")

    def predict(self, problem, recipe, rows):
        """Time the trained model's predictions for some rows."""
        self._settle(problem, recipe, "predict", rows)

    def _settle(self, problem, recipe, *which, threads=None):
        backend, device = _place(self.node)
        # Threads only where they are asked for: the gate runs this with an older lntx, too.
        asked = () if threads is None else (threads,)
        cell = self.session.place(_suite(self.node), backend, device, *asked).cell(problem, recipe, *which)
        if self.session.task.discovering:
            self.session.count(self.point, cell)
            pytest.skip("counted")
        stopwatch = self.session.stopwatch(f"bench/{self.node.nodeid}", self.point, backend, self._clock)
        outcome = stopwatch.measure(cell, problem, recipe)
        self.session.end(self.point, outcome)
        if isinstance(outcome, Absence):
            self.benchmark.has_error = True  # pytest-benchmark leaves it out of its file
            (pytest.skip if outcome.kind == "refused" else pytest.fail)(outcome.reason)
        if not self.benchmark.disabled:
            self.benchmark.extra_info |= entry(outcome)["extra_info"]

    def _clock(self, target, rounds, iterations):
        before = getattr(target, "before", None)  # not with an older lntx
        result = self.benchmark.pedantic(target, setup=before, rounds=rounds, iterations=iterations)
        return result, () if self.benchmark.disabled else tuple(self.benchmark.stats.stats.data)


def pytest_benchmark_update_machine_info(machine_info):
    """Add the fingerprint; drop the machine's name and its clock of the moment."""
    machine_info.clear()
    machine_info.update(machine.machine_info())


def pytest_benchmark_update_json(config, output_json):
    """Add the cells that have no time."""
    session = config.stash[SESSION]
    output_json["lntx"] = {
        "schema": SCHEMA,
        "about": {"profile": session.task.profile.name, "lntx": __version__, "command": "pytest bench"},
        "absences": [absent(absence) for absence in session.absences],
    }
