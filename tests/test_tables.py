import numpy as np
import pandas as pd
import pytest
import torch

import lntx
from lntx.training.tables import inputs_from_table


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
        ("a,price\n1,2\n,3\n", "row 2, column 'a' holds a gap"),
        ("a,price\n1,2\n3,x\n", "row 2, column 'price' holds 'x'"),
        ("a,price\n1,2\n3,inf\n", "row 2, column 'price' holds inf"),
        ("a,price\n1,2,3,4\n1\n1,2,3,4,5\n", "can't be read as csv"),
        ("a,price\n1,2,9\n3,4,9\n", "can't be read as csv"),
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
    with pytest.raises(lntx.InputError, match=r"a table is \.csv, \.parquet or \.npz"):
        lntx.from_table(tmp_path / "t.xlsx", "price")
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
    inputs = inputs_from_table(turned, 2, model.features_named, dtype="float64")
    assert np.allclose(model(torch.from_numpy(inputs)).detach().numpy()[:, 0], frame["price"])
    with pytest.raises(lntx.InputError, match="has no column 'size', which the model needs; it has age"):
        inputs_from_table(write(frame[["age"]], tmp_path / "less.csv"), 2, model.features_named)


def test_rows_to_predict_for_must_have_the_models_features(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert inputs_from_table(tmp_path / "t.csv", 2).tolist() == [[1, 2]]
    with pytest.raises(lntx.InputError, match="has 2 columns and the model takes 3 features"):
        inputs_from_table(tmp_path / "t.csv", 3)
