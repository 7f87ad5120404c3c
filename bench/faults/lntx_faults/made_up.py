"""Results that are made up, small and always the same: what the commands that write are given to work on."""

from lntx.record import Agreement, Cell, Checkpoint, Record, Study
from lntx.result import Batch, BenchmarkResult, Count, GateResult, Pair, Quad, Stream, Surveyed
from lntx.verdict import Verdict

_MACHINE = {"cpu": "Example CPU", "cores": 2, "threads": 2, "memory_gib": 8, "os": "Linux"}
_WHEN = {"started": "2026-01-02T03:04:05+00:00", "ended": "2026-01-02T03:08:41+00:00"}
_PAIRS, _SAMPLES = 4, (100, 1000)


def study(backends: tuple[str, ...] = ("eager", "numpy"), suite: str = "samples") -> Study:
    """Make a study with a cell for each backend and size."""
    records = tuple(
        _record(suite, name, samples, 1e-3 * (turn + 1) * samples / _SAMPLES[0])
        for turn, name in enumerate(backends)
        for samples in _SAMPLES
    )
    return Study(records, (), {"lntx": _MACHINE}, {"profile": "smoke", "command": "lntx bench", **_WHEN})


def _record(suite: str, backend: str, samples: int, seconds: float) -> Record:
    cell = Cell(suite, "synthetic", backend, "cpu", "float32", 1, samples, 3, 1, 1, 10, "run")
    points = tuple(Checkpoint(epoch, 1e-7, 1e-5) for epoch in (1, 5, 10))
    name = f"bench/test_{suite}.py::test_{backend}[{samples}]"
    return Record(
        name,
        ((seconds, 1.01 * seconds),),
        cell,
        backend,
        "steps",
        10,
        (1e-3,),
        Agreement(points, "steps"),
        {"graphs": 1.0},
    )


def gate() -> GateResult:
    """Make a gate of equal code: one benchmark is timed, another the same by identity."""
    names = "bench/test_a.py::test_timed", "bench/test_a.py::test_alike"
    streams = tuple(_stream(name, sentinel=name == "sentinel: python") for name in (names[0], "sentinel: python"))
    timed = BenchmarkResult(names[0], Verdict.SAME, "time", "none slower", 1.0, 0.99, 1.01, _PAIRS, 0.1, 1.02)
    alike = BenchmarkResult(names[1], Verdict.SAME, "identity", "both arms execute the same code")
    control = BenchmarkResult("sentinel: python", Verdict.SAME, "time", "", 1.0, 0.99, 1.01, _PAIRS, 0.1)
    surveyed = tuple(Surveyed(name, "passed", "passed", counts=(Count("allocations", 3, 3),)) for name in names)
    arm = {"rev": "HEAD", "commit": "0123456789ab"}
    about = {"command": "lntx gate HEAD HEAD", "base": arm, "head": arm, "interrupted": False, "lntx": "0", **_WHEN}
    return GateResult(
        Verdict.SAME,
        (timed, alike),
        sentinels=(control,),
        surveyed=surveyed,
        streams=streams,
        seconds=12.5,
        machine={"lntx": _MACHINE},
        about=about,
    )


def _stream(name: str, *, sentinel: bool) -> Stream:
    quads = tuple(Quad(order, tuple(Batch(0.01 + 1e-4 * i, 10) for i in range(4))) for order in ("ABBA", "BAAB"))
    return Stream(name, tuple(Pair(number, quads) for number in range(1, _PAIRS + 1)), sentinel)
