from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data.formats.text import exactly
from lntx.training.linear.data.prediction import inputs_from_table


@pytest.fixture
def frame():
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(5, 3, (30, 3)), columns=["size", "age", "price"])
    frame["price"] = 2 * frame["size"] - frame["age"] + 7
    return frame


def write(frame, path):
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        np.savez(path, **{name: frame[name].to_numpy() for name in frame})
    return path


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".npz"])
def test_a_table_becomes_a_problem(tmp_path, frame, ending):
    problem = lntx.from_table(write(frame, tmp_path / f"homes{ending}"), "price", dtype="float64")
    assert (problem.name, problem.features_named, problem.outputs_named) == ("homes", ("size", "age"), ("price",))
    assert np.allclose(problem.X, frame[["size", "age"]])
    assert np.allclose(problem.Y[:, 0], frame["price"])


def test_several_targets_are_several_outputs(tmp_path, frame):
    assert lntx.from_table(write(frame, tmp_path / "t.csv"), ["price", "age"]).outputs == 2


def test_a_two_dimensional_array_in_an_npz_becomes_columns(tmp_path):
    np.savez(tmp_path / "t.npz", X=np.ones((4, 2)), y=np.arange(4.0))
    assert lntx.from_table(tmp_path / "t.npz", "y").features_named == ("X[0]", "X[1]")


def test_a_standardised_table_trains_and_gives_its_own_units_back(tmp_path, frame):
    problem = lntx.from_table(write(frame, tmp_path / "t.csv"), "price", standardize=True, dtype="float64")
    assert problem.X.mean(0) == pytest.approx([0, 0], abs=1e-12)
    assert problem.X.std(0) == pytest.approx([1, 1])
    fit = lntx.train(problem, lntx.Recipe(lr=0.3, epochs=300, batch_size=None), "numpy")
    assert fit.weights.tolist()[0] == pytest.approx([2, -1])
    assert fit.bias.tolist() == pytest.approx([7])
    assert fit.trained.weights.tolist()[0] != pytest.approx([2, -1])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("a,price\n", "has no rows"),
        ("a,b\n1,2\n", "has no column 'price'; it has a, b"),
        ("price\n1\n", "no column besides the target"),
        ("a,price\n1,2\n,3\n", "row 3, column 'a' holds a gap"),
        ("a,price\n1,2\n3,x\n", "row 3, column 'price' holds 'x'"),
        ("a,price\n1,2\n3,inf\n", "row 3, column 'price' holds inf"),
        ("a,price\n1,2,3,4\n1\n1,2,3,4,5\n", "row 2 has 4 fields and the first row 2"),
        ("a,price\n1,2,9\n3,4,9\n", "row 2 has 3 fields and the first row 2"),
        ("a,a,price\n1,2,3\n", "two columns called 'a'"),
        ("a,price\n1e200,2\n3,4\n", "column 'a' holds numbers beyond float32"),
    ],
)
def test_a_bad_table_is_refused_naming_the_place(tmp_path, text, says):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(lntx.InputError, match=says):
        lntx.from_table(tmp_path / "t.csv", "price")


@pytest.mark.parametrize("name", ["t.parquet", "t.npz"])
def test_a_damaged_binary_table_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 nothing of the kind")
    with pytest.raises(lntx.InputError, match="can't be read as"):
        lntx.from_table(tmp_path / name, "price")


def test_a_file_of_another_kind_or_none_is_refused(tmp_path):
    with pytest.raises(lntx.InputError, match=r"ends in \.doc; a table is \.csv, .*\.parquet, \.feather or \.npz"):
        lntx.from_table(tmp_path / "t.doc", "price")
    with pytest.raises(lntx.InputError, match="can't read"):
        lntx.from_table(tmp_path / "none.csv", "price")


def test_a_constant_column_cannot_be_standardised(tmp_path):
    (tmp_path / "t.csv").write_text("a,price\n1,2\n1,3\n")
    with pytest.raises(lntx.InputError, match="column 'a' has one value throughout"):
        lntx.from_table(tmp_path / "t.csv", "price", standardize=True)
    assert lntx.from_table(tmp_path / "t.csv", "price").samples == 2


def test_complex_numbers_are_refused(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.ones(3) * 1j, price=np.ones(3))
    with pytest.raises(lntx.InputError, match="'a' holds complex numbers"):
        lntx.from_table(tmp_path / "t.npz", "price")


def test_a_column_too_large_for_its_deviation_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("a,price\n1e200,2\n3e200,4\n")
    with pytest.raises(lntx.InputError, match="column 'a' is too large to be standardised"):
        lntx.from_table(tmp_path / "t.csv", "price", standardize=True, dtype="float64")


