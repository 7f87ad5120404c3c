"""A solution is held against the optimum, never against the recurrence."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.planted import plant

import lntx
from lntx.training.fit import Fit
from lntx.training.linear.parity import agreement
from lntx.training.linear.parity.optimum import optimum

SOLVES = """
import numpy as np, torch
from lntx.training.fit import Fit

WORK = "solution"

def prepare(problem, recipe, device):
    X, Y = problem.cast(recipe.dtype)
    X = np.column_stack([X, np.ones(len(X), X.dtype)])

    def run():
        gram = X.T @ X
        gram.flat[:: len(gram) + 1] += recipe.weight_decay * Y.size / 2
        theta = torch.from_numpy(np.linalg.solve(gram, X.T @ Y) * SCALE)
        return Fit(theta[:-1].T, theta[-1])

    return run

def refuses(problem, recipe, device):
    return None
"""


def solver(tmp_path, monkeypatch, scale=1.0):
    """Drop in a backend that solves the normal equations in the recipe's dtype."""
    name = plant("nothing", tmp_path, monkeypatch)
    (tmp_path / f"{name}.py").write_text(f'"""Solves."""\n{SOLVES.replace("SCALE", str(scale))}')
    return name


@st.composite
def problems(draw):
    """Draw any problem with one optimum: badly scaled, off centre, few samples or many."""
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    features, outputs = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    samples = features + draw(st.sampled_from([1, 2, 10, 300]))
    inputs = generator.standard_normal((samples, features)) * 10 ** generator.uniform(-1, 1, features)
    inputs += draw(st.sampled_from([0.0, 3.0]))
    targets = inputs @ generator.standard_normal((features, outputs)) + draw(st.sampled_from([0.0, 50.0]))
    targets += generator.standard_normal(targets.shape)
    dtype = draw(st.sampled_from(["float32", "float64"]))
    problem = lntx.Problem(inputs.astype(dtype), targets.astype(dtype))
    return problem, lntx.Recipe(lr=1e-9, epochs=1, weight_decay=draw(st.sampled_from([0.0, 0.1])))


def by_normal_equations(X, Y, decay):
    gram = X.T @ X
    gram.flat[:: len(gram) + 1] += gram.dtype.type(decay)
    return np.linalg.solve(gram, X.T @ Y)


def by_orthogonal_factors(X, Y, decay):
    below = np.sqrt(decay) * np.eye(X.shape[1], dtype=X.dtype)
    padded = np.zeros((len(below), Y.shape[1]), Y.dtype)
    return np.linalg.lstsq(np.vstack([X, below]).astype(X.dtype), np.vstack([Y, padded]))[0]


def fit(theta):
    return Fit(torch.from_numpy(theta[:-1].T.copy()), torch.from_numpy(theta[-1].copy()))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=problems())
@pytest.mark.parametrize("solve", [by_normal_equations, by_orthogonal_factors])
def test_a_solvers_rounding_is_never_called_an_error(drawn, solve):
    problem, recipe = drawn
    X = np.column_stack([problem.X, np.ones(problem.samples, problem.X.dtype)])
    try:
        theta = solve(X, problem.Y, recipe.weight_decay * problem.Y.size / 2)
        found = agreement(problem, recipe, fit(theta), "solution")
    except (lntx.Refused, lntx.Unprovable, np.linalg.LinAlgError):
        assume(False)
    assert found.reference == "optimum"
    assert found.ok, found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=problems())
def test_weights_off_by_a_tenth_of_their_size_are_found(drawn):
    problem, recipe = drawn
    try:
        best, _ = optimum(problem, recipe)
        theta = best.at[1]
        assert agreement(problem, recipe, fit(theta), "solution").ok
    except (lntx.Refused, lntx.Unprovable):
        assume(False)
    theta = theta.copy()
    theta[-1, 0] += 0.1 * np.linalg.norm(theta)
    assert not agreement(problem, recipe, fit(theta), "solution").ok


def test_a_step_of_gradient_descent_stays_at_the_optimum():
    problem = lntx.synthetic(50, 4, 2, noise=0.5, dtype="float64")
    recipe = lntx.Recipe(lr=0.1, epochs=3, batch_size=None, weight_decay=0.3)
    best, _ = optimum(problem, recipe)
    weights, bias = (torch.from_numpy(part.copy()).requires_grad_() for part in (best.at[3][:-1].T, best.at[3][-1]))
    step = torch.optim.SGD([weights, bias], lr=recipe.lr, weight_decay=recipe.weight_decay)
    X, Y = torch.from_numpy(problem.X), torch.from_numpy(problem.Y)
    torch.nn.functional.mse_loss(X @ weights.T + bias, Y).backward()
    step.step()
    assert np.allclose(weights.detach().numpy(), best.at[3][:-1].T, rtol=0, atol=1e-14)
    assert np.allclose(bias.detach().numpy(), best.at[3][-1], rtol=0, atol=1e-14)


def test_a_solution_is_proved_however_short_of_it_the_recipe_stops(tmp_path, monkeypatch):
    name = solver(tmp_path, monkeypatch)
    recipe = lntx.Recipe(lr=1e-4, epochs=1, batch_size=1)
    found = lntx.verify(lntx.synthetic(500, 4, noise=0.1), recipe, name)
    assert found.ok
    assert found.reference == "optimum"
    assert len(found.checkpoints) >= 3  # the first samples alone, and all of them


def test_a_solution_that_is_off_by_a_thousandth_is_found(tmp_path, monkeypatch):
    assert not lntx.verify(lntx.synthetic(50, 4), lntx.Recipe(), solver(tmp_path, monkeypatch, 1.001)).ok


def test_a_training_that_has_not_converged_is_no_solution():
    problem, recipe = lntx.synthetic(50, 4), lntx.Recipe(lr=0.01, epochs=3)
    steps = lntx.prepare(problem, recipe, "numpy")()
    assert agreement(problem, recipe, steps).ok
    assert not agreement(problem, recipe, steps, "solution").ok


def test_where_many_weights_have_the_least_loss_a_solution_is_refused(tmp_path, monkeypatch):
    name, X = solver(tmp_path, monkeypatch), np.ones((20, 2), np.float32)
    with pytest.raises(lntx.Refused, match="many weights have the least loss"):
        lntx.verify(lntx.Problem(X, X[:, :1]), lntx.Recipe(epochs=1), name)
    assert lntx.verify(lntx.Problem(X, X[:, :1]), lntx.Recipe(epochs=1, weight_decay=0.1), name).ok


def test_where_rounding_moves_the_optimum_far_nothing_is_proven():
    generator = np.random.default_rng(0)
    X = 1000 + generator.standard_normal((50, 2)).astype(np.float32)
    with pytest.raises(lntx.Unprovable, match="move the optimum"):
        agreement(lntx.Problem(X, X[:, :1]), lntx.Recipe(epochs=1), fit(np.zeros((3, 1))), "solution")
