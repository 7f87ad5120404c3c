import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lntx
from lntx.training import audit
from lntx.training.backends import composed, spectral
from lntx.training.linear.affine import Powers, System
from lntx.training.linear.model import initial
from lntx.training.linear.stability import largest_stable_lr

UNIT = {"float32": 2.0**-24, "float64": 2.0**-53}
WIDE = [(3, 20), (10, 10), (1, 2)]


def start_of(problem, recipe):
    weights, bias = initial(problem.features, problem.outputs, recipe.seed, getattr(torch, problem.dtype))
    return np.vstack([weights.double().numpy().T, bias.double().numpy()])


def by_singular_values(problem, recipe):
    """Full batch in the singular vectors of X, each coordinate's map raised to a power in long double."""
    inputs = np.column_stack([problem.X, np.ones(problem.samples)]).astype(np.float64)
    left, sizes, right = np.linalg.svd(inputs, full_matrices=True)
    singular, pulled = np.zeros(len(right)), np.zeros((len(right), problem.outputs))
    singular[: len(sizes)] = np.where(sizes > 1e-13 * sizes[0], sizes, 0)
    factor = 2 / problem.Y.size
    pulled[: len(sizes)] = factor * singular[: len(sizes), None] * (left.T @ problem.Y.astype(np.float64))[: len(sizes)]
    coordinates = right @ start_of(problem, recipe)
    for j, k in np.ndindex(*coordinates.shape):
        curvature = factor * np.longdouble(singular[j]) ** 2 + recipe.weight_decay
        coordinates[j, k] = after(recipe, curvature, pulled[j, k], coordinates[j, k])
    return right.T @ coordinates


def after(recipe, curvature, pull, coordinate):
    """Take the steps of a training along one eigenvector."""
    state = step(recipe, curvature, pull, 1) @ np.array([coordinate, 0, 1], np.longdouble)
    power, left = step(recipe, curvature, pull, 1 - np.longdouble(recipe.dampening)), recipe.epochs - 1
    while left:
        state = power @ state if left % 2 else state
        power, left = power @ power, left // 2
    return state[0]


def step(recipe, curvature, pull, share):
    momentum = np.longdouble(recipe.momentum)
    gradient = np.array([curvature, 0, -pull], np.longdouble)
    buffer = share * gradient + np.array([0, momentum, 0], np.longdouble)
    push = gradient + momentum * buffer if recipe.nesterov else buffer
    moved = np.array([1, 0, 0], np.longdouble) - np.longdouble(recipe.lr) * push
    return np.array([moved, buffer, [0, 0, 1]], np.longdouble)


def at_half_of_the_limit(problem, recipe):
    return recipe.but(lr=largest_stable_lr(problem, recipe)[0] / 2)


def apart(theta, wanted):
    return np.linalg.norm(theta - wanted) / np.linalg.norm(wanted)


def trained(problem, recipe, backend):
    fit = lntx.prepare(problem, recipe, backend)()
    return np.vstack([fit.weights.double().numpy().T, fit.bias.double().numpy()])


