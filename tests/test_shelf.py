"""Arrays that a study's processes share: read where they were kept, computed where they weren't, never a reason to fail."""

import numpy as np
import pytest

from lntx import Problem, Recipe
from lntx.training import digest, shelf
from lntx.training.linear import parity
from lntx.training.linear.affine import System
from lntx.training.linear.parity.spread import Replicates
from lntx.training.linear.problem import tutorial


def _asked(calls, value=1.0):
    def compute():
        calls.append(value)
        return np.full((2, 3), value)

    return compute


def test_what_was_kept_is_not_computed_again(tmp_path):
    calls = []
    for _ in range(2):
        with shelf.within(tmp_path / "references"):
            found = shelf.kept(("a", 1), _asked(calls))
    assert calls == [1.0]
    assert np.array_equal(found, np.ones((2, 3)))


def test_another_name_is_another_array(tmp_path):
    calls = []
    with shelf.within(tmp_path):
        shelf.kept(("a", 1), _asked(calls, 1.0))
        assert shelf.kept(("a", 2), _asked(calls, 2.0))[0, 0] == 2.0
    assert calls == [1.0, 2.0]


def test_nothing_is_kept_where_no_folder_is_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls = []
    with shelf.within(None):
        for _ in range(2):
            shelf.kept("a", _asked(calls))
    assert calls == [1.0, 1.0]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no array", np.array([{}], object).dumps()])
def test_what_is_damaged_is_computed_anew_and_never_unpickled(tmp_path, damage):
    calls = []
    with shelf.within(tmp_path):
        shelf.kept("a", _asked(calls))
        (path,) = tmp_path.iterdir()
        path.write_bytes(damage)
        assert np.array_equal(shelf.kept("a", _asked(calls)), np.ones((2, 3)))
        assert np.array_equal(shelf.load(path), np.ones((2, 3)))  # and mended
    assert calls == [1.0, 1.0]


def test_a_folder_that_cannot_be_written_fails_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    calls = []
    with shelf.within(tmp_path / "file"):
        assert np.array_equal(shelf.kept("a", _asked(calls)), np.ones((2, 3)))
    assert calls == [1.0]


def _verdict(problem, recipe):
    trial = parity.ending(problem, recipe)
    return trial.end, trial.tolerances(recipe.epochs)


def test_another_process_proves_by_what_the_first_computed(tmp_path, monkeypatch):
    problem, recipe = tutorial(), Recipe(lr=1e-3, epochs=20, batch_size=5)
    with shelf.within(tmp_path), digest.settled():
        end, allowed = _verdict(problem, recipe)
        kept = len(list(tmp_path.iterdir()))
    again = Problem(problem.X.copy(), problem.Y.copy(), name=problem.name)  # a new object, as in a new process

    def never(*_args, **_named):
        raise AssertionError("it was walked again")

    monkeypatch.setattr(System, "sweep", never)
    monkeypatch.setattr(Replicates, "at", never)
    with shelf.within(tmp_path), digest.settled():
        theta, tolerance = _verdict(again, recipe)
    assert kept > 1
    assert np.array_equal(theta, end)
    assert np.array_equal(tolerance, allowed)


def test_other_data_are_proved_by_their_own_reference(tmp_path):
    problem, recipe = tutorial(), Recipe(lr=1e-3, epochs=20, batch_size=5)
    other = Problem(problem.X, problem.Y + 1, name=problem.name)
    with shelf.within(tmp_path), digest.settled():
        end, _ = _verdict(problem, recipe)
        theta, _ = _verdict(other, recipe)
    assert not np.allclose(theta, end)
