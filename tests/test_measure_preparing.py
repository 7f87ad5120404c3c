"""Preparing that takes longer for more epochs is training, and what takes longer now and then is not."""

from random import Random

import pytest

import lntx
from lntx.measure.cell import plausibility

FEW, MANY = (lntx.Recipe(epochs=epochs) for epochs in (1, 100))


def grown(monkeypatch, took):
    """What is found where preparing a recipe takes so long."""
    monkeypatch.setattr(plausibility, "_timed", lambda _prepare, recipe: took(recipe))
    return plausibility.grown_s(lambda _recipe: None, FEW, MANY, call_s=1e-3)


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_what_takes_longer_for_more_epochs_is_found_by_how_much(monkeypatch, noise):
    draw = Random(1)
    more = grown(monkeypatch, lambda recipe: (1e-3 + 1e-5 * recipe.epochs) * (1 + noise * draw.random()))
    assert more == pytest.approx(1e-3, rel=0.3 if noise else 0.02)


def test_what_comes_in_two_speeds_is_called_training_in_one_of_thousands_of_cells(monkeypatch):
    draw = Random(2)
    found = [grown(monkeypatch, lambda _recipe: draw.choice((1e-3, 10e-3))) for _ in range(3000)]
    assert sum(map(bool, found)) <= 8  # one in 1024 is expected; of three pairs, each compared with its own, one in 64


def test_a_growth_that_is_nothing_beside_the_call_is_none(monkeypatch):
    assert grown(monkeypatch, lambda recipe: 1e-6 * recipe.epochs**0.2) == 0.0
