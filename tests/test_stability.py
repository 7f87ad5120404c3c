import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.linear.affine import System
from lntx.training.linear.stability import advice, bound, check, ground, largest_stable_lr, limit


def radius(problem, lr, rows):
    """Spectral radius of an epoch of plain SGD, from the product of its steps written out."""
    inputs = np.column_stack([problem.X, np.ones(problem.samples)])
    product = np.eye(inputs.shape[1])
    for start in range(0, problem.samples, rows):
        x = inputs[start : start + rows]
        product = (np.eye(inputs.shape[1]) - lr * 2 / len(x) * x.T @ x) @ product
    return np.abs(np.linalg.eigvals(product)).max()


def companion(problem, recipe):
    """Multiply the steps of an epoch as matrices on (weights, buffer), written out from torch.optim.SGD."""
    inputs, size = np.column_stack([problem.X, np.ones(problem.samples)]), problem.features + 1
    one, m, share = np.eye(size), recipe.momentum, 1 - recipe.dampening
    product = np.eye(2 * size)
    for batch in recipe.batches(problem.samples):
        x = inputs[batch]
        pull = 2 / (len(x) * problem.outputs) * x.T @ x + recipe.weight_decay * one
        buffer = np.hstack([share * pull, m * one])
        push = np.hstack([pull, 0 * one]) + m * buffer if recipe.nesterov else buffer
        product = np.vstack([np.hstack([one, 0 * one]) - recipe.lr * push, buffer]) @ product
    return product


def radius_with_momentum(problem, recipe):
    """Spectral radius of an epoch, where directions without data have a radius of 1."""
    scale = np.repeat([1.0, recipe.lr], problem.features + 1)
    return np.abs(np.linalg.eigvals(companion(problem, recipe) * scale[:, None] / scale)).max()


@st.composite
def pushed(draw, shuffle=False):
    """Draw a small problem, and a recipe with momentum."""
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    samples, features = draw(st.integers(2, 9)), draw(st.integers(1, 4))
    inputs = generator.standard_normal((samples, features)) * 10 ** generator.uniform(-0.5, 0.5, (samples, 1))
    momentum = draw(st.sampled_from([0.3, 0.9, 0.99]))
    nesterov = draw(st.booleans())
    recipe = lntx.Recipe(
        batch_size=draw(st.integers(1, samples)),
        momentum=momentum,
        nesterov=nesterov,
        dampening=0.0 if nesterov else draw(st.sampled_from([0.0, 0.5])),
        weight_decay=draw(st.sampled_from([0.0, 0.1])),
        shuffle=shuffle,
        seed=draw(st.integers(0, 9)),
        lr=10 ** draw(st.floats(-3, 1)),
    )
    return lntx.Problem(inputs, generator.standard_normal(samples)), recipe


@settings(max_examples=30, deadline=None)
@given(pushed())
def test_with_momentum_the_radius_passes_1_at_the_largest_stable_rate_and_half_of_it_is_stable(drawn):
    problem, recipe = drawn
    rate, exact = largest_stable_lr(problem, recipe)
    assert exact
    assert radius_with_momentum(problem, recipe.but(lr=0.99 * rate)) <= 1 + 1e-6
    assert max(radius_with_momentum(problem, recipe.but(lr=share * rate)) for share in (1.002, 1.005, 1.01)) > 1
    assert radius_with_momentum(problem, recipe.but(lr=rate / 2)) <= 1 + 1e-6


@settings(max_examples=100, deadline=None)
@given(pushed())
def test_a_radius_above_1_is_refused_and_the_rate_that_is_named_is_below_the_one_refused(drawn):
    problem, recipe = drawn
    radius = radius_with_momentum(problem, recipe)
    if abs(radius - 1) < 1e-6:
        return
    if radius < 1:
        check(problem, recipe)
        return
    with pytest.raises(lntx.Diverged) as caught:
        check(problem, recipe)
    named = float(str(caught.value).rpartition(" ")[2])
    assert named < recipe.lr
    check(problem, recipe.but(lr=named))


