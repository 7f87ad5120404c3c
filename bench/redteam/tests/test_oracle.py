import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lntx
from lntx_redteam import oracle
from lntx_redteam.cases import CASES
from lntx_redteam.descent import descending
from lntx_redteam.training import Training

QUICK = [name for name in CASES if name != "long"]


def document(case, fit):
    history = [{"epoch": kept.epoch, "loss": case.problem().loss(kept.weights, kept.bias)} for kept in fit.snapshots]
    return {"weights": fit.weights.tolist(), "bias": fit.bias.tolist(), "history": history}


@pytest.mark.parametrize("name", QUICK)
def test_an_honest_training_in_torch_is_right(name):
    case = CASES[name]
    X, Y = (torch.tensor(array) for array in case.problem().cast(case.recipe.dtype))
    assert oracle.wrong(case, document(case, descending(case.recipe, X, Y))) is None


@pytest.mark.parametrize("name", [name for name in QUICK if name != "still"])
@pytest.mark.parametrize("factor", [0.99, 1.001])
def test_one_output_that_is_slightly_off_is_wrong(name, factor):
    case = CASES[name]
    fit = Training(case.problem(), case.recipe)()
    fit.weights[-1] *= factor
    assert "weights off by" in oracle.wrong(case, document(case, fit))


def test_shapes_and_texts_are_wrong():
    fit = Training(CASES["plain"].problem(), CASES["plain"].recipe)()
    right = document(CASES["plain"], fit)
    assert "shape" in oracle.wrong(CASES["plain"], right | {"weights": fit.weights.T.tolist(), "bias": [0.0] * 3})
    assert "no numbers" in oracle.wrong(CASES["plain"], right | {"weights": "many"})
    assert "weights off" in oracle.wrong(CASES["plain"], right | {"weights": [[float("nan")] * 3]})


@pytest.mark.parametrize("change", ["drop", "shift", "scale"])
def test_a_history_that_is_not_the_training_s_is_wrong(change):
    case = CASES["history"]
    right = document(case, Training(case.problem(), case.recipe)())
    history = right["history"]
    changed = {
        "drop": history[1:],
        "shift": [entry | {"epoch": entry["epoch"] + 5} for entry in history],
        "scale": [entry | {"loss": entry["loss"] * 1.01} for entry in history],
    }[change]
    assert oracle.wrong(case, right | {"history": changed})


@settings(max_examples=30, deadline=None)
@given(
    batch=st.sampled_from([1, 7, None]),
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    dampening=st.sampled_from([0.0, 0.3]),
    nesterov=st.booleans(),
    decay=st.sampled_from([0.0, 0.1]),
    shuffle=st.booleans(),
    outputs=st.integers(1, 3),
    seed=st.integers(0, 9),
)
def test_its_own_training_is_torch_s(batch, momentum, dampening, nesterov, decay, shuffle, outputs, seed):
    nesterov = nesterov and momentum > 0
    pushed = {"momentum": momentum, "dampening": 0.0 if nesterov else dampening, "nesterov": nesterov}
    recipe = lntx.Recipe(
        lr=0.02, epochs=3, batch_size=batch, shuffle=shuffle, seed=seed, weight_decay=decay, log_every=1, **pushed
    )
    problem = lntx.synthetic(20, 4, outputs, noise=0.1, seed=seed, dtype="float64")
    mine = Training(problem, recipe)()
    theirs = descending(recipe, torch.tensor(problem.X), torch.tensor(problem.Y))
    for one, other in zip((mine, *mine.snapshots), (theirs, *theirs.snapshots), strict=True):
        assert np.allclose(one.weights, other.weights, rtol=0, atol=1e-13)
        assert np.allclose(one.bias, other.bias, rtol=0, atol=1e-13)
