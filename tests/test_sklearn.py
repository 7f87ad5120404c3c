"""lntx.sklearn's estimator keeps scikit-learn's rules, and fits what lntx.train does."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import lntx

pytest.importorskip("sklearn")

import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

from lntx.sklearn import LNTXRegressor

QUICK = LNTXRegressor(epochs=100, backend="numpy")


@pytest.fixture(scope="module")
def data():
    problem = lntx.synthetic(80, 3, noise=0.01, seed=1, dtype="float64")
    return problem.X, problem.Y[:, 0]


@pytest.mark.parametrize(
    "check",
    [
        "check_parameters_default_constructible", "check_no_attributes_set_in_init", "check_estimators_unfitted",
        "check_estimators_dtypes", "check_dtype_object", "check_complex_data", "check_estimators_empty_data_messages",
        "check_estimators_nan_inf", "check_estimator_sparse_array", "check_f_contiguous_array_estimator",
        "check_regressors_train", "check_regressor_data_not_an_array", "check_regressor_multioutput",
        "check_regressors_int", "check_supervised_y_2d", "check_requires_y_none", "check_fit2d_1sample",
        "check_n_features_in_after_fitting", "check_dict_unchanged",
        "check_estimators_pickle", "check_readonly_memmap_input", "check_mixin_order", "check_estimator_tags_renamed",
    ],
)  # fmt: skip
def test_scikit_learns_rules_are_kept(check):
    getattr(estimator_checks, check)("LNTXRegressor", clone(QUICK))


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    "estimator", [LNTXRegressor(), LNTXRegressor(backend="auto"), LNTXRegressor(batch_size=1, epochs=20)]
)
def test_every_check_of_scikit_learns_passes(estimator):
    failed = [
        (one["check_name"], one["exception"])
        for one in estimator_checks.check_estimator(estimator, on_skip=None, on_fail=None)
        if one["status"] not in {"passed", "skipped"}
    ]
    assert failed == []


def test_it_fits_what_train_does_with_the_same_recipe(data):
    X, y = data
    recipe = lntx.Recipe(
        lr=0.1, epochs=30, batch_size=8, shuffle=True, momentum=0.5, weight_decay=1e-3, seed=3, log_every=10
    )
    made = LNTXRegressor(
        lr=0.1,
        epochs=30,
        batch_size=8,
        shuffle=True,
        momentum=0.5,
        weight_decay=1e-3,
        seed=3,
        log_every=10,
        backend="numpy",
    ).fit(X, y)
    fit = lntx.train(lntx.Problem(X, y), recipe, "numpy")
    assert np.array_equal(made.coef_, fit.weights[0].numpy())
    assert made.intercept_ == fit.bias[0].item()
    assert (made.lr_, made.n_iter_) == (0.1, 30)
    assert made.loss_epochs_.tolist() == [0, 10, 20, 30]
    assert made.loss_curve_.tolist() == fit.losses.tolist()


def test_the_rate_that_is_found_is_half_of_the_largest_stable_one_and_gets_to_least_squares(data):
    X, y = data
    exact = LinearRegression().fit(X, y)
    found = LNTXRegressor(epochs=2000).fit(X, y)
    assert np.allclose(found.coef_, exact.coef_, atol=1e-6)
    assert found.intercept_ == pytest.approx(exact.intercept_, abs=1e-6)
    with pytest.raises(lntx.Diverged):
        LNTXRegressor(lr=2.1 * found.lr_).fit(X, y)


def test_shapes_follow_the_targets(data):
    X, y = data
    one, two = clone(QUICK).fit(X, y), clone(QUICK).fit(X, np.column_stack([y, -y]))
    assert (one.coef_.shape, np.shape(one.intercept_), one.predict(X).shape) == ((3,), (), (80,))
    assert (two.coef_.shape, two.intercept_.shape, two.predict(X).shape) == ((2, 3), (2,), (80, 2))
    assert clone(QUICK).fit(X, y[:, None]).predict(X).shape == (80, 1)


def test_pipelines_cross_validation_and_grid_searches_take_it(data):
    X, y = data
    pipeline = make_pipeline(StandardScaler(), clone(QUICK))
    assert cross_val_score(pipeline, 100 * X + 5, y, cv=3).min() > 0.99
    search = GridSearchCV(
        pipeline,
        {"lntxregressor__weight_decay": [0.0, 10.0], "lntxregressor__lr": ["auto", 0.05]},
        cv=2,
        error_score="raise",
    ).fit(X, y)
    assert search.best_params_["lntxregressor__weight_decay"] == 0.0


def test_a_frame_s_columns_are_remembered_and_saved_with_the_model(data, tmp_path):
    X, y = data
    frame = pd.DataFrame(X, columns=["rooms", "area", "age"])
    fitted = clone(QUICK).fit(frame, y)
    assert fitted.feature_names_in_.tolist() == ["rooms", "area", "age"]
    fitted.fit_.model.save(tmp_path / "m.safetensors")
    assert lntx.load(tmp_path / "m.safetensors").features_named == ("rooms", "area", "age")
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(frame[["area", "rooms", "age"]])


def test_it_is_cloned_and_pickled_with_its_parameters(data):
    made = LNTXRegressor(lr=0.1, epochs=3, momentum=0.5, backend="numpy")
    assert clone(made).get_params() == made.get_params()
    assert {
        "lr",
        "epochs",
        "batch_size",
        "shuffle",
        "seed",
        "momentum",
        "dampening",
        "nesterov",
        "weight_decay",
        "dtype",
    } < set(made.get_params())
    fitted = made.fit(*data)
    assert np.array_equal(pickle.loads(pickle.dumps(fitted)).predict(data[0]), fitted.predict(data[0]))


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"lr": "fast"}, ValueError, "lr must be a number or 'auto', not 'fast'"),
        ({"lr": -1}, ValueError, "lr must be a finite number above 0"),
        ({"epochs": 0}, ValueError, "epochs"),
        ({"batch_size": 1000}, ValueError, "larger than the 80 samples"),
        ({"backend": "nobody's"}, lntx.InputError, "nobody's"),
        ({"device": "gpu"}, lntx.InputError, "gpu"),
        ({"dampening": 1.0, "momentum": 0.5}, ValueError, "lr auto finds no limit"),
        ({"backend": "composed", "batch_size": 1, "shuffle": True}, lntx.Refused, "order"),
    ],
)
def test_what_cant_be_is_said(data, parameters, error, words):
    with pytest.raises(error, match=words):
        LNTXRegressor(**parameters).fit(*data)


def test_weights_of_samples_are_refused_and_not_passed_over(data):
    X, y = data
    with pytest.raises(TypeError, match="sample_weight"):
        clone(QUICK).fit(X, y, sample_weight=np.ones(80))


def test_lntx_loads_no_scikit_learn_and_says_what_is_missing_where_it_isnt_there():
    program = """
import sys
import lntx
lntx.tutorial()
assert "sklearn" not in sys.modules
sys.modules["sklearn"] = None
try:
    lntx.sklearn
except ImportError as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        "MissingExtra lntx.sklearn needs scikit-learn, which is not installed here: pip install"
    )
    assert "'lntx[sklearn]'" in done.stdout
