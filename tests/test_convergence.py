import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.linear.convergence import Way, convergence, ways
from lntx.training.linear.objective import Landscape
from lntx.training.linear.parity.reference import reference
from lntx.training.linear.problem import Problem
from lntx.training.linear.stability import largest_stable_lr


def after(problem, recipe, epochs):
    """The float64 reference's weights after so many epochs, and the landscape."""
    theta = reference(problem, recipe.but(epochs=1), (epochs,)).at[epochs]
    return Landscape(problem, recipe), theta


def scaled(samples=40, features=4, spread=3.0, noise=0.1, seed=0):
    """A problem whose features have unlike sizes, so that it is slow in some direction."""
    drawn = lntx.synthetic(samples, features, noise=noise, seed=seed, dtype="float64")
    return Problem(drawn.X * np.geomspace(1, spread, features), drawn.Y)


def test_the_optimum_is_that_of_least_squares():
    problem = scaled()
    solution = np.linalg.lstsq(np.c_[problem.X, np.ones(40)], problem.Y, rcond=None)[0]
    assert np.allclose(Landscape(problem, lntx.Recipe()).optimum, solution, rtol=1e-9)


def test_the_optimum_with_weight_decay_is_where_the_gradient_with_it_vanishes():
    problem, recipe = scaled(), lntx.Recipe(lr=0.01, epochs=200_000, batch_size=None, weight_decay=0.1)
    landscape, theta = after(problem, recipe, 200_000)
    assert np.allclose(theta, landscape.optimum, rtol=1e-9)
    assert landscape.excess(theta) < 1e-15


def test_where_many_weights_are_optimal_the_distance_is_to_the_nearest():
    problem, recipe = lntx.synthetic(10, 20, dtype="float64"), lntx.Recipe(lr=0.5, batch_size=None)
    landscape, theta = after(problem, recipe, 20_000)
    found = convergence(landscape, lntx.train(problem, recipe.but(epochs=20_000), "manual"))
    assert not found.unique
    assert found.reached
    assert found.distance < 1e-3
    assert landscape.distance(theta) < 1e-3
    assert np.linalg.norm(theta - landscape.optimum) > 0.1, "the start's part that no sample sees is still there"


def test_repeated_features_have_a_finite_condition_number():
    drawn = lntx.synthetic(50, 3, noise=0.1, dtype="float64")
    problem = Problem(np.c_[drawn.X, drawn.X[:, 0]], drawn.Y)
    recipe = lntx.Recipe(lr=0.1, epochs=5, batch_size=None)
    found = convergence(Landscape(problem, recipe), lntx.train(problem, recipe, "manual"))
    assert not found.unique
    assert found.condition < 100


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 50),
    spread=st.floats(1, 10),
    batch_size=st.sampled_from([None, None, 1, 7]),
    momentum=st.sampled_from([0.0, 0.0, 0.5, 0.9]),
    nesterov=st.booleans(),
    share=st.floats(0.02, 0.3),
    decay=st.sampled_from([0.0, 0.01]),
)
def test_the_epochs_that_it_would_take_are_those_that_it_takes(
    seed, spread, batch_size, momentum, nesterov, share, decay
):
    problem = scaled(spread=spread, seed=seed)
    recipe = lntx.Recipe(
        lr=1.0,
        batch_size=batch_size,
        momentum=momentum,
        nesterov=nesterov and momentum > 0,
        weight_decay=decay,
        dtype="float64",
    )
    recipe = recipe.but(lr=share * largest_stable_lr(problem, recipe)[0])
    epochs = Landscape(problem, recipe).epochs()
    if epochs is None:
        landscape, theta = after(problem, recipe, 100_000)
        assert landscape.excess(theta) > landscape.target
        return
    around = {epochs - 1, epochs, *(max(1, round(epochs * factor)) for factor in (1 / 1.1, 1.1))} - {0}
    landscape, at = Landscape(problem, recipe), reference(problem, recipe.but(epochs=1), tuple(sorted(around))).at
    excess = {epoch: landscape.excess(at[epoch]) / landscape.target for epoch in around}
    assert excess[epochs] <= 1.01
    assert excess.get(epochs - 1, np.inf) > 0.99
    if not recipe.momentum and epochs > 10:  # with momentum the excess swings, and crosses the target more than once
        assert excess[round(epochs * 1.1)] <= 1.01
        assert excess[round(epochs / 1.1)] > 1


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_along_eigenvectors_the_count_is_near_that_of_the_map(momentum, nesterov, monkeypatch):
    problem = scaled(spread=10)
    recipe = lntx.Recipe(lr=0.02, batch_size=None, momentum=momentum, nesterov=nesterov)
    exact = Landscape(problem, recipe).epochs()
    monkeypatch.setattr("lntx.training.linear.objective._mapped", lambda _system: False)
    assert Landscape(problem, recipe).epochs() == pytest.approx(exact, rel=0.3)


def test_batches_that_stay_above_the_optimum_never_reach_it():
    problem = lntx.synthetic(100, 5, noise=0.5, dtype="float64")
    recipe = lntx.Recipe(lr=0.3, batch_size=1)
    landscape, theta = after(problem, recipe, 5000)
    assert landscape.epochs() is None
    floor = convergence(landscape, lntx.train(problem, recipe.but(epochs=1), "numpy")).floor
    assert floor == pytest.approx(landscape.excess(theta), rel=1e-6)


def test_advice_is_for_what_takes_a_fraction_of_the_epochs():
    problem, recipe = scaled(spread=10), lntx.Recipe(lr=1e-3, batch_size=None)
    here, *others = ways(problem, recipe, Landscape(problem, recipe))
    assert here == Way("lr 0.001", Landscape(problem, recipe).epochs())
    assert [way.words.partition(" (")[2] for way in others] == ["--lr auto)", "--lr auto --momentum 0.9)"]
    assert all(way.epochs * 2 <= here.epochs for way in others)


def test_standardising_brings_the_condition_number_down():
    problem = scaled(spread=1000)
    landscape = Landscape(problem, lntx.Recipe())
    standard = Problem((problem.X - problem.X.mean(0)) / problem.X.std(0), problem.Y)
    fit = lntx.train(standard, lntx.Recipe(lr=0.01, epochs=1), "numpy")
    assert landscape.standardized == pytest.approx(
        convergence(Landscape(standard, lntx.Recipe()), fit).condition, rel=1e-6
    )


def test_what_is_too_large_for_a_second_is_left_alone():
    assert Landscape.affordable(lntx.synthetic(100, 50), lntx.Recipe())
    assert not Landscape.affordable(lntx.synthetic(2, 5000), lntx.Recipe())
