"""Steps that are associated anew, by blocks and four at a time: the weights are those of the steps one by one."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.backends import fused
from lntx.training.linear.kernels import blocks, fours

SAMPLES, FEATURES = st.sampled_from([1, 2, 3, 4, 7, 63, 64, 65, 130]), st.sampled_from([1, 2, 3, 4, 7, 8, 33])


@st.composite
def recipes(draw, momenta=(0.0, 0.5, 0.9)):
    momentum = draw(st.sampled_from(momenta))
    nesterov = draw(st.booleans()) if momentum else False
    return lntx.Recipe(
        lr=0.01 * (1 - momentum),
        epochs=draw(st.integers(1, 2)),
        momentum=momentum,
        nesterov=nesterov,
        dampening=0.0 if nesterov else draw(st.sampled_from([0.0, 0.3, 1.0])),
        weight_decay=draw(st.sampled_from([0.0, 0.1])),
        dtype=draw(st.sampled_from(["float32", "float64"])),
        seed=draw(st.integers(0, 9)),
    )


def one_by_one(theta, X, Y, recipe, order=None):
    """Take torch's steps in float64; theta is outputs x features + 1, X has a column of ones."""
    buffer = np.zeros_like(theta)
    first = True
    for _ in range(recipe.epochs):
        for i in range(len(X)) if order is None else order:
            gradient = 2 / len(theta) * np.outer(theta @ X[i] - Y[i], X[i]) + recipe.weight_decay * theta
            if recipe.momentum:
                share = 1 if first else 1 - recipe.dampening
                buffer = recipe.momentum * buffer + share * gradient
                gradient = gradient + recipe.momentum * buffer if recipe.nesterov else buffer
            theta, first = theta - recipe.lr * gradient, False
    return theta


def drawn(samples, features, outputs, recipe):
    random = np.random.default_rng(recipe.seed)
    X, Y = random.standard_normal((samples, features)), random.standard_normal((samples, outputs))
    theta = random.standard_normal((outputs, features + 1))
    return X.astype(recipe.dtype), Y.astype(recipe.dtype), theta.astype(recipe.dtype)


def near(recipe):
    return 1e-5 if recipe.dtype == "float32" else 1e-12


@settings(max_examples=40)
@given(recipes(), SAMPLES, FEATURES, st.integers(1, 3))
def test_blocks_end_with_the_weights_of_steps_one_by_one(recipe, samples, features, outputs):
    X, Y, theta = drawn(samples, features, outputs, recipe)
    expected = one_by_one(theta.astype(float), np.c_[X, np.ones(samples)].astype(float), Y.astype(float), recipe)
    weights, bias = theta[:, :-1].copy(), theta[:, -1].copy()
    momentum = recipe.momentum != 0
    laid, growth = blocks.lay_out(X, Y, blocks.powers(recipe, outputs), momentum, X.dtype)
    state = blocks.State.of([weights, bias], X[0], Y[0], recipe, X.dtype)
    for _ in range(recipe.epochs):
        blocks.train(state.numbers, *laid, 1, momentum)
    state.give()
    assert 0 < growth < fused._GROWTH
    assert np.abs(np.c_[weights, bias] - expected).max() < near(recipe) * np.abs(theta).max()


@settings(max_examples=40)
@given(recipes(momenta=(0.0,)), SAMPLES, FEATURES, st.booleans())
def test_four_steps_at_a_time_end_with_the_weights_of_steps_one_by_one(recipe, samples, features, shuffled):
    X, Y, theta = drawn(samples, features, 1, recipe)
    order = np.random.default_rng(1).permutation(samples) if shuffled else np.empty(0, np.int64)
    ones = np.c_[X, np.ones(samples)].astype(float)
    expected = one_by_one(theta.astype(float), ones, Y.astype(float), recipe, order if shuffled else None)
    weights, bias, kind = theta[:, :-1].copy(), theta[:, -1].copy(), X.dtype.type
    keep = kind(1 - recipe.lr * recipe.weight_decay)
    fours.train(weights, bias, X, Y, order, recipe.epochs, kind(2 * recipe.lr), keep)
    assert np.abs(np.c_[weights, bias] - expected).max() < near(recipe) * np.abs(theta).max()


def test_samples_that_a_block_lengthens_are_told_and_taken_one_by_one(monkeypatch):
    random = np.random.default_rng(0)
    X = random.standard_normal((64, 3)).astype(np.float32)
    X[::8] *= 20  # steps on these alone make weights grow: lr |x|^2 is above 2
    problem = lntx.Problem(X, X @ np.ones((3, 1), np.float32))
    recipe = lntx.Recipe(lr=0.01, epochs=fused._PAYS + 3)
    laid = blocks.lay_out(problem.X, problem.Y, blocks.powers(recipe, 1), False, np.dtype("float32"))
    assert laid[1] > fused._GROWTH
    assert fours.longest(problem.X) * recipe.lr * 2 > fused._STABLE

    def never(*_):
        raise AssertionError("a block was taken")

    monkeypatch.setattr(blocks, "train", never)
    monkeypatch.setattr(fours, "train", never)
    state = [np.zeros((1, 3), np.float32), np.zeros(1, np.float32)]
    train = fused._kernel(problem, problem.X, problem.Y, recipe)([*state, *map(np.zeros_like, state)])
    train(range(1))
    assert np.isfinite(state[0]).all()
    assert (state[0] != 0).all()


@pytest.mark.parametrize(
    ("taken", "changes"),
    [
        (True, {}),
        (True, {"momentum": 0.9}),
        (True, {"weight_decay": 0.1, "dtype": "float64"}),
        (False, {"shuffle": True}),
        (False, {"epochs": 20}),
        (False, {"batch_size": 2}),
        (False, {"momentum": 0.9, "dtype": "float64"}),
        (False, {"momentum": 1e-5, "dampening": 0.5}),
    ],
)
def test_blocks_are_taken_where_they_pay_and_are_exact(taken, changes):
    assert fused._pays(lntx.tutorial(), lntx.Recipe().but(**changes)) is taken


def test_few_samples_and_large_data_are_not_laid_out():
    recipe = lntx.Recipe(epochs=1000)
    assert not fused._pays(lntx.tutorial().head(15), recipe)
    assert not fused._pays(lntx.synthetic(200_000, 10), recipe)


@pytest.mark.parametrize("changes", [{}, {"momentum": 0.9, "dampening": 0.3, "lr": 5e-5}, {"weight_decay": 0.01}])
def test_each_entry_of_the_history_has_the_weights_of_its_epoch(changes):
    problem, recipe = lntx.tutorial(), lntx.Recipe(epochs=90, log_every=37).but(**changes)
    fit = lntx.train(problem, recipe, "fused")
    for entry in fit.snapshots:
        until = lntx.prepare(problem, recipe.but(epochs=entry.epoch, log_every=0), "fused")()
        assert torch.allclose(entry.weights, until.weights, rtol=1e-5, atol=1e-5)
        assert torch.allclose(entry.bias, until.bias, rtol=1e-5, atol=1e-5)
    assert [entry.epoch for entry in fit.snapshots] == [37, 74]
