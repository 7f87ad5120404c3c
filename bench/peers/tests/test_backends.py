"""The contract, asked of every peer that this package names; a peer whose library is missing is skipped visibly."""

from contextlib import suppress
from importlib import import_module
from importlib.metadata import distribution

import pytest
import torch

import lntx
from lntx.training.backends import family
from lntx.training.linear.parity import agreement
from lntx.training.linear.parity.grid import GRID

LIBRARIES = sorted(point.name for point in distribution("lntx-peers").entry_points if point.group == "lntx.backends")
PEERS = [name for library in LIBRARIES for name in family(library)]
SMALL = [case for case in GRID if case.features < 1000]


@pytest.fixture(params=PEERS)
def peer(request):
    found = lntx.backends()[request.param]
    if reason := found.refuses(None, None, "cpu"):
        pytest.skip(f"{found.name}: {reason}")
    return found


def ready(peer, problem, recipe):
    if reason := peer.refuses(problem, recipe, "cpu"):
        pytest.skip(f"{peer.name}: {reason}")
    return lntx.prepare(problem, recipe, peer.name)


def test_it_is_found_and_says_what_it_is(peer):
    assert peer.label not in ("", peer.name)
    assert peer.devices == ("cpu",)
    assert "runs on cpu" in peer.refuses(None, None, "cuda")


@pytest.mark.parametrize("case", SMALL, ids=range(len(SMALL)))
def test_it_agrees_over_the_grid(peer, case):
    problem = case.problem()
    ready(peer, problem, case.recipe)
    try:
        found = lntx.verify(problem, case.recipe, peer.name)
    except lntx.Refused as error:
        assert case.collinear
        assert peer.work == "solution"
        pytest.skip(str(error))
    assert found.ok, found
    assert (found.reference == "optimum") == (peer.work == "solution")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_trains_the_tutorial(peer, dtype):
    recipe = lntx.Recipe(dtype=dtype)
    problem = lntx.tutorial()
    fit = ready(peer, problem, recipe)()
    assert fit.weights.dtype == getattr(torch, dtype)
    assert agreement(problem, recipe, fit, peer.work).ok
    assert fit.weights[0].tolist() == pytest.approx([1.3, 2.9, 3.7], abs=2e-3)


def test_its_call_can_be_repeated_and_leaves_problem_and_generators_alone(peer):
    problem = lntx.synthetic(21, 4)
    before, state = (problem.X.copy(), problem.Y.copy()), torch.get_rng_state()
    run = ready(peer, problem, lntx.Recipe(lr=0.05, epochs=3, batch_size=1, shuffle=True))
    first, second = run(), run()
    apart = 1e-6 if peer.work == "solution" else 0.0  # threads may sum in another order
    assert torch.allclose(first.weights, second.weights, rtol=apart, atol=apart)
    assert torch.allclose(first.bias, second.bias, rtol=apart, atol=apart)
    assert first.weights.data_ptr() != second.weights.data_ptr()
    assert (before[0] == problem.X).all()
    assert (before[1] == problem.Y).all()
    assert torch.equal(torch.get_rng_state(), state)


def test_steps_keep_the_history_and_a_solution_has_start_and_end(peer):
    problem, recipe = lntx.synthetic(21, 4), lntx.Recipe(lr=0.05, epochs=4, batch_size=1, log_every=2)
    ready(peer, problem, recipe)
    fit = lntx.train(problem, recipe, peer.name)
    assert fit.epochs.tolist() == ([0, 2, 4] if peer.work == "steps" else [0, 4])
    assert torch.equal(fit.losses, fit.losses.sort(descending=True).values)


def test_a_training_that_diverges_is_called_so(peer):
    problem = lntx.synthetic(40, 6)
    recipe = lntx.Recipe(lr=100.0, epochs=400, batch_size=1)
    if peer.work == "solution":
        pytest.skip("it takes no steps that could")
    ready_to_diverge = peer.prepare(problem, recipe, "cpu")  # past the check that refuses such a rate
    with suppress(lntx.Diverged):
        assert not ready_to_diverge().finite


