import numpy as np
import pytest
import torch

import lntx
from lntx.errors import InputError
from lntx.training.linear.model import initial
from lntx.training.linear.stability import largest_stable_lr

BACKENDS = ["numpy", "manual", "fused", "blocked", "composed", "spectral"]
RECIPES = [
    {"batch_size": 1},
    {"batch_size": 4, "momentum": 0.9},
    {"batch_size": None, "momentum": 0.5, "nesterov": True},
]
POWERS = {"float32": (-30, -15, 0, 10, 18, 20, 30), "float64": (-30, -10, 0, 18, 30, 100, 180)}
ROOMY = {"float32": 29, "float64": 150}  # powers of ten up to which products, or squares, are never refused


def scaled(dtype, x, y):
    generator = np.random.default_rng(3)
    inputs, targets = generator.standard_normal((6, 2)), generator.standard_normal(6)
    return lntx.Problem((inputs * 10.0**x).astype(dtype), (targets * 10.0**y).astype(dtype))


def in_float64(problem, recipe):
    """Train by the definition of torch.optim.SGD, from lntx's start."""
    weights, bias = initial(problem.features, problem.outputs, recipe.seed, getattr(torch, problem.dtype))
    theta = np.vstack([weights.double().numpy().T, bias.double().numpy()])
    inputs = np.column_stack([problem.X, np.ones(problem.samples)]).astype(np.float64)
    targets, buffer, sizes = problem.Y.astype(np.float64), 0 * theta, [np.linalg.norm(theta)]
    for _ in range(recipe.epochs):
        for batch in recipe.batches(problem.samples):
            gradient = 2 / targets[batch].size * inputs[batch].T @ (inputs[batch] @ theta - targets[batch])
            buffer = recipe.momentum * buffer + gradient
            theta = theta - recipe.lr * (gradient + recipe.momentum * buffer if recipe.nesterov else buffer)
        sizes.append(np.linalg.norm(theta))
    return theta, max(sizes)


def refusal(problem, recipe):
    try:
        largest_stable_lr(problem, recipe)
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize("told", RECIPES)
@pytest.mark.parametrize(("dtype", "x", "y"), [(d, x, y) for d, all_x in POWERS.items() for x in all_x for y in all_x])
def test_any_scale_is_trained_right_or_refused_in_words(dtype, x, y, told):
    problem = scaled(dtype, x, y)
    recipe = lntx.Recipe(epochs=20, **told)
    if words := refusal(problem, recipe):
        assert f"overflow {dtype}" in words
        assert "--standardize" in words
        assert ("dtype float64" in words) == (dtype == "float32")
        assert max(2 * x, x + y, y) > ROOMY[dtype]
        with pytest.raises(InputError, match=f"overflow {dtype}"):
            lntx.train(problem, recipe, "numpy")
        return
    recipe = recipe.but(lr=largest_stable_lr(problem, recipe)[0] / 2)
    wanted, size = in_float64(problem, recipe)
    for backend in BACKENDS:
        try:
            fit = lntx.train(problem, recipe, backend)
        except lntx.Refused:
            continue
        theta = np.vstack([fit.weights.double().numpy().T, fit.bias.double().numpy()])
        assert np.linalg.norm(theta - wanted) <= (2e-5 if dtype == "float32" else 1e-12) * size


def test_numbers_that_another_dtype_would_lose_are_refused_with_it():
    with pytest.raises(InputError, match="column 'x1' holds numbers beyond float32; use another unit, or float64"):
        lntx.train(lntx.Problem(np.full((2, 1), 1e50), np.ones(2)), lntx.Recipe(dtype="float32", batch_size=None))


@pytest.mark.parametrize("rate", [1e-40, 1e39])
def test_a_learning_rate_that_the_dtype_has_not_is_refused(rate):
    with pytest.raises(InputError, match=r"lr 1e.* is no float32, .* dtype float64"):
        lntx.train(lntx.tutorial(), lntx.Recipe(lr=rate), "numpy")


def test_steps_that_are_all_rounded_away_are_refused():
    with pytest.raises(InputError, match=r"at lr 1e-13 a step moves weights of .* which float32 rounds to nothing"):
        lntx.train(lntx.tutorial(), lntx.Recipe(lr=1e-13), "numpy")


@pytest.mark.parametrize(
    ("recipe", "backend"),
    [
        (lntx.Recipe(lr=1e-13, dtype="float64"), "numpy"),  # float64 has such steps
        (lntx.Recipe(lr=1e-13), "composed"),  # an algebra takes none
        (lntx.Recipe(lr=1e-13, epochs=1), "numpy"),  # together they would lead nowhere either
    ],
)
def test_small_steps_that_count_or_lead_nowhere_are_taken(recipe, backend):
    assert lntx.train(lntx.tutorial(), recipe, backend).finite


def test_weights_that_outgrow_their_dtype_at_a_stable_rate_are_not_blamed_on_it():
    problem = lntx.Problem(np.array([[1e-3], [2e-3]], np.float32), np.array([1e36, 3e36], np.float32))
    with pytest.raises(lntx.Diverged, match=r"is stable on this data, so .* too large for float32.* dtype float64"):
        lntx.train(problem, lntx.Recipe(lr=0.9, epochs=10**8, batch_size=None), "spectral")
