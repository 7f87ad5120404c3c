"""How much rounding explains: every output by itself, at every momentum, and never less than honest trainings differ by."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.backends import find
from lntx.training.linear.affine import State, System
from lntx.training.linear.growth import Growth
from lntx.training.linear.matrices import length, norms
from lntx.training.linear.parity import spread as simulation
from lntx.training.linear.parity.reference import Steps, beginning, reference
from lntx.training.linear.parity.tolerance import derived, spectrum, tolerances
from lntx.training.linear.stability import largest_stable_lr

STEPS = ("numpy", "manual", "fused", "torchscript")
MOMENTA = (0.0, 0.9, 0.99)


def proven(problem, recipe, work="steps", sizes=None):
    """Give the reference's theta, the sizes of the outputs on the way, and their tolerances."""
    once = recipe.but(epochs=1)
    seen = reference(problem, once, (recipe.epochs,))
    end = seen.at[recipe.epochs]
    sizes = np.maximum(norms(seen.start), norms(end)) if sizes is None else sizes
    return end, sizes, tolerances(problem, once, recipe.epochs, sizes, seen.way, work)


def errors(problem, recipe, backend, end, sizes):
    fit = find(backend).prepare(problem, recipe, "cpu")()
    return norms(np.vstack([fit.weights.double().numpy().T, fit.bias.double().numpy()]) - end) / sizes


def problem_of(kind, samples=20, features=3, outputs=1, seed=0, dtype="float32"):
    drawn = lntx.synthetic(samples, features, outputs, noise=0.1, seed=seed, dtype=dtype)
    inputs = drawn.X.astype(np.float64)
    match kind:
        case "collinear":
            inputs[:, -1] = inputs[:, 0]
        case "near parallel":
            inputs = inputs[:1] * (1 + 1e-3 * inputs[:, :1]) + 1e-3 * inputs
        case "whole numbers":
            inputs = np.round(5 * inputs)
            return lntx.Problem(inputs.astype(dtype), np.round(5 * drawn.Y))
    return lntx.Problem(inputs.astype(dtype), drawn.Y)


