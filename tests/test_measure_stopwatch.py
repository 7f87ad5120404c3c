import os
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest
import torch

import lntx
from lntx.host import compilers
from lntx.measure.cell.stopwatch import Stopwatch
from lntx.measure.place import Place
from lntx.measure.plan import PROFILES
from lntx.measure.task import Task, dumps, loads
from lntx.record import Absence, Record
from lntx.training.backends import find
from lntx.training.backends.interface import Backend

QUICK = replace(PROFILES["smoke"], run_s=0.02, rounds_s=0.005, checks_s=30.0)
RECIPE = lntx.Recipe(epochs=20)


def manual_with(change=lambda fit: fit, refuses=lambda *_: None):
    """The manual backend, with its fit changed on the way out."""

    def prepare(problem, recipe, device):
        run = find("manual").prepare(problem, recipe, device)
        return lambda: change(run())

    return Backend("fake", "Fake: for tests", "steps", ("cpu",), refuses, prepare)


def clock(target, rounds, iterations):
    for _ in range(rounds * iterations):
        result = target()
    return result, (1e-3,) * rounds


def measure(backend, phase="run", recipe=RECIPE, problem=None, rows=None, **task):
    problem = problem or lntx.tutorial()
    cell = Place("tutorial", backend.name, "cpu", 2).cell(problem, recipe, phase, rows)
    stopwatch = Stopwatch("bench/x", "x", backend, Task(profile=QUICK, **task), clock)
    return stopwatch.measure(cell, problem, recipe)


def test_a_right_backend_gets_a_time_with_proof_and_counters():
    record = measure(manual_with(), timed_epochs={"x": 20})
    assert isinstance(record, Record)
    assert record.agreement.ok
    assert len(record.agreement.checkpoints) >= 4
    assert record.work == "steps"
    assert record.label == "Fake: for tests"
    assert len(record.rounds[0]) >= 3
    assert record.prepare_s[0] > 0
    assert record.counters["flops_per_step"] == 4 * 3 + 4 + 2 * 4
    assert record.counters["dispatched_per_epoch"] > 100


@pytest.mark.parametrize("phase", ["run", "first", "predict"])
@pytest.mark.parametrize(
    "change",
    [
        lambda fit: replace(fit, weights=fit.weights * 1.001),
        lambda fit: replace(fit, bias=fit.bias + 0.1),
        lambda fit: replace(fit, weights=fit.weights * torch.nan),
        lambda fit: replace(fit, weights=fit.weights.T),
    ],
    ids=["off by 0.1 %", "wrong bias", "not a number", "wrong shape"],
)
def test_a_wrong_backend_is_never_given_a_time(change, phase):
    absence = measure(manual_with(change), phase, rows=3 if phase == "predict" else None)
    assert isinstance(absence, Absence)
    assert absence.kind == "disagrees"
    assert not absence.agreement.ok
    assert "times of wrong weights are not recorded" in absence.reason


def test_it_is_the_last_timed_run_that_is_proven():
    calls = []

    def late(fit):
        calls.append(fit)
        return replace(fit, weights=fit.weights * 1.01) if len(calls) > 3 else fit

    absence = measure(manual_with(late), thorough=False, timed_epochs={"x": 20})
    assert absence.kind == "disagrees"


def test_a_backend_that_is_wrong_on_the_way_but_right_at_the_end_gets_no_time():
    def prepare(problem, recipe, device):
        run = find("manual").prepare(problem, recipe, device)
        if recipe.epochs == 20:
            return run
        return lambda: replace(run(), bias=run().bias + 1)

    absence = measure(replace(manual_with(), prepare=prepare), timed_epochs={"x": 20})
    assert absence.kind == "disagrees"


def test_a_refusal_is_an_absence_with_its_sentence():
    absence = measure(manual_with(refuses=lambda *_: "it is Sunday; come back on Monday"))
    assert (absence.kind, absence.reason) == ("refused", "it is Sunday; come back on Monday")