def test_a_model_finds_its_columns_by_name_in_another_table(tmp_path, frame):
    problem = lntx.from_table(write(frame, tmp_path / "t.csv"), "price", standardize=True, dtype="float64")
    fit = lntx.train(problem, lntx.Recipe(lr=0.3, epochs=300, batch_size=None), "numpy")
    fit.model.save(tmp_path / "m.safetensors")
    model = lntx.load(tmp_path / "m.safetensors")
    assert (model.features_named, model.outputs_named) == (("size", "age"), ("price",))
    turned = write(frame[["price", "age", "size"]], tmp_path / "turned.csv")
    inputs, _ = inputs_from_table(turned, 2, model.features_named)
    assert np.allclose(model(torch.from_numpy(inputs)).detach().numpy()[:, 0], frame["price"])
    with pytest.raises(lntx.InputError, match="has no column 'size', which the model needs; it has age"):
        inputs_from_table(write(frame[["age"]], tmp_path / "less.csv"), 2, model.features_named)


def test_rows_to_predict_for_must_have_the_models_features(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert inputs_from_table(tmp_path / "t.csv", 2)[0].tolist() == [[1, 2]]
    with pytest.raises(lntx.InputError, match="has 2 columns and the model takes 3 features"):
        inputs_from_table(tmp_path / "t.csv", 3)


FULL = lntx.Recipe(lr=0.3, epochs=200, batch_size=None)


def written(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("names", [("x1", "x2"), ("x2", "x1"), ("y1", "x1"), ("0", "1"), ("a", "x2")])
@pytest.mark.parametrize("standardize", [False, True])
def test_columns_are_found_by_name_whatever_they_are_called(tmp_path, names, standardize):
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 40))
    table = written(tmp_path / "t.csv", **{names[0]: first, names[1]: second, "y": 2 * first - second})
    problem = lntx.from_table(table, "y", standardize=standardize, dtype="float64")
    assert problem.named
    assert problem.head(5).named
    fit = lntx.train(problem, FULL, "numpy")
    fit.model.save(tmp_path / "m.safetensors")
    model = lntx.load(tmp_path / "m.safetensors")
    turned = written(tmp_path / "turned.csv", **{names[1]: second, "other": first, names[0]: first})
    for file in (table, turned):  # the table that it was trained on has the target besides
        inputs = torch.from_numpy(inputs_from_table(file, 2, model.features_named)[0])
        assert np.allclose(model(inputs).detach().numpy()[:, 0], 2 * first - second, atol=1e-6)


@pytest.mark.parametrize("column", ["when", "price"])
def test_a_column_that_float32_cannot_tell_apart_is_refused(tmp_path, column):
    other = "price" if column == "when" else "when"
    table = written(tmp_path / "t.csv", **{column: 1_700_000_000 + np.arange(30), other: np.arange(30) % 4})
    with pytest.raises(
        lntx.InputError, match=f"column '{column}' varies by 5.1e-09 of its size.*--standardize.*float64"
    ):
        lntx.from_table(table, "price")
    assert len(np.unique(lntx.from_table(table, "price", standardize=True).X)) in {4, 30}
    exact = lntx.from_table(table, "price", dtype="float64")
    assert (len(np.unique(exact.X)), len(np.unique(exact.Y))) in {(30, 4), (4, 30)}


def test_whole_numbers_of_too_many_digits_are_refused_by_their_column(tmp_path):
    table = written(tmp_path / "t.csv", id=2**60 + np.arange(9), y=np.arange(9))
    with pytest.raises(lntx.InputError, match=r"row 3, column 'id' holds 1152921504606846977, .*digits"):
        lntx.from_table(table, "y", standardize=True)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_decimals_in_a_csv_are_read_to_their_last_digit(tmp_path, values):
    written(tmp_path / "t.csv", a=values, y=np.arange(len(values)))
    assert lntx.from_table(tmp_path / "t.csv", "y", dtype="float64").X[:, 0].tolist() == values


@pytest.mark.parametrize("ending", [".npz", ".parquet"])
@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.arange(5).astype("M8[ms]"), "dates"),
        (np.array(["NaT"] * 5, "M8[ns]"), "dates"),
        (np.arange(5).astype("m8[s]"), "time spans"),
    ],
)
def test_dates_in_a_table_are_refused_by_their_column(tmp_path, ending, values, says):
    file = write(pd.DataFrame({"when": values, "y": np.arange(5)}), tmp_path / f"t{ending}")
    with pytest.raises(lntx.InputError, match=f"column 'when' holds {says}"):
        lntx.from_table(file, "y")
    file = write(pd.DataFrame({"y": values, "when": np.arange(5)}), tmp_path / f"t{ending}")
    with pytest.raises(lntx.InputError, match=f"column 'y' holds {says}"):
        lntx.from_table(file, "y")


def test_categories_and_text_in_a_table_are_refused_by_their_column(tmp_path):
    for values, says in (
        (pd.Categorical(["a", "b", "a"]), "holds categories"),
        (["a", "b", "c"], "holds 'a', not a finite"),
    ):
        pd.DataFrame({"kind": values, "y": [1, 2, 3]}).to_parquet(tmp_path / "t.parquet")
        with pytest.raises(lntx.InputError, match=f"column 'kind' {says}"):
            lntx.from_table(tmp_path / "t.parquet", "y")


