"""A sample's values as words of a command line become the same features as the row of a table that says the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data.coding import Coding, ColumnCoding
from lntx.training.linear.data.prediction import inputs_from_table
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import problem_from
from lntx.training.linear.data.words import inputs_from_words

CITY = ("Milan", "Rome", "Turin")
COLUMNS = (
    ColumnCoding("size"),
    ColumnCoding("city", categories=CITY),
    ColumnCoding("rent", unit="$", fill=7.5),
    ColumnCoding("share", unit="%"),
)
CODINGS = [Coding(COLUMNS, point=point, reading=reading)
           for point, reading in ((".", {}), (",", {}), ("", {}), ("", {"decimal": ","}), ("", {"thousands": "."}))]  # fmt: skip
CODING = CODINGS[0]
KNOWN = (len(CODING.features), CODING.features, CODING)
WRITTEN = [
    "1.5",
    "1,5",
    "1,234",
    "1.234",
    "12,345",
    "1.234,5",
    "1,234.5",
    "1_0",
    "1 000",
    "007",
    ".5",
    "1e3",
    "-3",
    "9" * 17,
    "1" * 309,
    "1" * 5000,
    "x",
    "yes",
    "nan",
    "inf",
    "--",
    "\u0663",
    "(5)",
    "$4",
    "$1,5",
    "3%",
    "2024-01-02",
    "1" + "0" * 308,
]
NUMBERS = st.one_of(st.floats(-1e6, 1e6, allow_nan=False).map(repr), st.sampled_from(WRITTEN))
SAMPLES = st.tuples(
    NUMBERS, st.sampled_from([*CITY, "Paris"]), st.one_of(NUMBERS, st.just("")), st.sampled_from(["3%", "1,5%", "4"])
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rows")


def had(call, *given):
    """What a call gives, or why it refuses, without the remedies, which differ."""
    try:
        return call(*given)[0].tolist()
    except lntx.InputError:
        return "refused"


@settings(max_examples=200)
@given(st.sampled_from(CODINGS), st.lists(SAMPLES, min_size=1, max_size=3), st.randoms())
def test_words_are_the_row_that_they_say(folder, coding, samples, chance):
    known = (len(coding.features), coding.features, coding)
    found = had(inputs_from_words, [word for sample in samples for word in sample], *known)
    names = [column.name for column in COLUMNS]
    (folder / "rows.csv").write_text("\n".join(";".join(row) for row in [names, *samples]), encoding="utf-8")
    assert found == had(inputs_from_table, folder / "rows.csv", *known)
    said = [f"{name}={word}" for name, word in zip(names, samples[0], strict=True)]
    chance.shuffle(said)
    assert had(inputs_from_words, said, *known) == had(inputs_from_words, list(samples[0]), *known)


def test_what_stands_for_which_column_is_said_where_only_the_place_tells():
    told = inputs_from_words(["1,234", "Rome", "", "3%"], *KNOWN)[1]
    assert told[0] == "size=1234, city=Rome, rent=7.5, share=3"
    assert "column 'share' is read without its %" in told
    by_name = inputs_from_words(["share=3%", "size=1,234", "city=Rome", "rent="], *KNOWN)[1]
    assert sorted(by_name) == sorted(told)
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
        ("inf Rome 2 3%", "column 'size' holds 'inf', not a finite number$"),
        ("nan Rome 2 3%", "column 'size' holds a gap; --fill size=NUMBER fills it$"),
        (
            "2024-01-02 Rome 2 3%",
            "column 'size' holds dates; give numbers in their place, such as the days since the first$",
        ),
        ("1.5 Rome 2,5 3%", "say which with --decimal"),
        ("Size=1 City=Rome", "no column is called 'Size'; did you mean 'size'?"),
        ("beds=2 size=1 city=Rome rent=2", "no column is called 'beds'; the names are size, city, rent, share"),
        ("1 Rome 2 3", "column 'share' holds numbers without a unit, and the model was trained on it in %"),
        ("size=1 city=Rome", "rent, share not given"),
        ("size=1 city=Rome rent=2 share=3% size=4", "size is given twice"),
        (
            "size=1 Rome rent=2 share=3%",
            "'Rome' is no NAME=VALUE, as the others are; the names are size, city, rent, share",
        ),
    ],
)
def test_words_that_the_model_cannot_take_are_named(words, says):
    with pytest.raises(lntx.InputError, match=says):
        inputs_from_words(words.split(), *KNOWN)


def test_a_word_that_is_a_category_and_a_name_with_a_value_is_refused():
    coding = Coding((ColumnCoding("a", categories=("1", "a=1", "b")),))
    known = (3, coding.features, coding)
    with pytest.raises(lntx.InputError, match="'a=1' is a category, and NAME=VALUE as well; write a=a=1 for the first"):
        inputs_from_words(["a=1"], *known)
    assert inputs_from_words(["a=a=1"], *known)[0].tolist() == [[0.0, 1.0, 0.0]]
    assert inputs_from_words(["a=b"], *known)[0].tolist() == [[0.0, 0.0, 1.0]]


def test_thousands_of_columns_are_named_in_no_time():
    names = [f"column {i}" for i in range(20_000)]
    rows, _ = inputs_from_words([f"{name}=1" for name in names], len(names), names)
    assert rows.sum() == len(names)


def test_a_name_may_hold_an_equals_sign_or_spaces():
    coding = Coding((ColumnCoding("a  b"),))
    assert inputs_from_words(["a b=2"], 1, coding.features, coding)[0].tolist() == [[2.0]]
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
    assert (named.out, named.err) == (placed.out, placed.err)
    assert lntx_says("predict", model, "70,0", "Rome", "--decimal", ",").out == placed.out
    assert "--header is for a table" in lntx_says("predict", model, 70, "Rome", "--header").err
    table = tmp_path / "new.csv"
    table.write_text("size,city\n70,Rome\n")
    assert lntx_says("predict", model, "--data", table).out == placed.out
    assert "'--dta' is neither a value nor an option" in lntx_says("predict", model, "--dta", 3).err


def test_a_column_may_be_called_as_an_option_is(tmp_path):
    (tmp_path / "t.csv").write_text("--drop,h,y\n1,2,3\n2,3,5\n4,1,6\n")
    model = tmp_path / "m.safetensors"
    lntx_says("train", "--data", tmp_path / "t.csv", "--target", "y", "--epochs", 2, "--lr", "auto", "--save", model)
    named = lntx_says("predict", model, "--", "--drop=1", "h=2")
    assert (named.code, named.out) == (0, lntx_says("predict", model, 1, 2).out)


def test_a_column_that_only_counts_the_rows_is_named_and_trained_all_the_same(tmp_path):
    rows = "\n".join(f"{i},{i * i % 7},{3 * i}" for i in range(1, 21))
    (tmp_path / "t.csv").write_text(f"id,size,y\n{rows}\n")
    problem, notes = problem_from(tmp_path / "t.csv", "y", Reading(), standardize=False, dtype="float64")
    assert problem.features_named == ("id", "size")
    assert "column 'id' only counts the rows (--drop id leaves it out)" in notes[0]
    (tmp_path / "t.csv").write_text(f"id,size,y\n{rows}\n".replace("\n7,", "\n70,"))
    assert not problem_from(tmp_path / "t.csv", "y", Reading(), standardize=False, dtype="float64")[1]


def test_a_word_that_is_nearly_a_category_gets_a_hint():
    with pytest.raises(lntx.InputError, match="hasn't seen; it knows 'Milan', 'Rome', 'Turin'; did you mean 'Rome'"):
        inputs_from_words(["1", "rome", "2", "3%"], *KNOWN)


def test_a_file_among_the_values_is_one_for_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text("x\n1\n")
    lntx_says("train", "--epochs", 2, "--save", "m.safetensors")
    assert (
        "new.csv is a file: --data new.csv predicts for its rows"
        in lntx_says("predict", "m.safetensors", "new.csv").err
    )
