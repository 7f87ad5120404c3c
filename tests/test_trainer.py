import subprocess
import sys

import numpy as np
import pytest
import torch

import lntx

PROBLEM = lntx.synthetic(40, 3, noise=0.1)
RECIPE = lntx.Recipe(lr=0.1, epochs=10, batch_size=8)


def test_a_fit_holds_weights_losses_and_seconds():
    fit = lntx.train(PROBLEM, RECIPE.but(log_every=3), "manual")
    assert (fit.weights.shape, fit.bias.shape) == ((1, 3), (1,))
    assert fit.epochs.tolist() == [0, 3, 6, 9, 10]
    assert fit.losses[-1].item() == pytest.approx(PROBLEM.loss(fit.weights.numpy(), fit.bias.numpy()))
    assert fit.losses[0] > fit.losses[-1]
    assert fit.seconds.run > 0
    assert fit.seconds.total == fit.seconds.prepare + fit.seconds.run
    assert torch.allclose(
        fit.model(torch.from_numpy(PROBLEM.X)), torch.from_numpy(PROBLEM.X) @ fit.weights.T + fit.bias
    )


def test_losses_at_an_epoch_are_those_of_a_training_that_ends_there():
    long = lntx.train(PROBLEM, RECIPE.but(log_every=4), "manual")
    short = lntx.train(PROBLEM, RECIPE.but(epochs=4), "manual")
    assert long.losses[1] == short.losses[-1]


def test_progress_is_heard_at_the_logged_epochs():
    heard = []
    lntx.train(PROBLEM, RECIPE.but(log_every=3), "numpy", progress=heard.append)
    assert heard == [3, 6, 9]


def test_logging_changes_no_weight():
    plain, logged = (lntx.train(PROBLEM, RECIPE.but(log_every=every), "manual") for every in (0, 1))
    assert torch.equal(plain.weights, logged.weights)


def test_a_recipes_dtype_wins_over_the_problems():
    assert lntx.train(PROBLEM, RECIPE.but(dtype="float64"), "numpy").weights.dtype == torch.float64


def test_an_unknown_backend_is_refused_with_the_nearest_name():
    with pytest.raises(lntx.InputError, match="no backend is called 'manul'; did you mean manual"):
        lntx.train(PROBLEM, RECIPE, "manul")


@pytest.mark.parametrize("device", ["tpu", "cpu:1", "cuda:x"])
def test_an_unknown_device_is_refused(device):
    with pytest.raises(lntx.InputError, match=f"device must be cpu, cuda or cuda:N, not '{device}'"):
        lntx.train(PROBLEM, RECIPE, "manual", device)


def test_numbers_whose_squares_overflow_are_refused():
    huge = lntx.Problem(PROBLEM.X.astype("float64") * 1e160, PROBLEM.Y.astype("float64"))
    with pytest.raises(lntx.InputError, match=r"X reaches 1.31e\+160 .* standardise the data"):
        lntx.train(huge, RECIPE, "numpy")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_where_there_is_none_is_refused():
    with pytest.raises(lntx.InputError, match="device cuda can't be used"):
        lntx.train(PROBLEM, RECIPE, "manual", "cuda")


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(lntx.InputError, match="batch_size 41 is larger than the 40 samples"):
        lntx.train(PROBLEM, RECIPE.but(batch_size=41), "manual")


def test_a_backend_that_does_not_know_the_device_refuses_in_a_sentence(monkeypatch):
    monkeypatch.setattr("lntx.training.device.check", lambda _: None)
    with pytest.raises(lntx.Refused, match="backend numpy can't do this: it runs on cpu, not on cuda"):
        lntx.prepare(PROBLEM, RECIPE, "numpy", "cuda")


@pytest.mark.parametrize("form", [{}, {"as_published": True}, {"one_weight": True}])
def test_the_tutorial_recovers_its_weights(form):
    problem = lntx.tutorial(**form)
    fit = lntx.train(problem, lntx.Recipe(), "numpy")
    assert np.abs(fit.weights.numpy() - problem.weights).max() <= 1e-3


def test_importing_lntx_loads_neither_torch_nor_numpy():
    code = "import sys, lntx; lntx.__version__; dir(lntx); sys.exit(bool({'torch', 'numpy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_public_name_is_there_and_no_other():
    assert all(getattr(lntx, name) is not None for name in lntx.__all__)
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        lntx.trian  # noqa: B018
