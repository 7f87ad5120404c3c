"""The kernels of the backend triton, in Triton's interpreter: `test_triton.py` runs this file in a process of its own.

TRITON_INTERPRET must be set before Triton is imported, and would change every other test that comes near it.
"""

from itertools import product

import numpy as np
import pytest
import torch

import lntx
from lntx.training.backends import triton
from lntx.training.linear.kernels.gpu import launch, state
from lntx.training.linear.parity.grid import GRID, Case
from lntx.training.recipe import Recipe

OFTEN = [Case(Recipe(lr=0.02, epochs=3, batch_size=rows, momentum=0.9, nesterov=True, shuffle=shuffle), 13, 3, 3)
         for rows, shuffle in product((1, 5, None), (False, True))]  # fmt: skip


@pytest.fixture
def split(monkeypatch):
    """Even the smallest batch goes to the whole GPU, in tiles of a few rows, a few outputs at a time."""
    monkeypatch.setattr(triton, "SMALL", 0)
    monkeypatch.setattr(state, "TILE_BYTES", 256)
    monkeypatch.setattr(launch, "GROUPED", 8)


def agreed(problem, recipe):
    agreement = lntx.verify(problem, recipe, "triton")
    assert agreement.ok, agreement


@pytest.mark.usefixtures("split")
@pytest.mark.parametrize("case", [case for case in GRID if case.features < 100 and case.recipe.epochs < 20])
def test_steps_on_the_whole_gpu_agree_with_the_reference(case):
    agreed(case.problem(), case.recipe)


@pytest.mark.parametrize("case", OFTEN)
@pytest.mark.parametrize("at_once", [1, 10**6])
def test_launches_end_between_epochs_and_change_nothing(monkeypatch, case, at_once):
    monkeypatch.setattr(launch, "AT_ONCE", at_once)
    agreed(case.problem(), case.recipe)


@pytest.mark.parametrize("features", [1, 8, 300])
@pytest.mark.parametrize("rows", [1, 4, None])
def test_any_number_of_features_will_do(features, rows):
    recipe = Recipe(lr=0.1 / features, epochs=2, batch_size=rows, weight_decay=0.01, momentum=0.5, dampening=0.5)
    agreed(lntx.synthetic(9, features, noise=0.1), recipe)


@pytest.mark.parametrize(("rows", "outputs", "dtype"), [(None, 1, "float64"), (600, 1, "float32"), (600, 3, "float32")])
def test_large_batches_go_to_the_whole_gpu(rows, outputs, dtype):
    problem = lntx.synthetic(1000, 100, outputs, noise=0.1, dtype=dtype)
    recipe = Recipe(lr=0.2, epochs=2, batch_size=rows, momentum=0.9, dampening=0.1, shuffle=rows is not None)
    agreed(problem, recipe)


@pytest.mark.parametrize("small", [0, 2**20])
def test_a_long_sum_loses_no_digits(monkeypatch, small):
    """Hundreds of tiles for a program, each adding the same: in float32 all the way, it would be 5e-7."""
    monkeypatch.setattr(triton, "SMALL", small)
    monkeypatch.setattr(state, "TILE_BYTES", 64)
    samples = 2**13 if small == 0 else 2**12
    problem = lntx.Problem(np.full((samples, 1), 0.37, np.float32), np.full((samples, 1), 0.7, np.float32))
    recipe = Recipe(lr=0.5, epochs=1, batch_size=None)
    fit = triton.prepare(problem, recipe, "cpu")()
    exact = lntx.train(problem, recipe.but(dtype="float64"), "manual")
    assert (fit.bias - exact.bias).abs().max() < 6e-8  # of 0.7


@pytest.mark.parametrize("whole", [False, True])
def test_its_call_can_be_repeated(request, whole):
    if whole:
        request.getfixturevalue("split")
    recipe = Recipe(lr=0.01, epochs=4, batch_size=3, shuffle=True, momentum=0.9, dampening=0.5, log_every=2)
    run = lntx.prepare(lntx.synthetic(10, 3, 2), recipe, "triton")
    first, second = run(), run()
    assert torch.equal(first.weights, second.weights)
    assert torch.equal(first.bias, second.bias)
    assert [snapshot.epoch for snapshot in first.snapshots] == [2]


@pytest.mark.usefixtures("split")
def test_data_that_lies_column_by_column_is_read_as_it_should():
    problem = lntx.synthetic(10, 3)
    turned = lntx.Problem(np.asfortranarray(problem.X), problem.Y)
    agreed(turned, Recipe(lr=0.1, epochs=3, batch_size=4))
