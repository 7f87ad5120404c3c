import sys

import pytest
from commandline import lntx_says
from planted import PLANTED, plant

import lntx
from lntx.training.parity import grid

INTERPRETED = [name for name in lntx.backends() if not name.startswith("compiled")]
KEYS = {"backend", "device", "dtype", "samples", "features", "outputs", "batch_size", "error", "tolerance", "ok"}


@pytest.mark.parametrize("backend", INTERPRETED)
def test_a_backend_agrees_over_the_whole_grid(backend):
    if reason := lntx.backends()[backend].refuses(None, None, "cpu"):
        pytest.skip(f"{backend}: {reason}")
    said = lntx_says("verify", "--backend", backend, "--device", "cpu", "--json")
    assert (said.code, said.err) == (0, "")
    assert len(said.json) == len(grid.GRID)
    refused = [row for row in said.json if row["ok"] is None]
    assert all(row["reason"] for row in refused)
    assert not refused or lntx.backends()[backend].work == "algebra"  # what does every step takes every recipe
    for row in [row for row in said.json if row not in refused]:
        assert set(row) == KEYS
        assert row["ok"]
        assert row["error"] <= row["tolerance"]


def test_compiled_backends_agree_on_a_part_of_the_grid(monkeypatch):
    if lntx.backends()["compiled"].refuses(None, None, "cpu"):
        pytest.skip("no C++ compiler here")
    monkeypatch.setattr(grid, "GRID", grid.GRID[6:7])  # shuffled, momentum, decay, three outputs, a smaller last batch
    said = lntx_says("verify", "--backend", "compiled:*", "--json")
    assert said.code == 0, said.err
    assert {row["backend"] for row in said.json} == {n for n in lntx.backends() if n.startswith("compiled")}


def test_the_grid_uses_all_that_a_recipe_can_say():
    recipes = [case.recipe for case in grid.GRID]
    assert {1, 7, None} <= {recipe.batch_size for recipe in recipes}
    assert {"float32", "float64"} <= {recipe.dtype or "float32" for recipe in recipes}
    for knob in ("momentum", "dampening", "nesterov", "weight_decay", "shuffle"):
        assert any(getattr(recipe, knob) for recipe in recipes), knob
    assert {1, 3} <= {case.outputs for case in grid.GRID}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_error_is_found(fault, tmp_path, monkeypatch):
    name = plant(fault, tmp_path, monkeypatch)
    said = lntx_says("verify", "--backend", name, "--json")
    assert said.code == 12
    assert name in said.err
    assert said.err.count("\n") == 1
    assert any(row["ok"] is False for row in said.json)
    assert f"{name} on cpu" in lntx_says("verify", "--backend", name).out


def test_the_planted_backend_without_an_error_passes(tmp_path, monkeypatch):
    assert lntx_says("verify", "--backend", plant("nothing", tmp_path, monkeypatch)).code == 0


def test_one_wrong_backend_among_right_ones_is_named_alone(tmp_path, monkeypatch):
    name = plant("wrong_factor", tmp_path, monkeypatch)
    said = lntx_says("verify", "--backend", "manual", "--backend", name)
    assert said.code == 12
    assert name in said.err
    assert "manual" not in said.err


def dropped(tmp_path, monkeypatch, text):
    """Drop a backend of these lines in, beside a `manual` in all else."""
    plant("nothing", tmp_path, monkeypatch)
    monkeypatch.delitem(sys.modules, "lntx.training.backends.dropped", raising=False)
    (tmp_path / "dropped.py").write_text(f"from lntx.training.backends.manual import *\n\n{text}")
    return "dropped"


def test_a_refusal_is_listed_with_its_sentence_and_is_no_pass(tmp_path, monkeypatch):
    text = "def refuses(p, recipe, d):\n    return 'it knows no shuffling' if recipe and recipe.shuffle else None\n"
    said = lntx_says("verify", "--backend", dropped(tmp_path, monkeypatch, text), "--json")
    assert said.code == 0
    refused = [row for row in said.json if row["ok"] is None]
    assert len(refused) == sum(case.recipe.shuffle for case in grid.GRID)
    assert all("knows no shuffling" in row["reason"] for row in refused)


def test_a_backend_that_refuses_everything_has_not_passed(tmp_path, monkeypatch):
    text = "def refuses(p, recipe, d):\n    return 'not today' if recipe else None\n"
    said = lntx_says("verify", "--backend", dropped(tmp_path, monkeypatch, text))
    assert said.code == 2
    assert "nothing was verified" in said.err


def test_an_unavailable_backend_asked_for_by_name_is_an_error(tmp_path, monkeypatch):
    text = "def refuses(p, recipe, d):\n    return 'install something'\n"
    said = lntx_says("verify", "--backend", dropped(tmp_path, monkeypatch, text))
    assert said.code == 2
    assert "install something" in said.err


def test_a_backend_that_crashes_is_named_and_the_others_are_still_verified(tmp_path, monkeypatch):
    name = dropped(tmp_path, monkeypatch, "def prepare(p, r, d):\n    raise ZeroDivisionError('oops')\n")
    said = lntx_says("verify", "--backend", name, "--backend", "numpy", "--json")
    assert said.code == 2
    assert name in said.err
    assert all(row["ok"] for row in said.json if row["backend"] == "numpy")
    assert all("oops" in row["reason"] for row in said.json if row["backend"] == name)
