import pytest

from lntx.result import BenchmarkResult, GateResult, Surveyed
from lntx.storage import gate
from lntx.verdict import Verdict
from lntx_foreign.projects import Project, Release
from lntx_foreign.store import Run, Store

ABOUT = {"started": "2026-11-24T10:00:00+00:00", "ended": "2026-11-25T10:01:00+00:00", "lntx": "0.1.0"}


@pytest.fixture
def project():
    """Make a project that is on no index."""

    def made(name="made-up", **changes):
        releases = {"base": Release("1.0", "0" * 64), "head": Release("1.1", "1" * 64)}
        given = {"kind": "flat", "needs": ("pytest", "pytest-benchmark"), "arguments": ("bench", "-q"), **releases}
        return Project(name, **{**given, **changes})

    return made


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "out")


@pytest.fixture
def ruling():
    """Make a gate's result: verdicts by benchmark, and what was left out with why."""

    def made(verdicts, left=(), shown=Verdict.SAME):
        found = tuple(
            BenchmarkResult(name, verdict, "time" if ratio else "identity", "", ratio)
            for name, (verdict, ratio) in verdicts.items()
        )
        surveyed = [Surveyed(name, "passed", "passed") for name in verdicts]
        surveyed += [Surveyed(name, "skipped", "skipped", why) for name, why in dict(left).items()]
        return GateResult(shown, found, surveyed=tuple(surveyed), seconds=20.0, about=ABOUT)

    return made


@pytest.fixture
def keep(store):
    """Keep a run of a project, and its ruling where there is one."""

    def kept(project, kind, code=0, seconds=30.0, ruling=None, said=""):
        place = store.next(project, kind)
        if ruling is not None:
            gate.write(ruling, place / "gate.json")
        store.keep(Run(project, kind, f"lntx gate 1.0 1.1 -- {project}", code, seconds, said), place)

    return kept
