"""Every value that people give is taken as Python's own, or refused in one line that names the argument."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from support.refusals import refused

import lntx
from lntx.training.backends import find

HALVES = np.array([[3.5, 1.25], [4.5, 1.25], [5.5, 9.25], [2.5, 6.25], [5.5, 3.25]])
TARGETS = HALVES[:, 0] + 1
BIG = 10**20
ENORMOUS = 10**5000  # too long for Python to write down

VALUES = {  # argument of a recipe: (value, what it is kept as)
    "lr": [(np.float64(0.1), 0.1), (np.float32(0.5), 0.5), (np.float16(0.5), 0.5), (1, 1.0), (np.int8(1), 1.0),
           (Fraction(1, 8), 0.125), (Decimal("0.1"), 0.1), (np.longdouble(0.5), 0.5)],
    "epochs": [(np.int64(3), 3), (np.uint8(3), 3), (2**53, 2**53)],
    "batch_size": [(np.int32(3), 3), (None, None)],
    "shuffle": [(np.True_, True), (np.bool_(0), False)],
    "seed": [(np.int64(3), 3), (np.uint64(2**63 - 1), 2**63 - 1)],
    "momentum": [(np.float32(0.5), 0.5), (0, 0.0), (Fraction(1, 2), 0.5)],
    "dampening": [(np.float64(1), 1.0), (1, 1.0)],
    "nesterov": [(np.False_, False)],
    "weight_decay": [(np.float64(0.5), 0.5), (Decimal("0.25"), 0.25)],
    "dtype": [(np.float32, "float32"), (np.dtype("f8"), "float64"), (torch.float64, "float64"), (float, "float64")],
    "log_every": [(np.int16(2), 2)],
}  # fmt: skip
NO_NUMBER = [True, False, "0.1", "", None, 0.1j, [0.1], (), {}, np.array(0.1), np.ones(2), torch.tensor(0.1), np.True_, len,
             float("nan"), float("inf"), -1, ENORMOUS, -ENORMOUS, Decimal("NaN"), Decimal("sNaN"), Fraction(-1, 2), pd.NA, pd.NaT,
             np.datetime64("2026"), np.timedelta64(1, "s"), np.timedelta64(1), np.float32("nan"),
             dt.timedelta(1)]  # fmt: skip
NO_COUNT = [value for value in NO_NUMBER if value is not ENORMOUS] + [0.5, 3.0, np.float64(3), Fraction(3), Decimal(3)]
NO_FLAG = ["no", "", 0, 1, None, [], [True], np.array([True]), 1.0, torch.tensor(True)]
NO_DTYPE = ["float16", "f4", "", np.float16, torch.bfloat16, torch.half, np.int64, int, 32, True, [], {}, object(), list,
            "torch.float32"]  # fmt: skip
WRONG = {
    "lr": [*NO_NUMBER, 0, 0.0, Decimal(0), Fraction(1, 10**400)],
    "epochs": [*NO_COUNT, 0, BIG, ENORMOUS, 2**53 + 1],
    "batch_size": [value for value in [*NO_COUNT, 0] if value is not None],
    "shuffle": NO_FLAG,
    "seed": [*NO_COUNT, 2**63, BIG, ENORMOUS, np.uint64(2**63)],
    "momentum": [*NO_NUMBER, 1, 1.5],
    "dampening": [*NO_NUMBER, 1.5],
    "nesterov": NO_FLAG,
    "weight_decay": NO_NUMBER,
    "dtype": [value for value in NO_DTYPE if value is not None],
    "log_every": [*NO_COUNT, BIG, ENORMOUS],
}


@pytest.mark.parametrize(("name", "value", "kept"), [(name, *pair) for name, pairs in VALUES.items() for pair in pairs])
def test_a_recipe_keeps_pythons_own_numbers(name, value, kept):
    recipe = lntx.Recipe(**{name: value})
    assert getattr(recipe, name) == kept
    assert type(getattr(recipe, name)) is type(kept)
    assert type(getattr(lntx.Recipe().but(**{name: value}), name)) is type(kept)


@pytest.mark.parametrize("name", WRONG)
def test_a_recipe_refuses_values_of_another_type_or_out_of_range(name):
    for value in WRONG[name]:
        refused(name, lambda value=value: lntx.Recipe(**{name: value}))


@pytest.mark.parametrize("backend", ["composed", "spectral"])
def test_the_most_epochs_are_trained_where_algebra_does_it(backend):
    fit = lntx.train(
        lntx.synthetic(20, 2, dtype="float64"), lntx.Recipe(lr=0.1, epochs=2**53, batch_size=None), backend
    )
    assert fit.epochs.tolist() == [0, 2**53]
    assert fit.finite


NO_NAMES = ["ab", b"ab", None, 3, [1, 2], ["a"], ["a", "b", "c"], ["a", "a"], ["a", None]]
PARTS = {
    "noise": [*NO_NUMBER],
    "name": [None, 3, b"x", []],
    "features_named": NO_NAMES,
    "outputs_named": [*NO_NAMES, ["one", "one"]],
    "scaling": [3, "x", (1, 2, 3, 4)],
    "named": ["no", 1],
    "weights": [np.ones((2, 3)).tolist(), np.ones(4), 1.0, np.ones((2, 2, 2)), [[1, np.nan], [1, 2]], "ab"],
    "bias": [np.ones(3), 1.0, np.ones((2, 2)), [np.inf, 1], "ab"],
}


@pytest.mark.parametrize("name", PARTS)
def test_a_problem_refuses_parts_that_do_not_fit(name):
    for value in PARTS[name]:
        if name in ("weights", "bias") or value is not None or name != "scaling":
            refused(name, lambda value=value: lntx.Problem(HALVES, HALVES, **{name: value}))


def test_true_weights_of_one_output_may_be_a_row_and_a_number():
    problem = lntx.Problem(HALVES, TARGETS, weights=[1, 2], bias=0.5)
    assert (problem.weights.tolist(), problem.bias.tolist()) == ([[1, 2]], [0.5])


def test_a_column_cannot_be_feature_and_target():
    refused("outputs_named", lambda: lntx.Problem(HALVES, TARGETS, features_named=["a", "b"], outputs_named=["b"]))
    frame = pd.DataFrame(HALVES, columns=["a", "b"])
    refused("outputs_named", lambda: lntx.Problem(frame, frame["b"]))


SIZES = {
    "samples": [*NO_COUNT, 0, 2.5],
    "features": [*NO_COUNT, 0, 2.5],
    "outputs": [*NO_COUNT, 0, 2.5],
    "noise": NO_NUMBER,
    "seed": [*NO_COUNT, BIG],
    "dtype": [*NO_DTYPE, None],
}


@pytest.mark.parametrize("name", SIZES)
def test_a_synthetic_problem_refuses_sizes_that_are_none(name):
    for value in SIZES[name]:
        refused(name, lambda value=value: lntx.synthetic(**{name: value}))
    for size in (10**14, 10**20, ENORMOUS):
        with pytest.raises(lntx.InputError, match="don't fit in the memory"):
            lntx.synthetic(samples=size)


def test_a_synthetic_problem_takes_numpys_numbers():
    problem = lntx.synthetic(
        np.int64(5), np.uint8(2), np.int8(1), noise=Fraction(1, 2), seed=np.int64(3), dtype=np.float64
    )
    assert np.array_equal(problem.Y, lntx.synthetic(5, 2, 1, noise=0.5, seed=3, dtype="float64").Y)


@pytest.mark.parametrize(("name", "values"), [("seed", NO_COUNT), ("as_published", NO_FLAG), ("one_weight", NO_FLAG)])
def test_the_tutorial_refuses_what_it_cannot_draw(name, values):
    for value in values:
        refused(name, lambda value=value: lntx.tutorial(**{name: value}))


@pytest.mark.parametrize("samples", [0, -1, 6, 2.0, None, True, "2"])
def test_a_head_has_as_many_samples_as_there_are_or_fewer(samples):
    refused("samples", lambda: lntx.Problem(HALVES, TARGETS).head(samples))


@pytest.fixture
def table(tmp_path):
    pd.DataFrame({"a": [1.0, 2, 3], "b": [3.0, 1, 4], "y": [1.0, 2, 3]}).to_csv(tmp_path / "t.csv", index=False)
    return tmp_path / "t.csv"


@pytest.mark.parametrize(
    ("name", "value"),
    [*(("target", value) for value in ([], (), "c", ["y", "y"], ["y", "c"],
                                               None, 3.0, [None], [["y"]], b"y", True, {}, ["a", "b", "y"])),
     *(("standardize", value) for value in NO_FLAG), *(("dtype", value) for value in [*NO_DTYPE, None]),
     *(("file", value) for value in (None, 3, b"t.csv", [], "t\0.csv"))],
)  # fmt: skip
def test_a_table_refuses_what_names_no_column(table, name, value):
    named = "column" if isinstance(value, (str, list)) and name == "target" and value and value != ["y", "y"] else name
    refused(
        "target|column" if named == "column" else name,
        lambda: lntx.from_table(**{"file": table, "target": "y"} | {name: value}),
    )


@pytest.mark.parametrize("argument", ["inputs", "targets"])
@pytest.mark.parametrize("value", [None, 3, b"x", [], "x\0.npy"])
def test_files_of_arrays_are_named_by_paths(tmp_path, argument, value):
    np.save(tmp_path / "x.npy", HALVES)
    refused(
        argument,
        lambda: lntx.from_npy(**{"inputs": tmp_path / "x.npy", "targets": tmp_path / "x.npy"} | {argument: value}),
    )


REQUESTS = {
    "problem": [None, HALVES, (HALVES, TARGETS), "tutorial", lntx.Recipe(), lntx.tutorial],
    "recipe": ["fast", 3, {"lr": 0.1}, lntx.Recipe, lntx.tutorial()],
    "device": [None, 0, "", "gpu", "cpu:0", "cpu:", "cuda:x", "cuda:²", torch.device("meta"),
               "meta", b"cpu", torch.float32, "cuda:99"],
    "backend": [None, 3, b"manual", [], find("manual"), len, "", "manul"],
}  # fmt: skip


@pytest.mark.parametrize("call", [lntx.train, lntx.prepare, lntx.verify])
@pytest.mark.parametrize("name", REQUESTS)
def test_a_training_refuses_arguments_of_another_kind(call, name):
    usual = {"problem": lntx.tutorial(), "recipe": lntx.Recipe(epochs=1), "backend": "manual", "device": "cpu"}
    for value in REQUESTS[name]:
        refused(name, lambda value=value: call(**usual | {name: value}))


@pytest.mark.parametrize("value", [3, "print", True, []])
def test_progress_must_be_a_function(value):
    refused("progress", lambda: lntx.train(lntx.tutorial(), lntx.Recipe(epochs=1), "manual", progress=value))


def test_torchs_device_objects_are_taken():
    problem, recipe, device = lntx.tutorial(), lntx.Recipe(epochs=2), torch.device("cpu")
    assert lntx.train(problem, recipe, "manual", device).finite
    assert lntx.prepare(problem, recipe, "numpy", device)().finite
    assert lntx.verify(problem, recipe, "fused", device).ok


def test_numbers_that_the_recipes_dtype_cannot_tell_apart_are_refused():
    times = lntx.Problem(1_700_000_000 + np.arange(30)[:, None], np.arange(30.0))
    assert times.dtype == "float64"
    for call in (lntx.train, lntx.prepare, lntx.verify):
        refused(
            "X",
            lambda call=call: call(times, lntx.Recipe(dtype="float32", lr=1e-20), "numpy"),
            "column 'x1' .*--dtype float64",
        )
    targets = lntx.Problem(HALVES, 1e9 + TARGETS, outputs_named=["price"])
    refused("Y", lambda: lntx.train(targets, lntx.Recipe(dtype="float32"), "numpy"), "column 'price'")
    refused(
        "X",
        lambda: lntx.train(lntx.Problem(HALVES * 1e40, TARGETS), lntx.Recipe(dtype="float32"), "numpy"),
        "beyond float32",
    )


@pytest.mark.parametrize("offset", [0, 1, 100, -100])
def test_ordinary_numbers_may_be_trained_in_a_narrower_dtype(offset):
    problem = lntx.synthetic(200, 3, dtype="float64")
    moved = lntx.Problem(np.c_[problem.X + offset, np.ones(200) * 0.1], problem.Y)
    assert lntx.train(moved, lntx.Recipe(dtype="float32", lr=1e-6, epochs=1), "numpy").weights.dtype == torch.float32


def test_a_frame_brings_its_columns_names():
    frame = pd.DataFrame(HALVES, columns=["x2", "x1"])
    problem = lntx.Problem(frame, pd.Series(TARGETS, name="price"))
    assert (problem.features_named, problem.outputs_named, problem.named) == (("x2", "x1"), ("price",), True)
    assert not lntx.Problem(pd.DataFrame(HALVES), pd.Series(TARGETS)).named
    given = lntx.Problem(frame, TARGETS, features_named=["a", "b"])
    assert given.features_named == ("a", "b")
    assert lntx.Problem(pd.DataFrame(HALVES, columns=["x1", "x2"]), TARGETS).named
    twice = pd.DataFrame(HALVES, columns=["a", "a"])
    refused("features_named", lambda: lntx.Problem(twice, TARGETS), "'a' twice")
