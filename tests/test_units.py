"""Standardised tables: columns that can be, and weights that come back in the table's own units, proved there."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data.scaling import Scaling
from lntx.training.linear.parity.units import own_units

FULL = lntx.Recipe(lr=0.3, epochs=200, batch_size=None)


def written(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("value", [0.1, 0.3, 1 / 3, -7e-5, 1e9 + 0.1, 1e-300, 0.0, 1.7e18])
@pytest.mark.parametrize("rows", [2, 7, 100, 9999])
@pytest.mark.parametrize("rounded", [False, True])
def test_a_column_that_varies_by_rounding_alone_cannot_be_standardised(tmp_path, value, rows, rounded):
    column = np.full(rows, value)
    if rounded:  # the mean so far, as each row would compute it
        column = np.cumsum(column) / np.arange(1, rows + 1)
    np.savez(tmp_path / "t.npz", a=column, b=np.arange(rows), y=np.arange(rows) * 2.0)
    with pytest.raises(
        lntx.InputError, match=r"column 'a' has one value throughout.* and can't be standardised; drop it"
    ):
        lntx.from_table(tmp_path / "t.npz", "y", standardize=True)
    with pytest.raises(lntx.InputError, match="column 'a' has one value throughout"):
        lntx.from_table(tmp_path / "t.npz", "a", standardize=True)


@pytest.mark.parametrize("small", [1e-17, 1e-16])
def test_noise_of_an_ulp_is_no_variation(tmp_path, small):
    noise = 0.1 + small * np.random.default_rng(0).normal(size=50)
    np.savez(tmp_path / "t.npz", a=noise, y=np.arange(50))
    with pytest.raises(lntx.InputError, match="column 'a' has one value throughout"):
        lntx.from_table(tmp_path / "t.npz", "y", standardize=True)


def test_a_column_that_varies_too_little_for_its_own_units_is_refused(tmp_path):
    np.savez(tmp_path / "t.npz", a=2**48 + np.arange(50), y=np.arange(50))
    with pytest.raises(lntx.InputError, match=r"column 'a' varies by 5.1e-14 of its size, .* subtract an offset"):
        lntx.from_table(tmp_path / "t.npz", "y", standardize=True)


def test_a_column_too_small_for_its_squares_is_refused(tmp_path):
    np.savez(tmp_path / "t.npz", a=1e-200 * np.arange(50), y=np.arange(50))
    with pytest.raises(lntx.InputError, match="column 'a' is too small to be standardised; use another unit"):
        lntx.from_table(tmp_path / "t.npz", "y", standardize=True, dtype="float64")


@given(
    offset=st.floats(-1e11, 1e11),
    spread=st.floats(1, 1e6),
    rows=st.integers(2, 60),
    dtype=st.sampled_from(["float32", "float64"]),
    seed=st.integers(0, 99),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_column_far_from_zero_is_standardised_as_if_it_was_near(tmp_path, offset, spread, rows, dtype, seed):
    near = np.random.default_rng(seed).permutation(rows) * spread
    far = offset + near
    exact = np.array([Fraction(x) for x in far])
    mean = sum(exact) / rows
    deviation = float(sum((x - mean) ** 2 for x in exact) / rows) ** 0.5
    np.savez(tmp_path / "t.npz", a=far, y=near)
    problem = lntx.from_table(tmp_path / "t.npz", "y", standardize=True, dtype=dtype)
    wanted = [float(x - mean) / deviation for x in exact]
    ulps = 4 * np.finfo(np.float64).eps * max(1, abs(offset) / deviation) + 2 * np.finfo(dtype).eps
    assert np.allclose(problem.X[:, 0], wanted, rtol=2 * np.finfo(dtype).eps, atol=ulps)


TIMES = 1_700_000_000 + 3600 * np.arange(200)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("step", [1, 60, 3600])
def test_a_model_of_times_predicts_in_its_own_units_what_was_trained(tmp_path, dtype, step):
    times = 1_700_000_000 + step * np.arange(200)
    price = 3 + 2 * np.sin(np.arange(200)) + np.arange(200) / 100
    table = written(tmp_path / "t.csv", when=times, size=np.cos(np.arange(200)), price=price)
    problem = lntx.from_table(table, "price", standardize=True, dtype=dtype)
    fit = lntx.train(problem, FULL, "numpy")
    assert fit.weights.dtype == fit.bias.dtype == torch.float64
    assert fit.trained.weights.dtype == getattr(torch, dtype)
    fit.model.save(tmp_path / "m.safetensors")
    said = lntx_says("predict", tmp_path / "m.safetensors", "--data", table, "--json")
    w, c = fit.trained.weights.double().numpy(), fit.trained.bias.double().numpy()
    columns = np.column_stack([times, np.cos(np.arange(200))])
    standard = (columns - problem.scaling.x_mean) / problem.scaling.x_scale
    wanted = problem.scaling.y_mean + problem.scaling.y_scale * (standard @ w.T + c)
    assert np.abs(said.json["predictions"] - wanted).max() < 1e-6
    best = np.column_stack([columns - columns.mean(0), np.ones(200)])
    residual = price - best @ np.linalg.lstsq(best, price, rcond=None)[0]
    assert np.abs(np.array(said.json["predictions"])[:, 0] - price).max() < 1.01 * np.abs(residual).max()


@pytest.mark.parametrize("features", [1, 5])
@pytest.mark.parametrize("outputs", [1, 3])
def test_weights_in_own_units_are_proved_and_a_wrong_one_is_found(tmp_path, features, outputs):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, features)) * 10.0 ** rng.integers(-1, 9, features) + 1.7e9
    np.savez(tmp_path / "t.npz", X=X, Y=(X - 1.7e9) @ rng.normal(size=(features, outputs)))
    targets = [f"Y[{i}]" for i in range(outputs)]
    problem = lntx.from_table(tmp_path / "t.npz", targets, standardize=True)
    fit = lntx.train(problem, FULL, "numpy")
    point = own_units(problem, fit)
    assert point.ok
    assert point.tolerance < 1e-2
    for spoilt in (
        replace(fit, weights=fit.weights.float()),
        replace(fit, bias=fit.bias.float()),
        replace(fit, bias=fit.bias + fit.bias.abs() * 1e-12),
        replace(fit, weights=fit.weights.flip(1)) if features > 1 else replace(fit, weights=-fit.weights),
        replace(fit, bias=fit.bias * torch.nan),
    ):
        assert not own_units(problem, spoilt).ok
    assert own_units(lntx.tutorial(), lntx.train(lntx.tutorial(), FULL.but(lr=1e-4), "numpy")) is None


def test_weights_in_own_units_that_are_not_those_trained_are_never_handed_back(tmp_path, monkeypatch):
    table = written(tmp_path / "t.csv", when=TIMES, price=np.arange(200) % 7)
    problem = lntx.from_table(table, "price", standardize=True)
    right = Scaling.weights
    monkeypatch.setattr(Scaling, "weights", lambda *parts: [part.astype("f4").astype("f8") for part in right(*parts)])
    with pytest.raises(lntx.Disagreement, match="in the table's own units predict otherwise"):
        lntx.train(problem, FULL, "numpy")


def test_weights_beyond_float64_in_own_units_are_refused(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.arange(9) * 1e-150, y=np.arange(9) * 1e150 + (np.arange(9) % 2) * 1e151)
    problem = lntx.from_table(tmp_path / "t.npz", "y", standardize=True, dtype="float64")
    with pytest.raises(lntx.InputError, match="beyond float64; use other units"):
        problem.scaling.weights(np.full((1, 1), 1e9), np.zeros(1))
