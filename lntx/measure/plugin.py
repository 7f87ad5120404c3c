"""A pytest plugin for suites that measure trainings: the fixture `measure`, a suite's axis, the ways to train.

It works where it is asked for, and in nobody else's pytest run: `pytest_plugins = ["lntx.measure.plugin"]` in the conftest.py of
the suites (pytest wants that in the topmost one of a run), or `-p lntx.measure.plugin` among pytest's options. `lntx bench
FOLDER` asks by itself. Tests that don't take `measure` are left as they are.

    pytest FOLDER                                    every backend that runs here, in the smoke profile
    pytest FOLDER --lntx-backend=manual --lntx-profile=regular --benchmark-json=manual.json
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import lntx
from lntx.errors import InputError, LntxError
from lntx.measure.points import axis_of, in_words, is_cold, is_loop_suite, of_item, place_of, starts_cold
from lntx.measure.teller import Teller
from lntx.record import SCHEMA
from lntx.storage import absent

if TYPE_CHECKING:
    from lntx.measure.measuring import Measure
    from lntx.measure.session import Session
    from lntx.measure.task import Task

SESSION: pytest.StashKey["Session"] = pytest.StashKey()
_GATE = "lntx_duet_plugin"
"""The gate's own plugin: where it is there, both arms must do the same work."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what a study is made of."""
    group = parser.getgroup("lntx", "training loops")
    group.addoption("--lntx-profile", help="smoke, regular, wide, large, or gate, which is the default under lntx gate")
    group.addoption(
        "--lntx-backend", action="append", default=[], help="a backend's name, or its file; may be given again"
    )
    group.addoption("--lntx-device", action="append", default=[], help="cpu, cuda or cuda:N; may be given again")
    group.addoption("--lntx-data", help="a table of your own, for suites that take the fixture 'table'")
    group.addoption("--lntx-target", help="the table's target column")
    group.addoption("--lntx-task", help="a file that holds all this and more: how `lntx bench` starts its processes")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse at once what was asked for and can't be; all else waits for the first test that measures."""
    if path := config.getoption("--lntx-task"):
        _follow(Path(path))
        _count(Path(path))
    if not any(config.getoption(f"--lntx-{name}") for name in ("task", "profile", "backend", "device")):
        return
    try:
        session = session_of(config)
        session.places()
    except LntxError as error:
        raise pytest.UsageError(str(error)) from error
    if session.driven:
        config.pluginmanager.register(Teller(session))


def _follow(path: Path) -> None:
    """End with the driver, from before anything is loaded that takes long."""
    from lntx.host import lifetime, memory  # noqa: PLC0415  (a project's other tests need none of it)
    from lntx.measure import task  # noqa: PLC0415

    driver = task.loads(path.read_text(encoding="utf-8")).parent
    if driver is not None:
        lifetime.follow(driver)
        memory.volunteer()


def _count(task: Path) -> None:
    """Count seconds from when the driver wrote the task, just before it started this process."""
    from lntx.host import phases  # noqa: PLC0415  (a project's other tests need none of it)

    phases.since(task.stat().st_mtime)
    phases.until_now(phases.STARTING)


def session_of(config: pytest.Config) -> "Session":
    """Return what this process is at; torch and all that trains is loaded by whoever asks first."""
    if SESSION not in config.stash:
        from lntx.host import phases  # noqa: PLC0415  (a project's other tests need none of it)

        with phases.of(phases.IMPORTING):
            from lntx.measure.session import Session  # noqa: PLC0415  (likewise)

            config.stash[SESSION] = Session(_task(config))
    return config.stash[SESSION]


