"""The backend cudagraph without a GPU: what it records is taped on the CPU, and only the tape is played.

A graph replays kernels on the memory that they had when they were recorded, and nothing that Python would do. So does
the tape: every operation that torch dispatches is kept with its own tensors, done again on them, and its results are
written to where they went at first.
"""

from itertools import product

import pytest
import torch
from support import loops
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import lntx
from lntx.training import graphs
from lntx.training.backends import cudagraph
from lntx.training.fit import Outcome
from lntx.training.linear.parity import trials
from lntx.training.linear.parity.grid import GRID
from lntx.training.loop.derived import cudagraph as of_loops


class Tape(TorchDispatchMode):
    """Every operation with its arguments and results, to be played again."""

    def __init__(self):
        super().__init__()
        self.operations = []

    def __torch_dispatch__(self, func, _types, args=(), kwargs=None):
        results = func(*args, **(kwargs or {}))
        self.operations.append((func, args, kwargs or {}, tree_leaves(results)))
        return results

    def play(self):
        for func, args, kwargs, results in self.operations:
            for old, new in zip(results, tree_leaves(func(*args, **kwargs)), strict=True):
                if isinstance(old, torch.Tensor) and old.data_ptr() != new.data_ptr():
                    old.copy_(new)


@pytest.fixture
def tapes(monkeypatch):
    made = []

    def captured(work, device, rehearsals=1):
        assert device == "cpu"
        for _ in range(rehearsals):  # whose traces a run must not show
            work()
        with Tape() as tape:
            work()
        made.append(tape)
        return torch.no_grad()(
            tape.play
        )  # what an optimizer does in place needs no gradient, nor does its backward pass

    for place in (cudagraph, of_loops):
        monkeypatch.setattr(place, "captured", captured)
    return made


@pytest.mark.parametrize(("case", "recorded"), list(product(GRID, [256, 2])), ids=range(2 * len(GRID)))
def test_its_replays_agree_with_the_reference(tapes, monkeypatch, case, recorded):
    monkeypatch.setattr(cudagraph, "RECORDED", recorded)
    problem = case.problem()
    for trial in trials(problem, case.recipe):
        assert trial.hold(Outcome(cudagraph.prepare(trial.problem, trial.recipe, "cpu")())).ok
    assert tapes


@pytest.mark.parametrize(
    ("batch_size", "steps"),
    [
        (None, [1, 6, 1]),  # one epoch, as many as are logged together, and the first, whose gradient enters undamped
        (5, [4, 8, 4]),  # two epochs in a graph of ten steps
        (1, [10, 10]),  # an epoch is two stretches of ten, one graph for both
        (2, [10, 10]),
    ],
)
def test_no_graph_is_longer_than_it_may_be(tapes, monkeypatch, batch_size, steps):
    monkeypatch.setattr(cudagraph, "RECORDED", 10)
    recipe = lntx.Recipe(lr=0.01, epochs=12, batch_size=batch_size, momentum=0.5, dampening=0.2, log_every=6)
    cudagraph.prepare(lntx.synthetic(20, 3), recipe, "cpu")
    assert [sum(op[0] is torch.ops.aten.addmm.default for op in tape.operations) for tape in tapes] == steps


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("recorded", [256, 3])
def test_runs_are_alike_and_keep_their_history(monkeypatch, shuffle, recorded):
    monkeypatch.setattr(cudagraph, "RECORDED", recorded)
    recipe = lntx.Recipe(lr=0.01, epochs=7, batch_size=3, shuffle=shuffle, momentum=0.9, dampening=0.1, log_every=2)
    run = cudagraph.prepare(lntx.synthetic(20, 3), recipe, "cpu")
    first, second = run(), run()
    assert torch.equal(first.weights, second.weights)
    assert first.weights.data_ptr() != second.weights.data_ptr()
    assert [snapshot.epoch for snapshot in first.snapshots] == [2, 4, 6]
    assert all(
        torch.equal(one.weights, two.weights) for one, two in zip(first.snapshots, second.snapshots, strict=True)
    )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("rows", [1, 2, 7, None])
def test_long_epochs_agree_with_the_reference_on_a_gpu(rows):
    recipe = lntx.Recipe(lr=0.02, epochs=5, batch_size=rows, momentum=0.5, dampening=0.2)
    agreement = lntx.verify(lntx.synthetic(700, 5, 2, noise=0.1), recipe, "cudagraph", "cuda")
    assert agreement.ok, agreement


def test_work_is_repeated_as_often_as_asked():
    done = []
    work = graphs.Repeated(lambda: done.append(1), 4, "cpu")
    for times in (1, 4, 11, 0):
        done.clear()
        work(times)
        assert len(done) == times


def start():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def test_a_loops_step_is_replayed_on_the_memory_that_it_was_recorded_with(tapes, monkeypatch):
    monkeypatch.setattr(of_loops, "refuses", lambda _ground: None)
    made = loops.loop(start=start)
    found = made.verify("cudagraph", steps=12)
    assert found.ok, found.note
    assert len(tapes) == 1
    fit = made.train("cudagraph", epochs=2)
    assert fit.losses == pytest.approx(made.train("eager", epochs=2).losses, rel=1e-5)
