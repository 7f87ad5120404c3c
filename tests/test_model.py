import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import lntx
from lntx.training.linear.model import LNTXModel, initial


def test_a_saved_model_predicts_as_before(tmp_path):
    model = LNTXModel.of(torch.randn(2, 3, dtype=torch.float64), torch.randn(2, dtype=torch.float64))
    model.save(tmp_path / "deep" / "m.safetensors")
    again = lntx.load(tmp_path / "deep" / "m.safetensors")
    x = torch.randn(5, 3, dtype=torch.float64)
    assert torch.equal(again(x), model(x))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["m.safetensors"]


def test_a_model_of_weights_holds_copies():
    weights = torch.ones(1, 2)
    model = LNTXModel.of(weights, torch.zeros(1))
    weights.fill_(5)
    assert model.weight.tolist() == [[1, 1]]


@pytest.mark.parametrize("content", [b"", b"not a model", bytes(64), b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_damaged_model_file_is_refused(tmp_path, content):
    (tmp_path / "m.safetensors").write_bytes(content)
    with pytest.raises(lntx.InputError, match=r"m\.safetensors"):
        lntx.load(tmp_path / "m.safetensors")


def test_a_truncated_model_file_is_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    LNTXModel.of(torch.ones(1, 2), torch.zeros(1)).save(path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(lntx.InputError, match="damaged"):
        lntx.load(path)


def test_a_safetensors_file_of_somebody_else_is_refused(tmp_path):
    save_file({"weight": torch.ones(1, 2), "bias": torch.ones(1)}, tmp_path / "m.safetensors")
    with pytest.raises(lntx.InputError, match="not a model that lntx saved"):
        lntx.load(tmp_path / "m.safetensors")


@pytest.mark.parametrize(
    ("weight", "bias", "says"),
    [
        (torch.ones(2), torch.ones(1), "don't fit"),
        (torch.ones(1, 2), torch.ones(3), "don't fit"),
        (torch.ones(1, 2).long(), torch.ones(1).long(), "its numbers are torch.int64"),
        (torch.full((1, 2), torch.nan), torch.ones(1), "not all finite"),
    ],
)
def test_a_file_with_weights_that_make_no_model_is_refused(tmp_path, weight, bias, says):
    about = {"format": "lntx-linear-1", "features": "[]", "outputs": "[]"}
    save_file({"weight": weight, "bias": bias}, tmp_path / "m.safetensors", metadata=about)
    with pytest.raises(lntx.InputError, match=says):
        lntx.load(tmp_path / "m.safetensors")


def test_a_missing_model_file_is_refused(tmp_path):
    with pytest.raises(lntx.InputError, match="can't read the model"):
        lntx.load(tmp_path / "none.safetensors")


def test_a_model_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(lntx.InputError, match="can't write"):
        LNTXModel.of(torch.ones(1, 1), torch.ones(1)).save(tmp_path / "file" / "m.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_start_is_drawn_as_linear_layers_draw_it_and_leaves_the_global_generator_alone():
    state = torch.get_rng_state()
    weights, bias = initial(400, 50, 0, torch.float32)
    assert torch.equal(torch.get_rng_state(), state)
    layer = nn.Linear(400, 50)
    assert weights.abs().max() <= 400**-0.5
    assert bias.abs().max() <= 400**-0.5
    assert weights.std().item() == pytest.approx(layer.weight.std().item(), rel=0.05)


def test_the_start_is_one_point_for_both_dtypes_and_another_for_another_seed():
    single, double = initial(3, 2, 0, torch.float32), initial(3, 2, 0, torch.float64)
    assert torch.equal(single[0].double(), double[0])
    assert not torch.equal(single[0], initial(3, 2, 1, torch.float32)[0])


def saved_by_hand(path, features, outputs):
    about = {"format": "lntx-linear-1", "features": features, "outputs": outputs}
    save_file({"weight": torch.ones(1, 2), "bias": torch.ones(1)}, path, metadata=about)
    return path


def test_a_model_that_was_saved_without_names_is_loaded_without_names(tmp_path):
    model = lntx.load(saved_by_hand(tmp_path / "m.safetensors", "[]", "[]"))
    assert (model.features_named, model.outputs_named) == ((), ())


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ('"ab"', "not a list of strings"),
        ('{"a": 1, "b": 2}', "not a list of strings"),
        ("[1, 2]", "not a list of strings"),
        ("null", "not a list of strings"),
        ('["a", "a"]', "one name"),
        ('["a"]', "as many names"),
    ],
)
def test_names_that_are_none_are_refused(tmp_path, features, says):
    with pytest.raises(lntx.InputError, match=says):
        lntx.load(saved_by_hand(tmp_path / "m.safetensors", features, '["y"]'))


def named(model, features):
    model.features_named, model.outputs_named = features, ("y",)
    return model


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (LNTXModel.of(torch.tensor([[torch.nan, 1]]), torch.ones(1)), "not all finite"),
        (LNTXModel.of(torch.ones(1, 2), torch.ones(1)).half(), "torch.float16"),
        (named(LNTXModel.of(torch.ones(1, 2), torch.ones(1)), ("a",)), "as many names"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path, model, says):
    with pytest.raises(lntx.InputError, match=f"can't save the model to .*{says}"):
        model.save(tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", [None, 3, b"m"])
def test_a_model_is_saved_to_and_loaded_from_a_path(path):
    with pytest.raises(lntx.InputError, match="path"):
        LNTXModel.of(torch.ones(1, 2), torch.ones(1)).save(path)
    with pytest.raises(lntx.InputError, match="path"):
        lntx.load(path)


def test_a_model_of_unnamed_columns_called_by_their_numbers_has_no_names():
    problem = lntx.Problem(torch.ones(3, 2), torch.ones(3))
    assert problem.features_named == ("x1", "x2")
    fit = lntx.train(problem, lntx.Recipe(lr=0.01, epochs=1), "numpy")
    assert fit.model.features_named == ()
    given = lntx.Problem(problem.X, problem.Y, features_named=["x1", "x2"])
    assert lntx.train(given, lntx.Recipe(lr=0.01, epochs=1), "numpy").model.features_named == ("x1", "x2")