@pytest.mark.parametrize(
    ("name", "problem", "recipe", "says"),
    [
        ("sklearn-sgd", lntx.synthetic(20, 2), lntx.Recipe(batch_size=None), "one sample a step"),
        ("sklearn-sgd", lntx.synthetic(20, 2, 3), lntx.Recipe(), "one output"),
        ("sklearn-sgd", lntx.synthetic(20, 2), lntx.Recipe(momentum=0.9), "no momentum"),
        ("sklearn-sgd", lntx.synthetic(20, 2), lntx.Recipe(weight_decay=0.1), "spares the bias"),
        ("sklearn-linear", lntx.synthetic(20, 2), lntx.Recipe(weight_decay=0.1), "use the backend sklearn-ridge"),
        ("sklearn-linear", lntx.synthetic(3, 3), lntx.Recipe(), "no one optimum"),
        ("sklearn-ridge", lntx.synthetic(3, 3), lntx.Recipe(), "no one optimum"),
        ("intelex:linear", lntx.synthetic(20, 2), lntx.Recipe(weight_decay=0.1), "use the backend intelex"),
        ("intelex", lntx.synthetic(3, 3), lntx.Recipe(), "no one optimum"),
        ("snapml", lntx.synthetic(20, 2, 3), lntx.Recipe(), "one output"),
        ("snapml", lntx.synthetic(20, 2, dtype="float64"), lntx.Recipe(), "in float32"),
        ("vw", lntx.synthetic(20, 2), lntx.Recipe(batch_size=None), "one sample a step"),
        ("vw", lntx.synthetic(20, 2, 3), lntx.Recipe(), "one output"),
        ("vw", lntx.synthetic(20, 2), lntx.Recipe(momentum=0.9), "no momentum"),
        ("vw", lntx.synthetic(20, 2), lntx.Recipe(weight_decay=0.1), "truncates weights"),
        ("vw", lntx.synthetic(20, 2), lntx.Recipe(shuffle=True), "order of the file"),
        ("vw", lntx.synthetic(20, 2, dtype="float64"), lntx.Recipe(), "in float32"),
        ("jax:columns", lntx.synthetic(20, 2), lntx.Recipe(), "one layout"),
        ("jax:columns", lntx.synthetic(20, 2, 3), lntx.Recipe(batch_size=4), "3 outputs"),
        ("jax:unroll-5", lntx.synthetic(20, 2), lntx.Recipe(batch_size=5), "fewer than 5 batches"),
    ],
)
def test_what_it_cannot_do_it_refuses_in_a_sentence(name, problem, recipe, says):
    if reason := lntx.backends()[name].refuses(None, None, "cpu"):
        pytest.skip(reason)
    with pytest.raises(lntx.Refused, match=says):
        lntx.prepare(problem, recipe, name)


def test_a_library_that_is_missing_is_said(monkeypatch):
    for name in ("estimators", *(library.replace("-", "_") for library in LIBRARIES)):
        home = import_module(f"lntx_peers.backends.{name}")
        if hasattr(home, "find_spec"):
            monkeypatch.setattr(home, "find_spec", lambda _: None)
    for name in PEERS:
        assert "not installed; pip install" in lntx.backends()[name].refuses(None, None, "cpu")


def test_ridge_decays_the_bias_as_torch_does():
    pytest.importorskip("sklearn")
    problem = lntx.synthetic(30, 3, 2, noise=0.1, dtype="float64")
    recipe = lntx.Recipe(lr=0.1, epochs=3000, batch_size=None, weight_decay=0.5)
    solved, trained = (lntx.prepare(problem, recipe, name)() for name in ("sklearn-ridge", "numpy"))
    assert torch.allclose(solved.weights, trained.weights, rtol=0, atol=1e-10)
    assert torch.allclose(solved.bias, trained.bias, rtol=0, atol=1e-10)


def test_the_forms_of_jax_take_the_same_steps():
    """Of each layout: whole batches and a smaller last one, momentum, an order of each epoch's own, losses kept on the way."""
    pytest.importorskip("jax")
    problem = lntx.synthetic(23, 4, noise=0.1, dtype="float64")
    for rows, shuffle in ((1, True), (3, False), (3, True)):
        recipe = lntx.Recipe(lr=0.02, epochs=3, batch_size=rows, shuffle=shuffle, momentum=0.5, log_every=2)
        expected = lntx.train(problem, recipe, "numpy")
        for name in ("jax", "jax:unroll-4", "jax:columns", "jax:columns-unroll-2"):
            if not family("jax")[name].refuses(problem, recipe, "cpu"):
                found = lntx.train(problem, recipe, name)
                assert torch.allclose(found.weights, expected.weights, rtol=0, atol=1e-12), name
                assert torch.allclose(found.losses, expected.losses), name


def test_orders_of_many_samples_are_handed_over_in_parts(monkeypatch):
    pytest.importorskip("jax")
    monkeypatch.setattr("lntx_peers.backends.jax._ORDERS", 50)
    problem, recipe = lntx.synthetic(20, 3, dtype="float64"), lntx.Recipe(lr=0.05, epochs=5, shuffle=True)
    found, expected = (lntx.train(problem, recipe, name) for name in ("jax", "numpy"))
    assert torch.allclose(found.weights, expected.weights, rtol=0, atol=1e-12)
