"""A made-up study with deterministic, plausible times: what the report's tests render."""

import math
import random
from dataclasses import replace

from lntx.record import Absence, Agreement, Cell, Checkpoint, Phase, Record, Study

STEP_S = {"eager": 4.5e-4, "compiled": 1.1e-4, "manual": 4.4e-5, "torchscript": 2.8e-5, "numpy": 6.4e-6}
PER_NUMBER_S = {"eager": 2.2e-10, "compiled": 1.6e-10, "manual": 2e-10, "torchscript": 2e-10, "numpy": 9e-10}
PREPARE_S = {"eager": 1e-3, "compiled": 4.1, "manual": 5e-4, "torchscript": 0.31, "numpy": 1e-4}
LABELS = {
    "eager": "nn.Linear, MSELoss and torch.optim.SGD, as the tutorial has it",
    "compiled": "torch.compile of a functional training step",
    "manual": "gradient by hand, torch operations, no autograd",
    "torchscript": "the whole loop scripted",
    "numpy": "a plain NumPy loop",
}
MACHINE = {
    "node": "somewhere",
    "python_version": "3.13.1",
    "lntx": {"cpu": "Example CPU 3000", "cores": 2, "threads": 2, "torch": "2.13.0", "blas": "openblas", "os": "Linux"},
}
ABOUT = {
    "profile": "regular",
    "command": "lntx bench --profile regular",
    "lntx": "0.1.0",
    "started": "2026-01-02T03:04:05+00:00",
    "ended": "2026-01-02T03:08:41+00:00",
    "commit": {"id": "0123456789abcdef", "branch": "main", "dirty": False},
}


def cell(suite="tutorial", backend="eager", samples=100, features=3, batch_size=1, epochs=1000, phase: Phase = "run"):
    problem = "tutorial" if suite in ("tutorial", "first_call") else "synthetic"
    return Cell(suite, problem, backend, "cpu", "float32", 2, samples, features, 1, batch_size, epochs, phase)


def agreement(scale=1.0, epochs=(10, 100, 500, 1000)):
    return Agreement(
        tuple(Checkpoint(epoch, scale * 2e-7 * epoch**0.5, 1e-6 * epoch**0.5) for epoch in epochs), "steps"
    )


def epoch_s(place):
    numbers = 4 * place.features * place.batch_size
    steps = -(-place.samples // place.batch_size)
    return steps * (STEP_S.get(place.backend, 1e-5) + numbers * PER_NUMBER_S.get(place.backend, 3e-10))


def record(place, processes=3, timed_epochs=None, factor=1.0):
    timed = timed_epochs or place.epochs
    prepare = PREPARE_S.get(place.backend, 0.01)
    seconds = {
        "run": epoch_s(place) * timed,
        "predict": (3e-6 if place.backend == "numpy" else 2e-5) + place.samples * place.features * 1e-10,
        "prepare": prepare,
    }
    base = factor * seconds.get(place.phase, prepare + epoch_s(place) * timed)
    noise = random.Random(ascii(place.key))  # the same for the same cell, in every run
    wobble = tuple(math.exp(noise.gauss(0, 0.012)) for _ in range(processes))
    return Record(
        name=f"bench/test_{place.suite}.py::test_{place.suite}[{place.key}]",
        rounds=tuple((base * w * 1.01, base * w, base * w * 1.02) for w in wobble),
        cell=place,
        label=LABELS.get(place.backend, "somebody else's"),
        timed_epochs=timed,
        prepare_s=tuple(prepare * w for w in wobble),
        agreement=None if place.phase == "predict" else agreement(1 + 0.1 * len(place.backend)),
    )


def records(backends=tuple(STEP_S), processes=3, factor=1.0):
    for backend in backends:
        slow = backend in ("eager", "compiled")
        yield record(cell(backend=backend), processes, 20 if slow else None, factor=factor)
        for features in (1, 8, 64, 512, 4096):
            yield record(
                cell("features", backend, 1000, features, 100, 100), processes, 5 if slow else None, factor=factor
            )
        for samples in (100, 1000, 10_000, 100_000):
            yield record(cell("samples", backend, samples, 10, samples, 100), processes, factor=factor)
        for batch_size in (1, 16, 256, 4096):
            yield record(
                cell("batches", backend, 4096, 16, batch_size, 50), processes, 2 if slow else None, factor=factor
            )
        yield record(cell("first_call", backend, phase="first"), processes, 20 if slow else None, factor=factor)
        for samples in (1, 1000, 100_000):
            yield record(cell("predict", backend, samples, 10, phase="predict"), processes, factor=factor)
        yield record(cell("table", backend, 442, 10, 32, 200), processes, factor=factor)


def absences():
    yield Absence(
        cell(backend="triton"), "refused", "there is no CUDA device here; install one and try again", "Triton"
    )
    yield Absence(cell("features", "slow", 1000, 4096, 100, 100), "timeout", "took longer than 60 s")
    yield Absence(cell(backend="off"), "disagrees", "weights are off by 0.1 %", "planted error", agreement(1000.0))


def study(**changes):
    return replace(Study(tuple(records()), tuple(absences()), MACHINE, ABOUT), **changes)


def other():
    """The same cells with another torch, a tenth slower."""
    machine = {**MACHINE, "lntx": {**MACHINE["lntx"], "torch": "2.12.0"}}
    about = {**ABOUT, "ended": "2026-02-02T03:08:41+00:00", "commit": {"id": "fedcba9876543210", "dirty": False}}
    return Study(tuple(records(factor=1.1)), tuple(absences()), machine, about)


def foreign(names=("tests/test_a.py::test_parse", "tests/test_b.py::test_write[utf-8]")):
    rounds = ((0.011, 0.0105, 0.0112, 0.0109, 0.013),)
    return Study(tuple(Record(name, rounds) for name in names), (), {"python_version": "3.12.0"}, {"ended": None})
