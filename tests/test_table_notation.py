"""A model's knowledge of how its own table wrote numbers: it decides where another file's cells don't, and never against them."""

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lntx
from lntx.training.linear.data.prediction import inputs_from_table
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import problem_from
from lntx.training.linear.data.words import inputs_from_words


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def problem(path, text, **options):
    """What a table is as a problem, which holds what its model remembers."""
    return problem_from(write(path, text), "y", Reading(**options), standardize=False, dtype="float64")


def rows(known, path, **options):
    """The rows that a file holds for the model of a problem, and what is said of how they were read."""
    found, notes = inputs_from_table(path, known.features, known.features_named, known.coding, Reading(**options))
    return found.tolist(), "".join(notes)


COMMA = {  # how a table tells of its decimal comma: by its cells, by one option, by the other
    "found": ("a;y\n1,5;2\n2,345;4\n5,678;9\n", {}),
    "decimal": ("a;y\n1,234;2\n2,345;4\n5,678;9\n", {"decimal": ","}),
    "thousands": ("a;y\n1.234;2\n2.345;4\n5.678;9\n", {"thousands": "."}),
}
POINT = {
    "found": ("a,y\n1.5,2\n2.345,4\n5.678,9\n", {}),
    "beside commas": ("a,y\n1.234,2\n2.345,4\n5.678,9\n", {}),
    "decimal": ("a;y\n1.234;2\n2.345;4\n5.678;9\n", {"decimal": "."}),
    "thousands": ('a,y\n"1,234",2\n"2,345",4\n"5,678",9\n', {"thousands": ","}),
    "thousands among others": ('a,y\n0.5,2\n"1,234.5",3\n7,4\n', {}),
}
FILES = {  # (name, text): what it holds beside a model of a decimal comma, of a decimal point; and whether a line says so
    ("t.csv", "a,z\n1.234,5\n"): ([[1.234]], [[1.234]]),
    ("t.csv", "a,z\n1.23,5\n"): ([[1.23]], [[1.23]]),
    ("t.csv", "a;z\n1,23;5\n2.345;6\n"): ([[1.23], [2345]], [[1.23], [2345]]),
    ("t.tsv", "a\tz\n1.234\t5\n"): ([[1234]], [[1.234]]),
    ("t.csv", "a;z\n1,234;5\n"): ([[1.234]], [[1234]]),
    ("t.json", '[{"a": 1.234}]'): ([[1.234]], [[1.234]]),
    ("t.json", '[{"a": "1.234"}]'): ([[1234]], [[1.234]]),
}


@pytest.mark.parametrize(("kind", "texts"), [(0, COMMA), (1, POINT)], ids=["comma", "point"])
@pytest.mark.parametrize("file", FILES, ids=["".join(file) for file in FILES])
def test_an_option_that_a_model_remembers_weighs_as_what_its_table_showed(tmp_path, kind, texts, file):
    for text, options in texts.values():
        known, _ = problem(tmp_path / "own.csv", text, **options)
        found, said = rows(known, write(tmp_path / file[0], file[1]))
        assert found == FILES[file][kind], said
        assert ("between thousands" in said) == any(value > 1000 for row in found for value in row)


def test_an_option_that_is_given_counts_more_than_the_cells(tmp_path):
    known, _ = problem(tmp_path / "own.csv", *POINT["found"][:1])
    new = write(tmp_path / "new.csv", "a,z\n1.234,5\n")
    found, said = rows(known, new, decimal=",")
    assert found == [[1234]]
    assert "read with '.' between thousands" in said
    assert rows(known, new, thousands=".") == ([[1234]], "")


@pytest.mark.parametrize("case", POINT)
def test_a_word_has_the_point_that_the_models_table_showed(tmp_path, case):
    known, _ = problem(tmp_path / "own.csv", POINT[case][0], **POINT[case][1])
    assert inputs_from_words(["1.234"], 1, known.features_named, known.coding)[0].tolist() == [[1.234]]


def test_a_models_table_of_whole_numbers_shows_no_point(tmp_path):
    known, _ = problem(tmp_path / "own.csv", "a,y\n1,2\n,7\n5,9\n", fill="0")
    with pytest.raises(lntx.InputError, match=r"'1\.234', thousands or decimals"):
        inputs_from_words(["1.234"], 1, known.features_named, known.coding)


def test_a_model_of_arrays_means_a_point_and_knows_of_no_thousands(tmp_path):
    assert inputs_from_words(["1.234", "2.345"], 2)[0].tolist() == [[1.234, 2.345]]
    for text in ("1.234\n2.345\n", "a\n1.234\n2.345\n"):
        assert inputs_from_table(write(tmp_path / "t.csv", text), 1)[0].tolist() == [[1.234], [2.345]]
    with pytest.raises(
        lntx.InputError, match=r"'1,234', not a finite number with '\.' as the decimal point; --decimal"
    ):
        inputs_from_words(["1,234"], 1)


NUMBER = st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 4))
MARKS = st.sampled_from([".", ","])
GROUPS = st.sampled_from(["", " ", "'", "other"])


def shown(number, point, group):
    value, places = number
    group = {"other": "." if point == "," else ","}.get(group, group)
    return f"{Decimal(value).scaleb(-places):,.{places}f}".replace(",", "!").replace(".", point).replace("!", group)


@given(st.lists(NUMBER, min_size=1, max_size=6), MARKS, GROUPS, MARKS, st.booleans(), st.sampled_from(["tsv", "json"]))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_model_knows_no_number_is_a_thousand_times_another_without_a_line(
    tmp_path, numbers, point, group, own, option, ending
):
    text = "a;y\n" + "".join(f"{i}{own}25;{i}\n" for i in range(3))
    known, _ = problem(tmp_path / "own.csv", text, **({"decimal": own} if option else {}))
    texts = [shown(number, point, group) for number in numbers]
    meant = [[float(Decimal(value).scaleb(-places))] for value, places in numbers]
    lines = (
        json.dumps([{"a": one} for one in texts])
        if ending == "json"
        else "a\tz\n" + "".join(f"{one}\t1\n" for one in texts)
    )
    try:
        found, said = rows(known, write(tmp_path / f"t.{ending}", lines))
    except lntx.InputError as error:
        assert "\n" not in str(error)  # noqa: PT017  (either is right)
        return
    grouped = any(abs(value) >= 1000 for row in found for value in row) and bool(group)
    if found != meant:
        assert not np.allclose(found, meant)
        assert "between thousands" in said or "as the decimal point" in said or own == "."
    if grouped and found == meant:
        assert "between thousands" in said
    if own == point:
        assert found == meant


@given(st.lists(NUMBER, min_size=1, max_size=8), MARKS, st.sampled_from([" ", "'", "other"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_thousands_anywhere_in_a_column_are_said(tmp_path, numbers, point, group):
    texts = [f"0{point}5", *(shown(number, point, group) for number in numbers)]
    known, notes = problem(tmp_path / "t.tsv", "a\ty\n" + "".join(f"{text}\t1\n" for text in texts))
    grouped = any(abs(Decimal(value).scaleb(-places)) >= 1000 for value, places in numbers)
    assert ("between thousands" in "".join(notes)) == grouped
    assert known.coding.point == point
