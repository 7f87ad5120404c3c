"""A made-up study of a loop with deterministic times: what the report's tests render of one."""

from dataclasses import replace

from lntx.record import Absence, Agreement, Cell, Checkpoint, Phase, Record, Study, TensorAgreement
from support.studies import ABOUT, MACHINE

STEP_S = {"eager": 4e-4, "compiled": 3e-4, "compiled:step": 2e-4, "foreach": 3.9e-4}
OTHERS_S = {"fused": 2.5e-4}
START_S = {"eager": 0.02, "compiled": 6.0, "compiled:step": 9.0, "foreach": 0.02, "fused": 0.02}
SHARES = {"share_python": 0.45, "share_kernels": 0.35, "share_optimizer": 0.2}
STEPS = 50
EPOCHS = 1000


def cell(backend="eager", value: str | float = "", phase: Phase = "run", axis="width", **changes):
    made = Cell(
        suite="ranking",
        problem="ranking",
        backend=backend,
        device="cpu",
        dtype="float32",
        threads=2,
        samples=32 * STEPS,
        features=0,
        outputs=0,
        batch_size=32,
        epochs=EPOCHS,
        phase=phase,
        model="Sequential",
        parameters=1409,
        optimizer="Adam",
        axis=axis if value != "" else "",
        value=value,
    )
    return replace(made, **changes)


def agreement(share=0.3):
    tensors = (
        TensorAgreement("0.weight", 100, share * 1e-5, 1e-5),
        TensorAgreement("0.bias", 100, 0.5 * share * 1e-5, 1e-5),
        TensorAgreement("2.bias", 100, 0.1, 0.2, proved=False),
    )
    return Agreement((Checkpoint(0.02, 0.1e-5, 1e-5), Checkpoint(2.0, share * 1e-5, 1e-5)), "steps", tensors=tensors)


def record(place, processes=3, growth=1.0):
    step = {**STEP_S, **OTHERS_S}[place.backend] * growth
    start = START_S[place.backend] if place.phase == "first" else 0.0
    steps = STEPS if place.phase == "first" else 2 * STEPS
    wobble = [1 + 0.01 * turn for turn in range(processes)]
    return Record(
        f"ranking.py::test_epoch[{place.key}]",
        tuple(((start + step * steps) * factor,) * 3 for factor in wobble),
        place,
        f"{place.backend}, as it is",
        timed_epochs=max(1, steps // STEPS),
        timed_steps=steps,
        prepare_s=(START_S[place.backend] / 2,) * processes,
        agreement=agreement(),
        counters={"steps_per_epoch": float(STEPS), "added_bytes": 1e6, "peak_bytes": 2e8, **SHARES},
        baseline="eager",
    )


def records(values=("",), processes=3, ways=tuple(STEP_S)):
    for way in ways:
        yield record(cell(way, values[0], "first"), processes)
        for turn, value in enumerate(values):
            yield record(cell(way, value), processes, growth=1 + turn)


def study(values=("",), absences=(), **changes):
    return replace(Study(tuple(records(values)), tuple(absences), MACHINE, ABOUT), **changes)


def disagreeing():
    return Absence(cell("bf16"), "disagrees", "0.weight is off by 0.01", "autocast", agreement(1e3))
