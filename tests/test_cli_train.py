import signal
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes
from support.commandline import lntx_says
from support.planted import install, plant

import lntx
from lntx.training.linear.stability import largest_stable_lr

WHOLE = [name for name in lntx.backends() if ":" not in name]  # without the variants, which take as long again
FAST = ["manual", "numpy", "torchscript"]
W = np.array([1.3, 2.9, 3.7])


def available(backend):
    if reason := lntx.backends()[backend].refuses(None, None, "cpu"):
        pytest.skip(reason)
    return backend


def taken(said, backend):
    """Skip where an algebra doesn't cover the recipe; what does every step takes every recipe."""
    if said.code == 2 and "can't do this" in said.err and lntx.backends()[backend].work == "algebra":
        pytest.skip(said.err)
    return said


@pytest.fixture(scope="session")
def diabetes(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "diabetes.csv"
    load_diabetes(as_frame=True).frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    "backend", [pytest.param(name, marks=pytest.mark.end_to_end) if name == "distributed" else name for name in WHOLE]
)
def test_the_tutorial_reaches_its_weights(backend):
    said = taken(lntx_says("train", "--json", "--backend", available(backend)), backend)
    assert (said.code, said.err) == (0, "")
    trained = said.json
    assert np.abs(np.array(trained["weights"]) - W).max() <= 1e-3
    assert np.abs(trained["bias"]).max() <= 1e-3
    assert trained["agreement"]["ok"]
    assert trained["agreement"]["error"] <= trained["agreement"]["tolerance"]
    assert trained["expected"] == {"weights": [[1.3, 2.9, 3.7]], "bias": [0.0]}
    assert trained["loss"] < 1e-6
    assert trained["epochs"] == 1000
    assert trained["seconds"]["run"] > 0


@pytest.mark.parametrize(("form", "expected"), [("--as-published", [W] * 3), ("--one-weight", [W[:1]])])
@pytest.mark.parametrize("backend", FAST)
def test_the_tutorials_other_forms_reach_their_weights(form, expected, backend):
    trained = lntx_says("train", form, "--json", "--backend", available(backend)).json
    assert np.abs(np.array(trained["weights"]) - expected).max() <= 1e-3
    assert trained["agreement"]["ok"]


def test_the_loss_of_a_standardized_table_says_its_unit(diabetes):
    options = ("--data", diabetes, "--target", "target", "--epochs", 1, "--batch-size", "full", "--lr", "auto")
    unit = "; of the standardized target, whose variance is 1"
    assert unit in lntx_says("train", *options, "--standardize").out
    assert unit not in lntx_says("train", *options).out


@pytest.mark.parametrize("backend", WHOLE)
def test_a_table_is_solved_in_its_own_units(backend, diabetes):
    options = ("--standardize", "--lr", "auto", "--batch-size", "full", "--epochs", 400, "--dtype", "float64")
    momentum = ("--momentum", 0.9, "--nesterov")
    said = lntx_says(
        "train",
        "--data",
        diabetes,
        "--target",
        "target",
        *options,
        *momentum,
        "--backend",
        available(backend),
        "--json",
    )
    taken(said, backend)
    assert said.code == 0, said.err
    table = load_diabetes()
    solution = np.linalg.lstsq(np.c_[table.data, np.ones(442)], table.target, rcond=None)[0]
    trained = np.append(said.json["weights"][0], said.json["bias"])
    assert np.linalg.norm(trained - solution) <= 1e-3 * np.linalg.norm(solution)
    assert said.json["agreement"]["ok"]
    assert "expected" not in said.json


def test_a_person_reads_expected_and_trained_weights_side_by_side():
    said = lntx_says("train", "--backend", "manual")
    assert said.code == 0
    for wanted in ("expected", "trained", "x1", "1.3", "1.3000", "bias", "loss", "those of the float64 reference"):
        assert wanted in said.out