def _task(config: pytest.Config) -> "Task":
    from lntx.measure import plan, task  # noqa: PLC0415  (as late as the session)

    option = config.getoption
    if path := option("--lntx-task"):
        return task.loads(Path(path).read_text(encoding="utf-8"))
    usual = "gate" if config.pluginmanager.has_plugin(_GATE) else "smoke"
    profile = plan.profile(option("--lntx-profile") or usual)
    return task.Task(
        profile=profile,
        thorough=profile.checks_s > 0,
        backends=tuple(option("--lntx-backend")),
        devices=tuple(option("--lntx-device")) or ("cpu",),
        data=option("--lntx-data"),
        target=option("--lntx-target"),
    )


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spread a test that measures over its suite's axis, and over the ways to train, behind what it is spread over anyway."""
    if "measure" not in metafunc.fixturenames:
        return
    try:
        session = session_of(metafunc.config)
        if is_loop_suite(metafunc):
            _spread_loops(metafunc, session)
            return
        axis, places = axis_of(metafunc.module), session.places(session.loops_in(metafunc.module))
    except LntxError as error:
        raise pytest.Collector.CollectError(str(error)) from error
    if axis and axis.name in metafunc.fixturenames:
        values = axis.values(session.task.profile.name) or (None,)
        metafunc.parametrize(axis.name, values, ids=map(in_words, values))
    metafunc.parametrize("measure", places, indirect=True, ids=map("-".join, places))


def _spread_loops(metafunc: pytest.Metafunc, session: "Session") -> None:
    """Spread a test of the suite for files with a loop: over the loops, their axis' values, and the ways of each."""
    rows, cold = [], is_cold(metafunc.function.__name__)
    for loop in session.loops():
        spread = session.spread(loop)[: 1 if cold else None]  # what is cold is so once in a process
        for place in session.places([loop]):
            for values in spread:
                words = "-".join((loop.name, *map(in_words, values.values()), *place))
                rows.append(pytest.param(loop, values, place, id=words))
    metafunc.parametrize(("loop", "values", "measure"), rows, indirect=["measure"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each way do its cells together, first those that are cold but once in a process; a study runs no other tests."""
    ours = [item for item in items if place_of(item)]
    if not ours and SESSION not in config.stash:
        return
    session = session_of(config)
    profile = session.task.profile.name
    points = {item: of_item(item, nested=session.driven) for item in ours}
    absent = [item for item in ours if (axis := axis_of(item)) and not axis.values(profile)]
    for item in absent:
        session.leave_out(points[item].file, f"the profile {profile} has no point of it; wide and large do")
    late = [
        item for item in ours if session.task.scope == "brief" and points[item].cold and not starts_cold(item, profile)
    ]
    for item in late:
        session.leave_out(points[item].name, f"the profile {profile} has no cold start of it; wide and large do")
    absent += late
    taken = [item for item in ours if item not in absent and session.takes(points[item].name)]
    turns = {place: turn for turn, place in enumerate(dict.fromkeys(map(place_of, ours)))}
    taken.sort(key=lambda item: (turns[place_of(item)], not points[item].cold))
    items[:] = [*([] if session.driven else (item for item in items if not place_of(item))), *taken]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the session, if there is one."""
    if SESSION in session.config.stash:
        session.config.stash[SESSION].finish()


@pytest.fixture
def measure(request: pytest.FixtureRequest, benchmark: Any) -> "Measure":
    """Measure a training: `measure(problem, recipe)`, or its `first` call, or `predict`."""
    from lntx.measure.measuring import Measure  # noqa: PLC0415  (as late as the session)

    return Measure(session_of(request.config), request.node, benchmark)


@pytest.fixture
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Read the user's table, or the diabetes data; skip where there is neither."""
    session = session_of(request.config)
    try:
        return session.table(tmp_path)
    except InputError as error:
        session.leave_out(of_item(request.node, nested=session.driven).name, str(error))
        pytest.skip(str(error))


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Add the fingerprint; drop the machine's name and its clock of the moment."""
    if SESSION in config.stash:
        from lntx.host import machine  # noqa: PLC0415  (as late as the session)

        machine_info.clear()
        machine_info.update(machine.machine_info())


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Add the cells that have no time."""
    if SESSION not in config.stash:
        return
    session = config.stash[SESSION]
    output_json["lntx"] = {
        "schema": SCHEMA,
        "about": {"profile": session.task.profile.name, "lntx": lntx.__version__, "command": "pytest bench"},
        "absences": [absent(absence) for absence in session.absences],
    }
