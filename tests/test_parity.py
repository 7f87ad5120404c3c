"""The proof itself: true errors are found, rounding never is."""

import math

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.backends import find
from lntx.training.fit import Fit
from lntx.training.linear.affine import System
from lntx.training.linear.curvature import longest_step
from lntx.training.linear.parity import agreement, checkpoints, trials
from lntx.training.linear.stability import largest_stable_lr

QUICK = [
    name for name in lntx.backends() if not name.startswith(("compiled", "eager", "distributed:", "distributed-gram:"))
]
"""All but those that compile each shape, and the slowest: `lntx verify` holds these to the grid."""
SLOW = ("blocked", "distributed", "distributed-gram")


@st.composite
def trainings(draw, backend=None):
    """Draw any problem that a user may bring, collinear or badly scaled, and any recipe that is stable on it.

    Of a backend none that it refuses: to find the rate takes longer than to train.
    """
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    samples, features, outputs = draw(st.integers(1, 24)), draw(st.integers(1, 16)), draw(st.integers(1, 3))
    inputs = generator.standard_normal((samples, features)) * 10 ** generator.uniform(-2, 2)
    match draw(st.sampled_from(["plain", "badly scaled", "off centre", "collinear", "whole numbers"])):
        case "badly scaled":
            inputs *= 10 ** generator.uniform(-2, 1, features)
        case "off centre":
            inputs += 10 ** generator.uniform(-1, 1)
        case "collinear":
            inputs[:, -1] = inputs[:, 0]
        case "whole numbers":
            inputs = generator.integers(1, 20, inputs.shape).astype(float)
    targets = inputs @ generator.standard_normal((features, outputs)) + draw(st.sampled_from([0.0, 5.0, 500.0]))
    targets += draw(st.sampled_from([0.0, 0.1])) * generator.standard_normal(targets.shape)
    dtype = draw(st.sampled_from(["float32", "float64"]))
    problem = lntx.Problem(inputs.astype(dtype), targets.astype(dtype))
    momentum = draw(st.sampled_from([0.0, 0.5, 0.9]))
    recipe = lntx.Recipe(
        epochs=draw(st.sampled_from([1, 3, 10, 100])),
        batch_size=draw(st.sampled_from([None, 1, max(1, samples // 3)])),
        shuffle=draw(st.booleans()),
        momentum=momentum,
        nesterov=momentum > 0 and draw(st.booleans()),
        weight_decay=draw(st.sampled_from([0.0, 1e-3, 0.1])),
    )
    assume(backend is None or not find(backend).refuses(problem, recipe, "cpu"))
    rate, _ = largest_stable_lr(problem, recipe)
    return problem, recipe.but(lr=rate * draw(st.sampled_from([0.01, 0.3, 0.9])))


def only_where_stability_is_an_estimate(problem, recipe):
    """Pass over a training that diverges, which full batch and plain SGD on stable batches never do."""
    assert recipe.rows(problem.samples) < problem.samples
    assert recipe.momentum or recipe.lr * longest_step(System(problem, recipe)) > 1
    assume(False)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
@pytest.mark.parametrize(  # blocked takes few of the recipes that are drawn
    "backend", [pytest.param(name, marks=pytest.mark.end_to_end) if name in SLOW else name for name in QUICK]
)
def test_rounding_is_never_called_an_error(data, backend):
    if reason := find(backend).refuses(None, None, "cpu"):
        pytest.skip(f"{backend}: {reason}")
    problem, recipe = data.draw(trainings(backend))
    assume(not find(backend).refuses(problem, recipe, "cpu"))
    try:
        found = lntx.verify(problem, recipe, backend)
    except (lntx.Diverged, lntx.Unprovable):
        only_where_stability_is_an_estimate(problem, recipe)
    assert found.ok, found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(training=trainings(), part=st.sampled_from(["weights", "bias"]), data=st.data())
def test_one_weight_off_by_a_hundredth_of_their_size_is_found(training, part, data):
    problem, recipe = training
    try:
        fit = lntx.prepare(problem, recipe, "numpy")()
        assert agreement(problem, recipe, fit).ok
    except (lntx.Diverged, lntx.Unprovable):
        only_where_stability_is_an_estimate(problem, recipe)
    values = {"weights": fit.weights.clone(), "bias": fit.bias.clone()}
    flat = values[part].view(-1)
    size = torch.cat([fit.weights.view(-1), fit.bias]).norm()
    flat[data.draw(st.integers(0, len(flat) - 1))] += 0.01 * size
    assert not agreement(problem, recipe, Fit(**values)).ok


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_weight_that_is_no_number_never_agrees(wrong):
    problem, recipe = lntx.synthetic(20, 2), lntx.Recipe(lr=0.1, epochs=2)
    assert not agreement(problem, recipe, Fit(torch.full((1, 2), wrong), torch.zeros(1))).ok


def test_weights_of_another_shape_never_agree():
    problem, recipe = lntx.synthetic(20, 2), lntx.Recipe(lr=0.1, epochs=2)
    assert not agreement(problem, recipe, Fit(torch.zeros(2, 1), torch.zeros(1))).ok


@pytest.mark.parametrize("epochs", [1, 2, 3, 4, 5, 10, 900, 1000, 10**6])
def test_there_are_three_checkpoints_or_more_and_the_end_is_one(epochs):
    points = checkpoints(epochs)
    assert len(points) >= 3
    assert epochs in points
    assert list(points) == sorted(set(points))


def test_where_one_epoch_converges_the_first_samples_alone_are_checked_too():
    problem = lntx.synthetic(5000, 2)
    recipe = lntx.Recipe(lr=0.1, epochs=2)
    early = [trial for trial in trials(problem, recipe) if trial.epoch < 1]
    assert [trial.problem.samples for trial in early] == [50, 500, 1666]
    assert lntx.verify(problem, recipe, "numpy").ok


def test_the_way_to_the_true_weights_is_told_where_they_are_known_and_free_of_noise():
    recipe = lntx.Recipe(lr=0.3, epochs=300)
    assert lntx.verify(lntx.synthetic(50, 2), recipe, "numpy").truth < 1e-5
    assert lntx.verify(lntx.synthetic(50, 2, noise=0.1), recipe, "numpy").truth is None


def test_the_tutorials_tolerance_is_small_against_a_thousandth():
    found = lntx.verify(lntx.tutorial(), lntx.Recipe(), "numpy")
    assert max(point.tolerance for point in found.checkpoints) < 5e-4
