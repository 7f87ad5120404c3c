"""The reference itself: its steps against torch.optim.SGD in float64, its algebra against its steps."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import lntx
from lntx.training.linear.affine import System
from lntx.training.linear.model import initial
from lntx.training.linear.parity.reference import by_algebra, by_steps, reference

recipes = st.builds(
    lambda nesterov, momentum, dampening, **rest: lntx.Recipe(
        nesterov=nesterov and momentum > 0,
        momentum=momentum,
        dampening=0.0 if nesterov else dampening,
        lr=0.05,
        epochs=4,
        **rest,
    ),
    nesterov=st.booleans(),
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    dampening=st.sampled_from([0.0, 0.3]),
    batch_size=st.sampled_from([None, 1, 5, 7]),
    shuffle=st.booleans(),
    weight_decay=st.sampled_from([0.0, 0.1]),
    seed=st.integers(0, 3),
)
problems = st.builds(
    lntx.synthetic,
    samples=st.integers(7, 20),
    features=st.integers(1, 9),
    outputs=st.integers(1, 3),
    noise=st.sampled_from([0.0, 0.3]),
    seed=st.integers(0, 50),
    dtype=st.just("float64"),
)


def by_torch(problem, recipe):
    weights, bias = initial(problem.features, problem.outputs, recipe.seed, torch.float64)
    model = nn.Linear(problem.features, problem.outputs, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(weights)
        model.bias.copy_(bias)
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=recipe.lr,
        momentum=recipe.momentum,
        dampening=recipe.dampening,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
    )
    for epoch in range(recipe.epochs):
        order = recipe.order(epoch, problem.samples)
        index = np.arange(problem.samples) if order is None else order
        for batch in recipe.batches(problem.samples):
            optimizer.zero_grad()
            x, y = (torch.from_numpy(values[index[batch]]) for values in (problem.X, problem.Y))
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()
    return np.vstack([model.weight.detach().numpy().T, model.bias.detach().numpy()])


@settings(max_examples=60, deadline=None)
@given(problem=problems, recipe=recipes)
def test_steps_are_those_of_torch(problem, recipe):
    found = reference(problem, recipe, (recipe.epochs,))
    assert found.way == "steps"
    assert np.allclose(found.at[recipe.epochs], by_torch(problem, recipe), rtol=1e-11, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(problem=problems, recipe=recipes, later=st.integers(5, 60))
def test_the_algebra_reaches_the_weights_of_the_steps(problem, recipe, later):
    system = System(problem, recipe.but(shuffle=False))
    start = reference(problem, recipe, (1,)).start
    epochs = (1, 3, later)
    steps, algebra = (dict(march(system, start, epochs)) for march in (by_steps, by_algebra))
    for epoch in epochs:
        assert np.allclose(algebra[epoch], steps[epoch], rtol=1e-9, atol=1e-10)


def test_a_long_training_in_fixed_order_takes_the_algebra():
    assert reference(lntx.tutorial(), lntx.Recipe(), (1000,)).way == "algebra"


def test_a_long_shuffled_training_takes_its_steps():
    recipe = lntx.Recipe(shuffle=True)
    assert reference(lntx.tutorial(), recipe, (1000,)).way == "steps"


def test_a_reference_that_diverges_says_so():
    with pytest.raises(lntx.Diverged, match="the reference itself diverges at lr 40"):
        reference(lntx.synthetic(20, 3), lntx.Recipe(lr=40, shuffle=True, epochs=100), (100,))