def test_a_recipe_that_must_diverge_is_refused_with_a_rate_that_holds():
    absence = measure(manual_with(), recipe=RECIPE.but(lr=1.0))
    assert absence.kind == "refused"
    assert "largest stable learning rate" in absence.reason


@pytest.mark.parametrize(
    ("error", "said"), [(ValueError("odd\nshape"), "ValueError: odd shape"), (MemoryError(), "memory")]
)
def test_a_failure_is_an_absence_with_its_error_in_a_line(error, said):
    def fail(_fit):
        raise error

    absence = measure(manual_with(fail))
    assert absence.kind == "failed"
    assert said in absence.reason
    assert "\n" not in absence.reason


def test_epochs_that_an_earlier_process_chose_are_taken():
    record = measure(manual_with(), thorough=False, timed_epochs={"x": 7})
    assert record.timed_epochs == 7
    assert len(record.agreement.checkpoints) == 1
    assert "dispatched_per_epoch" not in record.counters


def test_the_gates_profile_times_the_same_epochs_however_long_they_take(monkeypatch):
    monkeypatch.setattr("lntx.measure.cell.stopwatch.timed_epochs", lambda *_: pytest.fail("it asked the clock"))
    stopwatch = Stopwatch("x", "x", manual_with(), Task(PROFILES["gate"], thorough=False), clock)
    problem = lntx.tutorial()
    for batch_size, epochs, timed in ((1, 1000, 1), (20, 1000, 20), (None, 1000, 100), (None, 7, 7)):
        recipe = lntx.Recipe(lr=1e-4, epochs=epochs, batch_size=batch_size)
        cell = Place("suite", "manual", "cpu", 1).cell(problem, recipe)
        assert stopwatch.measure(cell, problem, recipe).timed_epochs == timed


def test_the_first_call_is_one_round_of_one_epoch():
    record = measure(manual_with(), "first")
    assert (len(record.rounds[0]), record.timed_epochs, record.cell.phase) == (1, 1, "first")
    assert record.prepare_s[0] > 0


def test_a_prediction_is_timed_for_its_rows_and_proven():
    record = measure(manual_with(), "predict", rows=250)
    assert (record.cell.samples, record.cell.batch_size, record.cell.phase) == (250, 250, "predict")
    assert record.agreement.checkpoints[-1].error <= record.agreement.checkpoints[-1].tolerance
    assert record.prepare_s == ()


def test_numpy_has_no_dispatched_operations():
    assert "dispatched_per_epoch" not in measure(find("numpy")).counters


def test_an_task_survives_the_way_to_another_process():
    task = Task(profile=QUICK, backends=("a", "b"), points=("x",), timed_epochs={"x": 5}, log="j", parent=1)
    assert loads(dumps(task)) == task
    assert task.orphaned


def test_cold_caches_are_empty_and_set_back(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    monkeypatch.delenv("TRITON_CACHE_DIR", raising=False)
    with compilers.empty(str(tmp_path)):
        assert os.environ["NUMBA_CACHE_DIR"].startswith(str(tmp_path))
        assert "TRITON_CACHE_DIR" in os.environ
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "mine")
    assert "TRITON_CACHE_DIR" not in os.environ


def test_numba_goes_back_to_its_usual_cache_after_a_cold_call(tmp_path):
    """It reads the environment once, when it is loaded: without care, all later kernels would be compiled anew."""
    program = """
        import os, sys
        from lntx.host import compilers
        import lntx
        def train(rows):
            lntx.prepare(lntx.synthetic(20, 3), lntx.Recipe(lr=0.1, epochs=1, batch_size=rows), "fused")()
        with compilers.empty(os.getcwd()):
            train(1)
        cold = sum(len(files) for _, _, files in os.walk("caches"))
        train(4)
        print(cold > 0, sum(len(files) for _, _, files in os.walk("caches")) == cold)
        print(any("minibatch" in name for _, _, files in os.walk("usual") for name in files))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "usual")},
        check=False,
    )
    assert done.stdout.split() == ["True", "True", "True"], done.stderr