@st.composite
def trainings(draw, momenta=(0.0, 0.5, 0.9, 0.99)):
    """Draw any data and any recipe, up to 0.99 of the largest stable learning rate; some outputs tiny beside others."""
    kind = draw(st.sampled_from(["plain", "collinear", "near parallel", "whole numbers"]))
    sizes = draw(st.integers(1, 30)), draw(st.integers(1, 12)), draw(st.integers(1, 3))
    drawn = problem_of(kind, *sizes, draw(st.integers(0, 1000)), draw(st.sampled_from(["float32", "float64"])))
    units = 10.0 ** np.array(draw(st.lists(st.integers(-8, 8), min_size=sizes[2], max_size=sizes[2])))
    problem = lntx.Problem(drawn.X * 10.0 ** draw(st.integers(-3, 3)), (drawn.Y * units).astype(drawn.Y.dtype))
    momentum = draw(st.sampled_from(momenta))
    recipe = lntx.Recipe(
        epochs=draw(st.sampled_from([1, 3, 10, 100])),
        batch_size=draw(st.sampled_from([None, 1, max(1, sizes[0] // 3)])),
        shuffle=draw(st.booleans()),
        momentum=momentum,
        nesterov=momentum > 0 and draw(st.booleans()),
        weight_decay=draw(st.sampled_from([0.0, 1e-3, 0.1])),
    )
    if momentum and not recipe.nesterov:
        recipe = recipe.but(dampening=draw(st.sampled_from([0.0, 0.5])))
    rate, _ = largest_stable_lr(problem, recipe)
    return problem, recipe.but(lr=float(rate) * draw(st.sampled_from([0.01, 0.3, 0.9, 0.99])))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(training=trainings(), backend=st.sampled_from(["numpy", "manual", "fused"]))
def test_no_steps_backend_errs_by_more_than_its_tolerance(training, backend):
    problem, recipe = training
    try:
        end, sizes, allowed = proven(problem, recipe)
    except lntx.Diverged:
        assume(False)
    assert (errors(problem, recipe, backend, end, sizes) <= allowed).all()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(training=trainings(momenta=(0.0, 0.9)), more=st.sampled_from([1, 10, 10**4]))
def test_composing_epochs_in_float64_stays_within_its_tolerance(training, more):
    problem, recipe = training
    recipe = recipe.but(shuffle=False, epochs=recipe.epochs * more)
    try:
        end, sizes, allowed = proven(problem, recipe, "algebra")
    except lntx.Diverged:
        assume(False)
    assert (errors(problem, recipe, "composed", end, sizes) <= allowed).all()


@pytest.mark.parametrize("backend", ["composed", "spectral"])
@pytest.mark.parametrize("epochs", [1, 10, 100, 10**4, 10**6])
@pytest.mark.parametrize("apart", [1e-1, 3e-3, 1e-5])
def test_samples_that_are_nearly_parallel_are_composed_within_it(backend, epochs, apart):
    inputs = np.array([[0.92383955, 0.67097456], [0.92383955 - apart, 0.67097456 - 0.923 * apart]])
    problem = lntx.Problem(inputs, np.array([[-0.57053406, 10.26490704], [-0.71253195, -0.72832019]]))
    recipe = lntx.Recipe(lr=0.00869760657627783, epochs=epochs, batch_size=None)
    end, sizes, allowed = proven(problem, recipe, "algebra")
    assert (errors(problem, recipe, backend, end, sizes) <= allowed).all()


@pytest.mark.parametrize("scale", [1e6, 1e30])
@pytest.mark.parametrize("momentum", MOMENTA)
@pytest.mark.parametrize("epochs", [3, 10**7])  # simulated, and derived
def test_a_small_output_beside_a_large_one_keeps_its_own_tolerance(scale, momentum, epochs):
    drawn = lntx.synthetic(20, 3, 2, noise=0.1, dtype="float64")
    recipe = lntx.Recipe(lr=0.05, epochs=epochs, batch_size=7, momentum=momentum)
    alone = proven(drawn, recipe)[2]
    beside = proven(lntx.Problem(drawn.X, drawn.Y * [scale, 1.0]), recipe)[2]
    assert beside[1] == pytest.approx(
        alone[1], rel=0.5
    )  # the replicates are drawn anew, the sizes are those of the column
    assert beside[1] < 1e-3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["plain", "collinear", "whole numbers"]),
    momentum=st.sampled_from(MOMENTA),
    batch_size=st.sampled_from([None, 1, 7]),
    seed=st.integers(0, 1000),
    epochs=st.sampled_from([1, 10, 300]),
)
def test_a_thousandth_of_one_outputs_weights_is_more_than_rounding_at_every_momentum(
    kind, momentum, batch_size, seed, epochs
):
    problem = problem_of(kind, outputs=2, seed=seed)
    recipe = lntx.Recipe(epochs=epochs, batch_size=batch_size, momentum=momentum, lr=1.0)
    rate, _ = largest_stable_lr(problem, recipe)
    assert (proven(problem, recipe.but(lr=rate / 4))[2] < 1e-3).all()


@pytest.mark.parametrize("momentum", MOMENTA)
@pytest.mark.parametrize("batch_size", [1, 16, None])
def test_the_tolerance_is_fifty_times_the_honest_error_at_most_in_the_median(momentum, batch_size):
    ratios = []
    for seed in range(6):
        problem = problem_of("plain", 48, 5, 2, seed)
        recipe = lntx.Recipe(lr=1.0, epochs=30, batch_size=batch_size, momentum=momentum)
        recipe = recipe.but(lr=largest_stable_lr(problem, recipe)[0] / 3)
        end, sizes, allowed = proven(problem, recipe)
        ratios += [allowed / errors(problem, recipe, backend, end, sizes) for backend in ("numpy", "fused")]
    assert np.median(ratios) < 50


def test_momentum_is_counted_once_in_the_derived_tolerance_too():
    """At 0.99 the same training takes a hundredth of the learning rate; its tolerance isn't a hundred times as wide."""
    problem = problem_of("plain", 40, 3)
    plain, heavy = (
        derived(problem, lntx.Recipe(lr=0.1 * (1 - momentum), batch_size=None, momentum=momentum), 10**6, np.ones(1))
        for momentum in (0.0, 0.99)
    )
    assert heavy[0] < 5 * plain[0]  # what is left is the rounding of the momentum itself


@settings(max_examples=40, deadline=None)
@given(
    momentum=st.sampled_from([0.0, 0.9]),
    nesterov=st.booleans(),
    dampening=st.sampled_from([0.0, 0.3]),
    weight_decay=st.sampled_from([0.0, 0.1]),
    seed=st.integers(0, 100),
    epochs=st.integers(1, 40),
)
def test_growth_from_epoch_to_epoch_is_that_of_the_powers_of_the_map(
    momentum, nesterov, dampening, weight_decay, seed, epochs
):
    nesterov = nesterov and momentum > 0
    recipe = lntx.Recipe(lr=0.1, batch_size=5, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay).but(
        dampening=0.0 if nesterov else dampening
    )
    system = System(lntx.synthetic(13, 3, seed=seed, dtype="float64"), recipe)
    height = 4 * (2 if momentum else 1)
    epoch = system.epoch_map()[:height, :height]
    power, largest = np.eye(height), 1.0
    for _ in range(epochs):
        power = epoch @ power
        largest = max(largest, np.linalg.norm(power[:4, :4], 2))
    found = Growth(epoch, 4).until(epochs)
    assert found >= 0.7 * largest  # the peak may lie between the epochs that are looked at
    product = State(np.eye(4), np.zeros((4, 4)), fresh=False)
    for batch in reversed(system.batches):
        system._step_back(product, batch, None)
    assert np.allclose(product.theta.T, epoch[:4, :4], atol=1e-12)
    assert system.stretch() >= length(epoch[:4, :4]) - 1e-9


def test_errors_that_grow_before_they_fade_widen_the_derived_tolerance():
    problem = problem_of("near parallel", 12, 3, dtype="float64")
    recipe = lntx.Recipe(lr=1.0, batch_size=4, momentum=0.9)
    recipe = recipe.but(lr=largest_stable_lr(problem, recipe)[0] * 0.99)
    assert spectrum(problem, recipe.but(epochs=1)).growth(10**6) > 1.5


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [1, 6, None])
def test_the_compiled_loop_takes_the_steps_of_numpy(shuffle, batch_size):
    pytest.importorskip("numba")
    for more in ({}, {"momentum": 0.9, "dampening": 0.3}, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}):
        recipe = lntx.Recipe(lr=0.05, batch_size=batch_size, shuffle=shuffle, **more)
        system = System(lntx.synthetic(13, 4, 2, noise=0.1), recipe)
        start = beginning(system)
        compiled, plain = (Steps(system, start, compiled=how) for how in (True, False))
        for epoch in (1, 2, 9, 3):  # the last lies before where they stand
            assert np.allclose(compiled.at(epoch), plain.at(epoch), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_replicates_take_the_same_steps_compiled(dtype, monkeypatch):
    pytest.importorskip("numba")
    recipe = lntx.Recipe(lr=0.05, batch_size=6, shuffle=True, momentum=0.9, weight_decay=0.1)
    system = System(lntx.synthetic(13, 4, 2, noise=0.1, dtype=dtype), recipe)
    plain = simulation.Replicates(system).at(5)
    monkeypatch.setattr(simulation, "_compiles", lambda *_: True)
    compiled = simulation.Replicates(system).at(5)
    assert np.abs(compiled - plain).max() < 100 * np.finfo(dtype).eps * np.abs(plain).max()


def test_weights_that_fade_slowly_round_otherwise_in_each_replicate():
    """Without scales of their own all replicates lost the same digits, and an honest backend came near its tolerance."""
    drawn = lntx.synthetic(5, 50, 2, noise=0.1, seed=1)
    recipe = lntx.Recipe(lr=0.05, epochs=3000, batch_size=None, momentum=0.9, nesterov=True, weight_decay=1e-4)
    end, sizes, allowed = proven(drawn, recipe)
    for backend in ("numpy", "fused"):
        assert (errors(drawn, recipe, backend, end, sizes) < allowed / 2).all()


def test_the_first_replicate_is_the_training_as_numpy_does_it():
    problem, recipe = lntx.synthetic(40, 5, noise=0.1), lntx.Recipe(lr=0.1, epochs=3, batch_size=8)
    theta = simulation.Replicates(System(problem, recipe)).at(3)
    fit = lntx.prepare(problem, recipe, "numpy")()
    assert np.allclose(theta[:-1, 0], fit.weights.numpy()[0], rtol=1e-6)
    assert len(np.unique(theta[0])) > 4  # the others round otherwise


def test_a_simulation_gives_the_same_whatever_was_asked_before():
    problem, recipe = lntx.synthetic(2100, 3, noise=0.1), lntx.Recipe(lr=0.1, epochs=1, batch_size=None, seed=3)
    wanted = simulation.Spread(problem, recipe).at(7, "steps")
    asked = simulation.Spread(problem, recipe)
    for epoch in (2, 9, 7, 1, 7):
        found = asked.at(epoch, "steps")
    assert np.array_equal(found, wanted)


def test_a_start_of_zero_and_the_recipes_own_give_the_outcome_for_any_start_in_between():
    drawn = lntx.synthetic(20, 3, 2, noise=0.1, dtype="float64")
    recipe = lntx.Recipe(lr=0.1, epochs=1, batch_size=7, momentum=0.9, shuffle=True, weight_decay=0.1)
    whole, none = (reference(drawn, recipe, (2, 5), zero=zero) for zero in (False, True))
    assert not none.start.any()
    system = System(drawn, recipe)
    half = Steps(system, 0.5 * beginning(system))
    for epoch in (2, 5):
        assert np.allclose(half.at(epoch), none.at[epoch] + 0.5 * (whole.at[epoch] - none.at[epoch]), atol=1e-13)


def test_equal_distances_between_epochs_share_a_power(monkeypatch):
    powers = []
    taken = lambda m, n: powers.append(n) or np.linalg.matrix_power(m, n)  # noqa: E731
    monkeypatch.setattr("lntx.training.linear.affine.matrix_power", taken)
    recipe = lntx.Recipe(epochs=1, batch_size=1)
    seen = reference(lntx.tutorial(seed=7), recipe, tuple(range(1000, 101_000, 1000)))
    assert seen.way == "algebra"
    assert powers == [99_900, 999, 100_000, 1000]  # outside of what the samples span, by steps, and within


def test_a_float32_accident_is_more_than_rounding_in_float64():
    problem = problem_of("plain", 20, 3, dtype="float64")
    recipe = lntx.Recipe(lr=0.1, epochs=10, batch_size=7, momentum=0.9)
    end, sizes, allowed = proven(problem, recipe)
    rounded = torch.from_numpy(end).float().double().numpy()
    assert (norms(rounded - end) / sizes > allowed).all()


@pytest.mark.parametrize("samples", [20, 1100])
@pytest.mark.parametrize(("inputs", "targets"), [(1e-12, 1e12), (1e12, 1e-12), (1.0, 1e25), (1e-8, 1e-20)])
def test_the_tolerance_knows_no_scale(samples, inputs, targets):
    drawn = lntx.synthetic(samples, 3, noise=0.1, dtype="float64")
    problem = lntx.Problem((drawn.X * inputs).astype(np.float32), (drawn.Y * targets).astype(np.float32))
    recipe = lntx.Recipe(lr=1.0, epochs=5, batch_size=None)
    recipe = recipe.but(lr=largest_stable_lr(problem, recipe)[0] / 2)
    end, sizes, allowed = proven(problem, recipe)
    assert (allowed < 1e-4).all()
    assert (errors(problem, recipe, "numpy", end, sizes) <= allowed).all()