def test_of_a_wide_model_the_first_weights_are_shown_and_the_rest_counted():
    said = lntx_says("train", "--features", 40, "--samples", 20, "--batch-size", "full", "--epochs", 5)
    assert "... and 29 more" in said.out


def test_names_from_a_table_are_printed_as_they_are(tmp_path):
    (tmp_path / "t.csv").write_text("[red]a[/red],y\n1,2\n2,4\n3,5\n")
    said = lntx_says("train", "--data", tmp_path / "t.csv", "--target", "y", "--epochs", 2)
    assert "[red]a[/red]" in said.out


def test_an_automatic_learning_rate_is_half_of_the_largest_stable_one():
    options = ("--samples", 30, "--features", 4, "--batch-size", "full", "--epochs", 3, "--lr", "auto", "--json")
    said = lntx_says("train", *options)
    problem, recipe = lntx.synthetic(30, 4), lntx.Recipe(batch_size=None)
    assert said.json["lr"] == pytest.approx(largest_stable_lr(problem, recipe)[0] / 2)
    assert "half of the largest stable one" in said.err


def test_the_loss_history_comes_at_the_interval_asked_for():
    trained = lntx_says("train", "--epochs", 5, "--log-every", 2, "--json").json
    assert [point["epoch"] for point in trained["history"]] == [0, 2, 4, 5]
    assert trained["history"][-1]["loss"] == trained["loss"] < trained["history"][0]["loss"]


def test_agreement_can_be_left_out():
    assert lntx_says("train", "--epochs", 2, "--no-verify", "--json").json["agreement"] is None


def test_a_saved_model_predicts(tmp_path):
    model = tmp_path / "models" / "tutorial.safetensors"
    assert lntx_says("train", "--backend", "torchscript", "--save", model).code == 0
    assert float(lntx_says("predict", model, 1, 1, 1).out) == pytest.approx(7.9, abs=1e-3)
    assert lntx_says("predict", model, "-1", "0", "2.5", "--json").json["predictions"][0][0] == pytest.approx(
        7.95, abs=1e-3
    )
    (tmp_path / "x.csv").write_text("a,b,c\n1,1,1\n2,0,0\n")
    rows = lntx_says("predict", model, "--data", tmp_path / "x.csv", "--json").json["predictions"]
    assert torch.allclose(torch.tensor(rows), torch.tensor([[7.9], [2.6]]), atol=1e-3)


def test_weights_that_disagree_are_shown_but_not_saved(tmp_path, monkeypatch):
    model = tmp_path / "model.safetensors"
    said = lntx_says("train", "--backend", plant("wrong_factor", tmp_path, monkeypatch), "--epochs", 3, "--save", model)
    assert said.code == 12
    assert "NOT those of the float64 reference" in said.out
    assert not model.exists()


def test_the_backend_that_chooses_says_what_and_why():
    said = lntx_says("train", "--epochs", 3, "--backend", "auto")
    assert "auto takes " in said.out
    assert "expected to take" in said.out
    assert "takes" in lntx_says("train", "--epochs", 3, "--backend", "auto", "--json").json["explanation"]


@pytest.fixture(scope="session")
def slow(tmp_path_factory):
    """A table with features of unlike sizes, on which plain SGD is slow."""
    path = tmp_path_factory.mktemp("slow") / "slow.csv"
    drawn = np.random.default_rng(0).standard_normal((60, 3)) * [1, 10, 100]
    target = drawn @ [1, 0.1, 0.01] + 0.3 * np.random.default_rng(1).standard_normal(60)
    np.savetxt(path, np.c_[drawn, target], delimiter=",", header="a,b,c,y", comments="")
    return path