def test_decimals_and_nullable_numbers_in_a_parquet_are_numbers(tmp_path):
    frame = pd.DataFrame(
        {"a": [Decimal("1.5"), Decimal(2)], "b": pd.array([1, 2], "Int64"), "c": [True, False], "y": [1, 2]}
    )
    frame.to_parquet(tmp_path / "t.parquet")
    assert lntx.from_table(tmp_path / "t.parquet", "y").X.tolist() == [[1.5, 1, 1], [2, 2, 0]]
    frame.loc[1, "b"] = pd.NA
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(lntx.InputError, match="row 2, column 'b' holds a gap"):
        lntx.from_table(tmp_path / "t.parquet", "y")


def test_columns_that_pandas_numbered_are_named_by_their_numbers(tmp_path):
    frame = pd.DataFrame(np.arange(12.0).reshape(4, 3) ** 2)
    frame.to_parquet(tmp_path / "t.parquet")
    assert lntx.from_table(tmp_path / "t.parquet", "2").features_named == ("0", "1")
    assert lntx.from_table(tmp_path / "t.parquet", 1).features_named == ("0", "2")


@pytest.mark.parametrize("shape", [(), (3, 2, 2)])
def test_an_array_in_an_npz_has_one_dimension_or_two(tmp_path, shape):
    np.savez(tmp_path / "t.npz", a=np.ones(shape), y=np.arange(3))
    with pytest.raises(lntx.InputError, match="column 'a' is of shape"):
        lntx.from_table(tmp_path / "t.npz", "y")


def test_two_columns_of_an_npz_cannot_have_one_name(tmp_path):
    np.savez(tmp_path / "t.npz", **{"a": np.ones((3, 2)), "a[0]": np.ones(3), "y": np.arange(3)})
    with pytest.raises(lntx.InputError, match=r"two columns called 'a\[0\]'"):
        lntx.from_table(tmp_path / "t.npz", "y")


def test_rows_without_names_may_lack_a_header_or_be_an_npy_file(tmp_path):
    (tmp_path / "t.csv").write_text("1.0,2.0\n3,4\n5,6e0\n")
    np.save(tmp_path / "t.npy", [[1, 2], [3, 4], [5, 6]])
    for name in ("t.csv", "t.npy"):
        assert inputs_from_table(tmp_path / name, 2)[0].tolist() == [[1, 2], [3, 4], [5, 6]]
    (tmp_path / "t.csv").write_text("0,1\n3,4\n")
    with pytest.raises(lntx.InputError, match="may be a header or a sample; say which with --header or --no-header"):
        inputs_from_table(tmp_path / "t.csv", 2)
    (tmp_path / "t.csv").write_text("1,1\n3,4\n")
    assert inputs_from_table(tmp_path / "t.csv", 2)[0].tolist() == [[1, 1], [3, 4]]


def test_rows_whose_names_a_model_needs_must_have_them(tmp_path):
    (tmp_path / "t.csv").write_text("1.0,2.0\n3,4\n")
    np.save(tmp_path / "t.npy", [[1, 2], [3, 4]])
    with pytest.raises(lntx.InputError, match=r"no column 'a', which the model needs; .* header of names is due"):
        inputs_from_table(tmp_path / "t.csv", 2, ("a", "b"))
    with pytest.raises(lntx.InputError, match="rows without names"):
        inputs_from_table(tmp_path / "t.npy", 2, ("a", "b"))
    with pytest.raises(lntx.InputError, match=r"no column 'y'; .* header of names is due"):
        lntx.from_table(tmp_path / "t.csv", "y")


@pytest.mark.parametrize(("values", "says"), [(np.ones(3), "samples x features"), (np.ones((2, 2)) * 1j, "complex")])
def test_an_npy_file_of_other_than_rows_is_refused(tmp_path, values, says):
    np.save(tmp_path / "t.npy", values)
    with pytest.raises(lntx.InputError, match=says):
        inputs_from_table(tmp_path / "t.npy", 2)


def test_the_command_line_says_that_it_takes_a_first_row_for_a_sample(tmp_path):
    lntx.LNTXModel.of(torch.ones(1, 2), torch.ones(1)).save(tmp_path / "m.safetensors")
    (tmp_path / "t.csv").write_text("1.5,2\n3,4\n")
    said = lntx_says("predict", tmp_path / "m.safetensors", "--data", tmp_path / "t.csv", "--json")
    assert said.json["predictions"] == [[4.5], [8]]
    assert "has no header of names; its first row is taken for a sample" in said.err


@pytest.mark.parametrize(("dtype", "printed"), [(torch.float32, "1.7e+09\n"), (torch.float64, "1700000003\n")])
def test_predictions_are_printed_with_as_many_digits_as_the_models_dtype_holds(tmp_path, dtype, printed):
    lntx.LNTXModel.of(torch.ones(1, 1, dtype=dtype), torch.tensor([1.7e9], dtype=dtype)).save(
        tmp_path / "m.safetensors"
    )
    assert lntx_says("predict", tmp_path / "m.safetensors", 3).out == printed


@pytest.mark.parametrize(
    ("version", "asked"), [("2.2.3", "round_trip"), ("3.0.1", "round_trip"), ("3.1.0rc0", None), ("4.0", None)]
)
def test_older_versions_of_pandas_are_asked_to_read_the_last_digit(version, asked):
    assert exactly(version) == asked
