"""A sample's values as words of a command line become the same features as the row of a table that says the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data.coding import Coding, ColumnCoding
from lntx.training.linear.data.prediction import inputs_from_table, inputs_from_words

CITY = ("Milan", "Rome", "Turin")
COLUMNS = (
    ColumnCoding("size"),
    ColumnCoding("city", categories=CITY),
    ColumnCoding("rent", unit="$", fill=7.5),
    ColumnCoding("share", unit="%"),
)
CODING = Coding(COLUMNS, point=",")
KNOWN = (len(CODING.features), CODING.features, CODING)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(repr)
SAMPLES = st.tuples(
    NUMBERS, st.sampled_from(CITY), st.one_of(NUMBERS, st.just("")), st.integers(0, 100).map("{}%".format)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rows")


@given(st.lists(SAMPLES, min_size=1, max_size=4), st.randoms())
def test_words_are_the_row_that_they_say(folder, samples, chance):
    found, _ = inputs_from_words([word for sample in samples for word in sample], *KNOWN)
    names = [column.name for column in COLUMNS]
    (folder / "rows.csv").write_text("\n".join(";".join(row) for row in [names, *samples, ["", "", "", ""]][:-1]))
    rows, _ = inputs_from_table(folder / "rows.csv", *KNOWN)
    assert np.array_equal(found, rows)
    said = [f"{name}={word}" for name, word in zip(names, samples[0], strict=True)]
    chance.shuffle(said)
    assert np.array_equal(inputs_from_words(said, *KNOWN)[0], found[:1])


def test_what_stands_for_which_column_is_said_where_only_the_place_tells():
    assert inputs_from_words(["50", "Rome", "", "3%"], *KNOWN)[1][0] == "size=50, city=Rome, rent=, share=3%"
    (only,) = inputs_from_words(["share=3%", "size=50", "city=Rome", "rent=1"], *KNOWN)[1]
    assert only == "column 'share' is read without its %"
    rows, notes = inputs_from_words(["1", "2"], 2)
    assert (rows.tolist(), notes) == ([[1.0, 2.0]], ())
    assert inputs_from_words(["x2=2", "x1=1"], 2)[0].tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", r"the model takes 4 values a sample, size, city \(Milan, Rome, Turin\), rent, share, not 0"),
        ("1 Rome 2", "share, not 3"),
        ("1 Paris 2 3%", "column 'city' holds 'Paris', which the model hasn't seen; it knows 'Milan', 'Rome', 'Turin'"),
        ("1 Rome 2 3% x Rome 2 3%", "sample 2, column 'size' holds 'x', not a finite number$"),
        ("1,5 Rome 2 3%", "holds '1,5', not a finite number with '.' as the decimal point$"),
        ("inf Rome 2 3%", "column 'size' holds 'inf', not a finite number$"),
        ("nan Rome 2 3%", "column 'size' holds a gap$"),
        ("1 Rome 2 3", "column 'share' holds numbers without a unit, and the model was trained on it in %"),
        ("size=1 city=Rome", "rent, share not given"),
        ("size=1 city=Rome rent=2 share=3% size=4", "size is given twice"),
        ("size=1 Rome rent=2 share=3%", "'Rome' is no NAME=VALUE; the names are size, city, rent, share"),
    ],
)
def test_words_that_the_model_cannot_take_are_named(words, says):
    with pytest.raises(lntx.InputError, match=says):
        inputs_from_words(words.split(), *KNOWN)


def test_a_name_may_hold_an_equals_sign():
    coding = Coding((ColumnCoding("a"), ColumnCoding("a=b")))
    assert inputs_from_words(["a=b=2", "a=1"], 2, coding.features, coding)[0].tolist() == [[1.0, 2.0]]


def test_the_command_line_takes_categories_and_says_which_value_is_whose(tmp_path):
    (tmp_path / "homes.csv").write_text("size,city,price\n50,Rome,100\n60,Milan,150\n70,Rome,130\n80,Turin,170\n")
    model = tmp_path / "m.safetensors"
    lntx_says("train", "--data", tmp_path / "homes.csv", "--target", "price", "--encode", "city", "--epochs", 2,
              "--lr", "auto", "--save", model)  # fmt: skip
    placed = lntx_says("predict", model, 70, "Rome")
    assert "size=70, city=Rome" in placed.err
    named = lntx_says("predict", model, "city=Rome", "size=70")
    assert (named.out, named.err) == (placed.out, "")
    table = tmp_path / "new.csv"
    table.write_text("size,city\n70,Rome\n")
    assert lntx_says("predict", model, "--data", table).out == placed.out
    assert "'--dta' is neither a value nor an option" in lntx_says("predict", model, "--dta", 3).err