def test_right_steps_that_have_not_converged_are_told_from_the_optimum(slow):
    options = (
        "--data",
        slow,
        "--target",
        "y",
        "--lr",
        "1e-5",
        "--epochs",
        100,
        "--batch-size",
        "full",
        "--backend",
        "numpy",
    )
    said = lntx_says("train", *options)
    assert said.code == 0
    assert "those of the float64 reference" in said.out
    assert "optimum    not reached" in said.out
    assert "--standardize" in said.out
    found = lntx_says("train", *options, "--json").json
    table = np.loadtxt(slow, delimiter=",", skiprows=1)
    x, y = np.c_[table[:, :-1], np.ones(60)], table[:, -1]
    solution = np.linalg.lstsq(x, y, rcond=None)[0]
    trained = np.append(found["weights"][0], found["bias"])
    assert found["optimum"]["reached"] is False
    assert found["optimum"]["best"] == pytest.approx(np.mean((x @ solution - y) ** 2), rel=1e-4)
    assert found["optimum"]["loss"] == pytest.approx(found["loss"], rel=1e-6)
    away = np.linalg.norm(trained - solution) / np.linalg.norm(solution)
    assert found["optimum"]["distance"] == pytest.approx(away, rel=1e-4)
    assert "truth" not in found
    epochs = found["ways"][0]["epochs"]
    longer = [*options[:6], *options[8:], "--epochs", round(epochs * 1.05), "--json"]
    assert lntx_says("train", *longer).json["optimum"]["reached"] is True


def test_a_training_that_has_converged_says_so_and_how_far_the_true_weights_are():
    said = lntx_says("train", "--backend", "numpy")
    assert "optimum    reached" in said.out
    assert "from the true weights" in said.out
    found = lntx_says("train", "--backend", "numpy", "--json").json
    assert found["optimum"]["reached"] is True
    assert found["truth"] < 1e-3
    assert "ways" not in found
    assert lntx_says("train", "--backend", "numpy", "--epochs", 30, "--json").json["optimum"]["reached"] is False


def logged(said):
    """The table of epochs and losses: its epochs."""
    lines = [line.split() for line in said.out.splitlines()]
    start = lines.index(["epoch", "loss"]) + 1
    return [int(line[0]) for line in lines[start : lines.index([], start)]]


def test_the_loss_history_is_a_table_of_at_most_twenty_rows():
    epochs = logged(lntx_says("train", "--backend", "numpy", "--epochs", 105, "--log-every", 1))
    assert len(epochs) == 20
    assert (epochs[0], epochs[-1]) == (0, 105)
    assert {after - before for before, after in pairwise(epochs)} <= {5, 6}
    assert logged(lntx_says("train", "--backend", "numpy", "--epochs", 5, "--log-every", 2)) == [0, 2, 4, 5]
    said = lntx_says("train", "--backend", "numpy", "--epochs", 5)
    assert ["epoch", "loss"] not in [line.split() for line in said.out.splitlines()]


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise ZeroDivisionError('a\\nb')", "ZeroDivisionError: a b"),
        ("raise type('Silent', (Exception,), {'__str__': lambda self: 1 / 0})", "Silent"),
        ("raise MemoryError", "MemoryError"),
    ],
)
@pytest.mark.parametrize(
    "where", ["def prepare(*_):\n    {}", "def prepare(*_):\n    def run():\n        {}\n    return run"]
)
def test_what_a_backend_raises_is_one_line_that_names_it(where, deed, said, tmp_path, monkeypatch):
    install("raises", f"from lntx.training.backends.manual import *\n{where.format(deed)}\n", tmp_path, monkeypatch)
    found = lntx_says("train", "--backend", "raises")
    assert (found.code, found.out, found.err) == (2, "", f"lntx: backend raises failed: {said}\n")


def test_a_users_interrupt_during_a_training_stays_one(tmp_path, monkeypatch):
    text = "import os, signal\ndef prepare(*_):\n    os.kill(os.getpid(), signal.SIGINT)\n"
    install("pressed", f"from lntx.training.backends.manual import *\n{text}", tmp_path, monkeypatch)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        found = lntx_says("train", "--backend", "pressed")
    finally:
        signal.signal(signal.SIGINT, before)
    assert (found.code, found.err) == (130, "lntx: interrupted\n")
