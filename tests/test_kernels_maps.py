"""The compiled maps of an epoch, their powers and the symmetric products, against the reference's own recurrence in float64."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

import lntx
from lntx.training.linear.affine import State, System
from lntx.training.linear.kernels import grams, maps
from lntx.training.linear.matrices import laid_out
from lntx.training.linear.model import initial, initial_in_a_row

SIZES = some.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 33])
RECIPES = some.builds(
    lntx.Recipe,
    lr=some.sampled_from([1e-3, 0.02]),
    epochs=some.sampled_from([1, 2, 3, 6, 7, 64, 100]),
    batch_size=some.sampled_from([1, 2, 5, 64, None]),
    momentum=some.sampled_from([0.0, 0.9]),
    weight_decay=some.sampled_from([0.0, 0.1]),
    dtype=some.sampled_from(["float32", "float64"]),
    log_every=some.sampled_from([0, 0, 3]),
)


def drawn(samples, features, outputs, recipe):
    """Draw a problem, and fit a recipe to its size."""
    problem = lntx.synthetic(samples, features, outputs=outputs, noise=0.1, dtype=recipe.dtype)
    rows = recipe.batch_size and min(recipe.batch_size, samples)
    return problem, recipe.but(batch_size=rows, lr=recipe.lr / features)


def stepped(problem, recipe):
    """Train by the reference's own steps; weights (features + 1) x outputs after each epoch."""
    system = System(problem, recipe)
    start = initial(problem.features, problem.outputs, recipe.seed, getattr(torch, recipe.dtype))
    theta = np.vstack([start[0].numpy().T, start[1].numpy()]).astype(np.float64)
    state, way = State(theta, np.zeros_like(theta)), []
    for _ in range(recipe.epochs):
        system.sweep(state)
        way.append(state.theta.copy())
    return way


@given(
    some.integers(1, 70), SIZES, some.sampled_from([1, 2, 9]), RECIPES, some.sampled_from(["", "nesterov", "dampening"])
)
def test_an_epochs_map_is_that_of_the_reference(samples, features, outputs, recipe, kind):
    problem, recipe = drawn(samples, features, outputs, recipe)
    if recipe.momentum and kind:
        recipe = recipe.but(**{kind: True} if kind == "nesterov" else {kind: 0.4})
    X, Y = map(laid_out, problem.cast(recipe.dtype))
    for batched in (False, True):
        for fresh in (False, True):
            found = maps.epoch(
                X, Y, recipe.rows(samples), maps.constants(recipe), cores=2, batched=batched, fresh=fresh
            )
            due = System(problem, recipe).epoch_map(fresh=fresh)
            assert np.abs(found - due).max() < 1e-11 * max(1.0, np.abs(due).max())


@given(some.integers(1, 70), some.integers(1, 9), some.sampled_from([1, 2, 9]), RECIPES, some.booleans())
def test_composed_gives_the_weights_of_the_steps_at_each_epoch_that_is_logged(
    samples, features, outputs, recipe, nesterov
):
    problem, recipe = drawn(samples, features, outputs, recipe)
    recipe = recipe.but(nesterov=nesterov and recipe.momentum > 0)
    fit, way = lntx.prepare(problem, recipe, "composed")(), stepped(problem, recipe)
    kept = [(snapshot.epoch, snapshot.weights, snapshot.bias) for snapshot in fit.snapshots]
    assert [epoch for epoch, *_ in kept] == list(range(3, recipe.epochs, 3)) * bool(recipe.log_every)
    close = 4 * np.finfo(recipe.dtype).eps if recipe.dtype == "float32" else 1e-11
    for epoch, weights, bias in [*kept, (recipe.epochs, fit.weights, fit.bias)]:
        found = np.vstack([weights.numpy().T, bias.numpy()])
        assert found.dtype == recipe.dtype
        assert np.abs(found - way[epoch - 1]).max() < close * max(1.0, np.abs(way[epoch - 1]).max())


@given(
    some.integers(1, 300),
    SIZES,
    some.sampled_from([1, 3]),
    some.sampled_from(["float32", "float64"]),
    some.integers(1, 3),
)
def test_half_a_product_is_all_of_it(samples, features, outputs, dtype, cores):
    chance = np.random.default_rng(samples)
    X, Y = (chance.standard_normal((samples, width)).astype(dtype) for width in (features, outputs))
    joined = np.column_stack([X.astype(np.float64), np.ones(samples), Y])
    found = grams.sums(laid_out(X), laid_out(Y), cores)
    assert np.abs(found - joined.T @ joined).max() < 1e-12 * samples


def test_many_samples_lose_no_digits_in_half_a_product():
    X = np.random.default_rng(0).uniform(1, 2, (100_001, 3)).astype(np.float32)
    found = grams.sums(laid_out(X), laid_out(X[:, :1]), 2)
    joined = np.column_stack([X.astype(np.longdouble), np.ones(len(X)), X[:, :1]])
    assert np.abs(found / (joined.T @ joined) - 1).max() < 3e-14


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_start_in_a_row_is_the_start(dtype):
    weights, bias = initial(3, 2, 5, getattr(torch, dtype))
    row, scale = initial_in_a_row(3, 2, 5, getattr(torch, dtype))
    assert scale == 1
    assert row.tolist() == [*weights.flatten().tolist(), *bias.tolist()]
    assert not row.flags.writeable


def test_numbers_that_overflow_stay_none():
    problem = lntx.Problem(np.full((50, 2), 1e30, np.float64), np.full(50, 1e30))
    fit = lntx.training.backends.find("composed").prepare(problem, lntx.Recipe(lr=1.0, epochs=9), "cpu")()
    assert not fit.finite
