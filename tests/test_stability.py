import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.affine import System
from lntx.training.stability import ground, largest_stable_lr


def radius(problem, lr, rows):
    """Spectral radius of an epoch of plain SGD, from the product of its steps written out."""
    inputs = np.column_stack([problem.X, np.ones(problem.samples)])
    product = np.eye(inputs.shape[1])
    for start in range(0, problem.samples, rows):
        x = inputs[start : start + rows]
        product = (np.eye(inputs.shape[1]) - lr * 2 / len(x) * x.T @ x) @ product
    return np.abs(np.linalg.eigvals(product)).max()


@settings(max_examples=25, deadline=None)
@given(rows=st.sampled_from([1, 3, 7, 20]), features=st.integers(1, 6), seed=st.integers(0, 100))
def test_the_radius_of_an_epoch_passes_1_at_the_largest_stable_rate(rows, features, seed):
    problem = lntx.synthetic(20, features, seed=seed, dtype="float64")
    rate, exact = largest_stable_lr(problem, lntx.Recipe(batch_size=rows))
    assert exact
    assert radius(problem, 0.999 * rate, rows) <= 1 + 1e-6
    assert radius(problem, 1.002 * rate, rows) > 1


@settings(max_examples=25, deadline=None)
@given(
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    nesterov=st.booleans(),
    weight_decay=st.sampled_from([0.0, 0.1]),
    features=st.integers(1, 6),
)
def test_full_batch_holds_just_below_the_largest_stable_rate_and_diverges_just_above(
    momentum, nesterov, weight_decay, features
):
    problem = lntx.synthetic(20, features, dtype="float64")
    recipe = lntx.Recipe(
        batch_size=None, epochs=500, momentum=momentum, nesterov=nesterov and momentum > 0, weight_decay=weight_decay
    )
    rate, exact = largest_stable_lr(problem, recipe)
    assert exact
    held = lntx.train(problem, recipe.but(lr=0.98 * rate), "numpy")
    assert held.losses[-1] < 100 * held.losses[0] + 1
    with pytest.raises(lntx.Diverged):
        lntx.train(problem, recipe.but(lr=1.05 * rate), "numpy")


@pytest.mark.parametrize("dampening", [0.0, 0.4])
def test_the_rate_of_heavy_ball_counts_dampening(dampening):
    problem = lntx.Problem(np.ones((1, 1)), np.ones(1))  # the Hessian is 2 (x, 1)(x, 1)', its largest eigenvalue 4
    rate, _ = largest_stable_lr(problem, lntx.Recipe(momentum=0.5, dampening=dampening, batch_size=None))
    assert rate == pytest.approx(2 * 1.5 / (1 - dampening) / 4)


def test_many_features_give_the_same_rate_without_their_hessian():
    problem = lntx.synthetic(40, 1100, dtype="float64")
    rate, exact = largest_stable_lr(problem, lntx.Recipe(batch_size=None))
    inputs = np.column_stack([problem.X, np.ones(40)])
    assert exact
    assert rate == pytest.approx(2 / (2 / 40 * np.linalg.norm(inputs, 2) ** 2))


def too_steep():
    """Build the tutorial's published inputs with the one output of its text, which diverges at its learning rate."""
    published = lntx.tutorial(as_published=True)
    return lntx.Problem(published.X, published.Y[:, 0])


def test_a_recipe_that_must_diverge_is_refused_before_it_runs_and_names_the_largest_rate():
    with pytest.raises(lntx.Diverged, match=r"lr 0\.0005 must diverge .* largest stable learning rate .* is 0\.000"):
        lntx.prepare(too_steep(), lntx.Recipe())


def test_the_rate_that_is_named_is_itself_stable():
    problem = too_steep()
    with pytest.raises(lntx.Diverged) as caught:
        lntx.train(problem, lntx.Recipe(), "numpy")
    named = float(str(caught.value).rpartition(" ")[2])
    assert lntx.train(problem, lntx.Recipe(lr=named), "numpy").finite


def test_a_shuffled_training_that_diverges_is_stopped_and_never_a_fit():
    problem = lntx.synthetic(50, 4)
    recipe = lntx.Recipe(lr=30.0, shuffle=True, epochs=200, log_every=1)
    heard = []
    with pytest.raises(lntx.Diverged, match="no longer finite after epoch"):
        lntx.train(problem, recipe, "numpy", progress=heard.append)
    assert len(heard) < 200


def test_directions_without_data_are_no_divergence():
    problem = lntx.Problem(np.ones((8, 3)), np.ones(8))
    assert lntx.train(problem, lntx.Recipe(lr=0.2, batch_size=None, momentum=0.9), "numpy").finite


@pytest.mark.parametrize(("samples", "features", "rows"), [(1300, 1200, None), (2600, 1200, 1300)])
def test_the_gram_matrix_of_many_features_is_never_formed(monkeypatch, samples, features, rows):
    problem, recipe = lntx.synthetic(samples, features, dtype="float64"), lntx.Recipe(batch_size=rows)
    inputs = np.column_stack([problem.X, np.ones(samples)])[:rows]
    wanted = 2 / np.linalg.eigvalsh(2 / len(inputs) * inputs.T @ inputs)[-1]
    monkeypatch.setattr(System, "gram", lambda *_: pytest.fail("X'X was formed"))
    rate, exact = largest_stable_lr(problem, recipe)
    assert exact == (rows is None)
    assert rate <= wanted * (1 + 1e-4)
    assert rate >= wanted * (1 - 1e-4 if rows is None else 0.2)


def test_what_the_rate_follows_from_is_said():
    wide = lntx.synthetic(1100, 1100)
    assert "without forming X'X" in ground(wide, lntx.Recipe(batch_size=None))
    assert ground(lntx.tutorial(), lntx.Recipe(batch_size=None)) == "the Hessian's largest eigenvalue"
    assert "spectral radius" in ground(lntx.tutorial(), lntx.Recipe())
    assert "steepest batch" in ground(wide, lntx.Recipe(batch_size=1))
