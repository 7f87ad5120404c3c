"""What values look like at a prompt and in a notebook: short, true, and with text from outside as text."""

from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import studies

import lntx
from lntx import notebook
from lntx.record import Agreement, Checkpoint

EVIL = "<script>alert(1)</script>\x1b[31m\u202e"


class Tags(HTMLParser):
    """The tags of a piece of HTML, each of which is closed, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.text = set(), [], ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)
        assert {name for name, _ in attrs} <= {"scope"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def shown(value):
    """A value's HTML, read: tables and nothing else."""
    found = Tags(value._repr_html_())
    assert found.tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    return found.text


@pytest.fixture(scope="module")
def fit():
    return lntx.train(lntx.tutorial(), lntx.Recipe(epochs=20, log_every=5), "numpy")


def test_a_problem_is_named_with_its_sizes():
    assert repr(lntx.tutorial()) == "<Problem 'tutorial': 100 samples x 3 features, 1 output, float32>"
    assert (
        repr(lntx.synthetic(1000, 1, 2, dtype="float64"))
        == "<Problem 'synthetic': 1,000 samples x 1 feature, 2 outputs, float64>"
    )
    text = shown(lntx.tutorial())
    assert "1.3, 2.9, 3.7" in text
    assert "3: x1, x2, x3" in text
    assert "x13" not in shown(lntx.synthetic(10, 500))
    assert len(shown(lntx.synthetic(10, 500))) < 400


@given(
    lr=st.floats(1e-9, 10),
    batch_size=st.none() | st.integers(1, 1000),
    momentum=st.floats(0, 0.99),
    shuffle=st.booleans(),
    dtype=st.sampled_from([None, "float32", "float64"]),
)
def test_a_recipe_is_written_as_what_makes_it_again(lr, batch_size, momentum, shuffle, dtype):
    recipe = lntx.Recipe(lr=lr, batch_size=batch_size, momentum=momentum, shuffle=shuffle, dtype=dtype)
    assert eval(repr(recipe), {"Recipe": lntx.Recipe}) == recipe
    assert repr(recipe.but(seed=5)) != repr(recipe)


def test_a_recipe_shows_what_isn_t_as_usual():
    assert repr(lntx.Recipe()) == "Recipe(lr=0.0005, epochs=1000, batch_size=1)"
    assert repr(lntx.Recipe(momentum=0.5)) == "Recipe(lr=0.0005, epochs=1000, batch_size=1, momentum=0.5)"
    assert "momentum0.5" in shown(lntx.Recipe(momentum=0.5))


def test_a_fit_says_how_well_it_fits_and_what_it_cost(fit):
    assert repr(fit).startswith("<Fit: 1 output x 3 features, float32; loss ")
    assert " after 20 epochs; " in repr(fit)
    assert repr(fit).endswith(" to run>")
    text = shown(fit)
    assert "x1x2x3bias" in text
    assert notebook.number(fit.weights[0, 0].item()) in text
    assert len(repr(fit)) < 150


def test_a_fit_of_many_weights_is_told_in_words():
    large = lntx.train(lntx.synthetic(50, 100, 5), lntx.Recipe(lr=0.01, epochs=2, batch_size=None), "numpy")
    assert len(shown(large)) < 200
    assert "5 outputs x 100 features" in shown(large)


def test_an_agreement_says_whether_it_holds():
    good = Agreement((Checkpoint(1, 1e-7, 1e-6), Checkpoint(10, 5e-7, 1e-6)), "steps", truth=0.25)
    assert (
        repr(good)
        == "<Agreement: agrees; error 5e-07 <= 1e-06; 2 checkpoints against steps; 0.25 from the true weights>"
    )
    bad = Agreement((Checkpoint(1, float("nan"), 1e-6),), "algebra", note=EVIL)
    assert repr(bad).startswith("<Agreement: disagrees; error nan, beyond 1e-06; 1 checkpoint against algebra; ")
    assert "\x1b" not in repr(bad)
    assert "no" in shown(bad)
    assert "nothing was compared" in repr(Agreement((), "steps"))
    assert "nothing was compared" in shown(Agreement((), "steps"))


def test_a_study_is_counted():
    assert repr(studies.study()).startswith("<Study: ")
    assert "3 without a time, regular, 2026-01-02>" in repr(studies.study())


def test_text_from_outside_is_text():
    problem = lntx.Problem(np.eye(3), np.ones(3), name=EVIL, features_named=(EVIL, "a", "b"))
    fit = lntx.train(problem, lntx.Recipe(lr=0.01, epochs=1, batch_size=None), "numpy")
    for value in (problem, fit):
        assert "\x1b" not in repr(value) + value._repr_html_()
        assert "<script" not in value._repr_html_()
        assert "<script>" in shown(value)


@given(st.floats(1e-12, 1e6))
def test_durations_have_a_unit_that_suits_them(seconds):
    number, unit = notebook.duration(seconds).split()
    scale = {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]
    assert float(number) * scale == pytest.approx(seconds, rel=0.01)
