"""What is special about measuring on CUDA, told without a GPU: a device that lags behind, and an allocator of its own."""

import pytest
import torch

import lntx
from lntx.measure.cell import counters
from lntx.measure.cell.prediction import Prediction
from lntx.measure.cell.stopwatch import Stopwatch
from lntx.measure.place import Place
from lntx.measure.plan import PROFILES
from lntx.measure.task import Task
from lntx.record import Record
from lntx.training import device as devices
from lntx.training.backends import find
from lntx.training.backends.interface import Backend

RECIPE = lntx.Recipe(lr=0.05, epochs=5, batch_size=None)


@pytest.fixture
def said(monkeypatch):
    """What a GPU would hear, in order; its answers are those of one that has nothing to say."""
    heard = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device=None: heard.append(("synchronize", str(device))))
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda device: heard.append(("reset", str(device))))
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _device: 1000)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda _device: 5000)
    return heard


def lagging(said):
    """A backend that says when it is asked; it really works on the CPU."""

    def prepare(problem, recipe, _device):
        said.append("prepare")
        run = find("manual").prepare(problem, recipe, "cpu")
        return lambda: said.append("run") or run()

    return Backend("lagging", "Lagging: for tests", "steps", ("cuda",), lambda *_: None, prepare)


def clock(said):
    def timed(target, rounds, iterations):
        said.append("clock")
        results = [target() for _ in range(rounds * iterations)]
        said.append("end")
        return results[-1], (1e-3,) * rounds

    return timed


@pytest.mark.parametrize("phase", ["run", "first"])
def test_each_call_waits_for_the_device_before_its_clock_stops(said, phase):
    problem = lntx.synthetic(20, 3)
    cell = Place("samples", "lagging", "cuda:1", 2).cell(problem, RECIPE, phase)
    record = Stopwatch("x", "x", lagging(said), Task(PROFILES["smoke"], thorough=False), clock(said)).measure(
        cell, problem, RECIPE
    )
    assert isinstance(record, Record)
    calls = [said[at + 1] for at, word in enumerate(said) if word in ("prepare", "run")]
    assert calls.count(("synchronize", "cuda:1")) == len(calls) >= 2
    timed = said[said.index("clock") : said.index("end")]
    assert timed[-1] == ("synchronize", "cuda:1")


def test_a_prediction_waits_for_its_own_device(said, monkeypatch):
    problem = lntx.synthetic(20, 3)
    prediction = Prediction.of(lntx.train(problem, RECIPE), problem, RECIPE, 5)
    to = torch.Tensor.to
    monkeypatch.setattr(
        torch.Tensor, "to", lambda self, *a, **k: self if "cuda:1" in map(str, a) else to(self, *a, **k)
    )
    assert prediction.on("cuda:1")().shape == (5, 1)
    assert said == [("synchronize", "cuda:1")]


def test_memory_on_a_gpu_is_what_torch_took_there_since_it_was_asked(said):
    with counters.Memory("cuda:1") as memory:
        pass
    assert said == [("synchronize", "cuda:1"), ("reset", "cuda:1")]
    assert memory.counted() == {"peak_bytes": 5000.0, "added_bytes": 4000.0}


def test_on_the_cpu_a_call_is_left_as_it_is(said):
    def call():
        return 1

    assert devices.settled(call, "cpu") is call
    devices.settle("cpu")
    with devices.current("cpu"):
        assert said == []