@pytest.mark.parametrize("backend", ["spectral", "composed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", WIDE)
@pytest.mark.parametrize("told", [{}, {"momentum": 0.9}, {"momentum": 0.5, "nesterov": True, "weight_decay": 1e-6}])
@pytest.mark.parametrize("epochs", [10**4, 10**8, 10**10])
def test_what_no_sample_moves_stays_however_many_epochs_there_are(backend, dtype, shape, told, epochs):
    problem = lntx.synthetic(*shape, outputs=2, dtype=dtype)
    recipe = at_half_of_the_limit(problem, lntx.Recipe(batch_size=None, epochs=epochs, **told))
    slack = epochs * UNIT["float64"] if "weight_decay" in told and epochs * 1e-6 < 1e3 else 1e4 * UNIT["float64"]
    assert apart(trained(problem, recipe, backend), by_singular_values(problem, recipe)) < UNIT[dtype] + slack


@settings(max_examples=40, deadline=None)
@given(
    backend=st.sampled_from(["spectral", "composed"]),
    samples=st.integers(1, 8),
    features=st.integers(1, 6),
    twice=st.booleans(),
    short=st.sampled_from([1e-12, 1e-8, 1e-4, 1.0]),
    momentum=st.sampled_from([0.0, 0.9]),
    seed=st.integers(0, 10**6),
)
def test_parallel_columns_stay_apart_and_short_ones_are_trained(
    backend, samples, features, twice, short, momentum, seed
):
    generator = np.random.default_rng(seed)
    inputs = generator.standard_normal((samples, features))
    inputs[:, 0] *= short
    if twice and features > 1:
        inputs[:, -1] = inputs[:, 0]
    problem = lntx.Problem(inputs, generator.standard_normal(samples) / short)
    recipe = at_half_of_the_limit(problem, lntx.Recipe(batch_size=None, momentum=momentum, epochs=1000))
    start = start_of(problem, recipe)
    theta, buffer, x = start, 0 * start, np.column_stack([inputs, np.ones(samples)])
    for _ in range(recipe.epochs):
        buffer = momentum * buffer + 2 / samples * x.T @ (x @ theta - problem.Y)
        theta = theta - recipe.lr * buffer
    assert apart(trained(problem, recipe, backend), theta) < 1e-8


@pytest.mark.parametrize("shape", [*WIDE, (20, 4)])
@pytest.mark.parametrize("told", [{}, {"momentum": 0.9}, {"momentum": 0.5, "nesterov": True, "weight_decay": 0.1}])
def test_powers_leave_what_no_sample_moves_however_high(shape, told):
    problem = lntx.synthetic(*shape, outputs=2, dtype="float64")
    recipe = at_half_of_the_limit(problem, lntx.Recipe(batch_size=None, epochs=10**10, **told))
    system, start = System(problem, recipe), start_of(problem, recipe)
    buffers = np.zeros_like(start) if recipe.momentum else np.zeros((0, 2))
    state = system.epoch_map(fresh=True) @ np.vstack([start, buffers, np.eye(2)])
    reached = Powers(system).after(state, recipe.epochs - 1)[: system.size]
    assert apart(reached, by_singular_values(problem, recipe)) < 1e4 * UNIT["float64"]


@pytest.mark.parametrize("told", [{}, {"momentum": 0.9, "dampening": 0.3}, {"momentum": 0.5, "nesterov": True}])
@pytest.mark.parametrize("rows", [1, 3])
def test_powers_of_mini_batches_are_the_steps(told, rows):
    problem = lntx.synthetic(7, 9, dtype="float64")
    recipe = at_half_of_the_limit(problem, lntx.Recipe(batch_size=rows, weight_decay=0.1, **told))
    system, start = System(problem, recipe.but(epochs=40)), start_of(problem, recipe)
    state = system.epoch_map(fresh=True) @ np.vstack([start, *[0 * start] * bool(recipe.momentum), np.eye(1)])
    steps = trained(problem, recipe.but(epochs=40), "numpy")
    assert apart(Powers(system).after(state, 39)[: system.size], steps) < 1e-12


@pytest.mark.parametrize("backend", [composed, spectral])
def test_start_and_targets_are_read_in_the_call(backend):
    problem = lntx.synthetic(20, 3)
    recipe = lntx.Recipe(batch_size=None, lr=0.1, epochs=5)
    run = backend.prepare(problem, recipe, "cpu")
    before = run()
    with np.errstate(all="raise"):
        problem.Y.setflags(write=True)
        problem.Y[:] *= 4
    after_scaling = audit.started_at(4.0, run)
    assert torch.equal(after_scaling.weights, 4 * before.weights)
    assert torch.equal(after_scaling.bias, 4 * before.bias)