def test_half_of_the_largest_stable_rate_lies_in_no_gap():
    problem = lntx.Problem(np.array([[1.0], [6.0], [4.0]]), np.ones(3))
    recipe = lntx.Recipe(batch_size=2, momentum=0.99)
    rate, exact = largest_stable_lr(problem, recipe)
    assert exact
    for share in np.linspace(0.01, 0.99, 300):
        assert radius_with_momentum(problem, recipe.but(lr=share * rate)) <= 1 + 1e-8


@settings(max_examples=3, deadline=None)
@given(pushed(shuffle=True))
def test_half_of_what_is_named_for_shuffled_batches_does_not_diverge(drawn):
    problem, recipe = drawn
    rate = limit(problem, recipe).rate
    fit = lntx.train(problem, recipe.but(lr=rate / 2, epochs=300), "numpy")
    assert fit.losses[-1] < 1e3 * max(fit.losses[0], 1)


@settings(max_examples=100, deadline=None)
@given(
    momentum=st.floats(0.01, 0.99),
    nesterov=st.booleans(),
    dampening=st.sampled_from([0.0, 0.7]),
    gains=st.lists(st.integers(0, 1), min_size=8, max_size=8),
)
def test_what_is_sure_of_any_order_holds_where_the_curvature_jumps_at_will(momentum, nesterov, dampening, gains):
    recipe = lntx.Recipe(momentum=momentum, nesterov=nesterov, dampening=0.0 if nesterov else dampening, shuffle=True)
    reached = (
        4 * bound(System(lntx.Problem(np.ones((3, 1)), np.ones(3)), recipe)).rate
    )  # a sample's Hessian has 0 and 4
    product = np.eye(2)
    for gain in gains:
        buffer = np.array([(1 - recipe.dampening) * gain * reached, momentum])
        push = np.array([gain * reached, 0]) + momentum * buffer if nesterov else buffer
        product = np.array([np.array([1, 0]) - push, buffer]) @ product
    assert np.abs(np.linalg.eigvals(product)).max() <= 1 + 1e-6


def test_what_is_sure_and_what_is_an_estimate_is_said():
    large = lntx.Problem(np.ones((2000, 3000), np.float32), np.ones(2000))
    assert "sure to be stable" in limit(large, lntx.Recipe(shuffle=True, momentum=0.9)).words
    assert limit(lntx.tutorial(), lntx.Recipe(shuffle=True)).words.endswith("is about")
    assert limit(lntx.tutorial(), lntx.Recipe()).words.endswith("data is")


@pytest.mark.parametrize("rows", [None, 1])
def test_with_dampening_1_nothing_diverges_and_a_first_step_too_far_is_told(rows):
    recipe = lntx.Recipe(lr=0.1, batch_size=rows, momentum=0.9, dampening=1.0, epochs=5)
    assert largest_stable_lr(lntx.tutorial(), recipe) == (np.inf, True)
    with pytest.raises(lntx.Diverged, match="first gradient alone took it there"):
        lntx.train(lntx.tutorial(), recipe, "numpy")


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_fit_far_beyond_its_start_is_never_handed_back(momentum):
    recipe = lntx.Recipe(lr=6e-3, shuffle=True, epochs=1, momentum=momentum, batch_size=5)
    with pytest.raises(lntx.Diverged, match=r"the loss was .* before it and is .* after 1 epochs; the largest"):
        lntx.train(lntx.tutorial(), recipe, "numpy")


def test_a_start_that_is_the_solution_by_chance_is_left_for_rounding_without_complaint():
    start = lntx.train(lntx.tutorial(), lntx.Recipe(lr=1e-30, epochs=1), "composed")
    inputs = lntx.tutorial().X
    targets = inputs @ start.weights.numpy().T + start.bias.numpy()
    assert lntx.train(lntx.Problem(inputs, targets), lntx.Recipe(epochs=50), "numpy").finite


def test_a_stable_rate_is_never_blamed():
    assert "is stable on this data, so" in advice(lntx.tutorial(), lntx.Recipe(lr=1e-4))


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
