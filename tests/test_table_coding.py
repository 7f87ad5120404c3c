"""How a table's columns became features is kept with the model, and done again to the rows that it predicts for."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import safe_open, save_file
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data import coding
from lntx.training.linear.data.coding import Coding, ColumnCoding
from lntx.training.linear.data.prediction import inputs_from_table
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import problem_from

FULL = lntx.Recipe(lr=0.01, epochs=3, batch_size=None)


def saved(path, table, target="y", **options):
    """Train on a table for a moment, save the model, and load it again."""
    problem, _ = problem_from(table, target, Reading(**options), standardize=True, dtype="float64")
    lntx.train(problem, FULL, "numpy").model.save(path)
    return lntx.load(path)


def rows(model, table, **options):
    """The rows that a model is given for a table, and what is said of how they were read."""
    return inputs_from_table(table, model.in_features, model.features_named, model.coding, Reading(**options))


@pytest.fixture
def homes(tmp_path):
    """A table that needs options, and a model that was trained on it."""
    text = "kind;size;price;y\nflat;1,5;$3;1\nhouse;;$5;2\nflat;2,5;$4;4\nbarn;3,5;$6;4\n"
    (tmp_path / "homes.csv").write_text(text)
    return saved(tmp_path / "m.safetensors", tmp_path / "homes.csv", encode="kind", fill="mean")


def written(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


def test_new_rows_need_no_option_again(homes, tmp_path):
    assert homes.features_named == ("kind=barn", "kind=flat", "kind=house", "size", "price")
    new = written(tmp_path / "new.csv", "price;kind;size\n$7;house;0,5\n$8;barn;\n")
    found, notes = rows(homes, new)
    assert found.tolist() == [[0, 0, 1, 0.5, 7], [1, 0, 0, 2.5, 8]]
    assert "1 gap in column 'size' filled with 2.5" in notes[0]


def test_new_rows_may_be_written_otherwise(homes, tmp_path):
    meant = [[0, 0, 1, 0.5, 7], [1, 0, 0, 1.25, 8]]
    frame = pd.DataFrame({"size": [0.5, 1.25], "kind": ["house", "barn"], "price": [7, 8]})
    frame.to_csv(tmp_path / "new.csv", index=False)
    frame.to_parquet(tmp_path / "new.parquet")
    np.savez(tmp_path / "new.npz", **{name: frame[name].to_numpy(str if name == "kind" else float) for name in frame})
    (tmp_path / "new.json").write_text(frame.to_json(orient="records"))
    for name in ("new.csv", "new.parquet", "new.npz", "new.json"):
        assert rows(homes, tmp_path / name)[0].tolist() == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "kind;size;price\ncastle;1,5;$3\n",
            "row 2, column 'kind' holds 'castle', which the model hasn't seen; it knows 'barn'",
        ),
        ("kind;size;price\nflat;1,5;$3\n;1,5;$3\n", "row 3, column 'kind' holds a gap, which the model hasn't seen"),
        ("kind;size;price\nflat;1,5;€3\n", "column 'price' holds numbers in €, and the model was trained on it in \\$"),
        ("kind;size;price\nflat;1,5;\n", None),
        ("kind;size\nflat;1,5\n", "no column 'price', which the model needs; it has kind, size"),
        ("kind;size;price\nflat;wide;$3\n", "row 2, column 'size' holds 'wide'"),
    ],
)
def test_rows_that_the_model_cannot_take_are_named(homes, tmp_path, text, says):
    new = written(tmp_path / "new.csv", text)
    if says is None:
        assert rows(homes, new)[0].tolist() == [[0, 1, 0, 1.5, 4.5]]
        return
    with pytest.raises(lntx.InputError, match=says):
        rows(homes, new)


def test_per_cent_is_not_taken_for_a_number_without_it(tmp_path):
    table = written(tmp_path / "t.csv", "share,y\n10%,1\n20%,3\n")
    model = saved(tmp_path / "m.safetensors", table)
    assert rows(model, written(tmp_path / "new.csv", "share\n15%\n"))[0].tolist() == [[15]]
    with pytest.raises(
        lntx.InputError, match="'share' holds numbers without a unit, and the model was trained on it in %"
    ):
        rows(model, written(tmp_path / "new.csv", "share\n0.15\n"))


def test_what_a_model_knows_of_its_decimal_point_decides_where_the_rows_do_not(tmp_path):
    table = written(tmp_path / "t.csv", "a;y\n1,5;1\n2,125;3\n")
    model = saved(tmp_path / "m.safetensors", table)
    doubtful = written(tmp_path / "doubtful.csv", 'a\n"1,234"\n')
    assert rows(model, doubtful)[0].tolist() == [[1.234]]
    assert rows(model, doubtful, thousands=",")[0].tolist() == [[1234]]
    assert rows(model, written(tmp_path / "new.csv", "a;b\n0.5;1\n"))[0].tolist() == [[0.5]]
    other = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", "a,y\n1,1\n2,3\n"))
    with pytest.raises(lntx.InputError, match="--decimal , or --thousands ,"):
        rows(other, doubtful)


def test_options_that_were_given_are_used_again(tmp_path):
    table = written(tmp_path / "t.csv", 'a:y\n"1,234":1\n"2,345":3\n')
    model = saved(tmp_path / "m.safetensors", table, separator=":", thousands=",")
    new = written(tmp_path / "new.csv", "b:a\n1:3,456\n")
    assert rows(model, new)[0].tolist() == [[3456]]
    assert rows(model, new, decimal=",")[0].tolist() == [[3.456]]


def test_gaps_need_a_filling_that_the_model_knows_or_a_number(tmp_path):
    model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", "a,y\n1,1\n2,3\n"))
    new = written(tmp_path / "new.csv", "a,b\n1,1\n,1\n")
    with pytest.raises(lntx.InputError, match="row 3, column 'a' holds a gap; --fill"):
        rows(model, new)
    with pytest.raises(lntx.InputError, match="the model keeps no mean of column 'a'"):
        rows(model, new, fill="mean")
    assert rows(model, new, fill="7")[0].tolist() == [[1], [7]]


def test_a_model_of_rows_without_names_takes_columns_by_their_place(tmp_path):
    table = written(tmp_path / "t.csv", "1,red,0.5\n2,blue,1.5\n3,red,2.5\n")
    model = saved(tmp_path / "m.safetensors", table, "0", encode="1")
    assert model.features_named == ()
    meant = [[0, 1, 4.5], [1, 0, 5.5]]
    for text in ("red,4.5\nblue,5.5\n", "colour,size\nred,4.5\nblue,5.5\n"):
        assert rows(model, written(tmp_path / "new.csv", text))[0].tolist() == meant
    with pytest.raises(lntx.InputError, match="has 3 columns and the model takes 2"):
        rows(model, written(tmp_path / "new.csv", "9,red,4.5\n8,blue,5.5\n"))
    assert rows(model, written(tmp_path / "new.csv", "9.5,red,4.5\n8,blue,5.5\n"), drop="0")[0].tolist() == meant


def test_a_model_with_names_takes_rows_without_them_where_that_is_asked_for(tmp_path):
    model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", "a,b,y\n1,2,1\n2,5,3\n3,4,5\n"))
    new = written(tmp_path / "new.csv", "1,2\n3,4\n")
    np.save(tmp_path / "new.npy", np.array([[1, 2], [3, 4]], np.int64))
    for file in (new, tmp_path / "new.npy"):
        with pytest.raises(lntx.InputError, match="--no-header"):
            rows(model, file)
        found, notes = rows(model, file, header=False)
        assert found.tolist() == [[1, 2], [3, 4]]
        assert "taken in the model's order: a, b" in notes[0]


@pytest.mark.parametrize("text", [",a\n0,5.5\n1,6.5\n2,7.5\n", "a\n5.5\n6.5\n7.5\n", "5.5\n6.5\n7.5\n"])
def test_an_index_beside_the_rows_of_a_model_without_names_is_no_input(tmp_path, text):
    np.save(tmp_path / "X.npy", np.arange(6.0)[:, None])
    problem = lntx.from_npy(tmp_path / "X.npy", tmp_path / "X.npy")
    lntx.train(problem, lntx.Recipe(lr=0.01, epochs=2), "numpy").model.save(tmp_path / "m.safetensors")
    found, _ = rows(lntx.load(tmp_path / "m.safetensors"), written(tmp_path / "new.csv", text))
    assert found.tolist() == [[5.5], [6.5], [7.5]]


@pytest.mark.parametrize("kind", ["<f8", ">f8", "<f4", "<i8", ">i8", "f2", "g", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_every_kind_are_taken_for_their_values(tmp_path, kind, order):
    np.save(tmp_path / "X.npy", np.array([[1, 2], [3, 4], [0, 6]], kind, order=order))
    found, notes = inputs_from_table(tmp_path / "X.npy", 2)
    assert (found.tolist(), notes) == ([[1, 2], [3, 4], [0, 6]], ())


def test_the_command_line_predicts_from_every_kind_of_file_that_it_trains_on(tmp_path):
    values = np.random.default_rng(0).normal(size=(40, 2))
    np.save(tmp_path / "X.npy", values)
    np.save(tmp_path / "Y.npy", values @ [2, -1])
    model = tmp_path / "m.safetensors"
    how = ("--lr", "auto", "--batch-size", "full", "--epochs", 400, "--backend", "numpy", "--save", model)
    assert lntx_says("train", "--data", tmp_path / "X.npy", "--target", tmp_path / "Y.npy", *how).code == 0
    new = np.array([[1.5, 2], [3, 4], [5, 6]])
    np.save(tmp_path / "new.npy", new)
    np.savez(tmp_path / "new.npz", new)
    frame = pd.DataFrame(new)
    frame.to_csv(tmp_path / "new.csv", index=False, header=False)
    frame.to_csv(tmp_path / "new.tsv", index=False, header=["a", "b"], sep="\t")
    frame.to_parquet(tmp_path / "new.parquet")
    for name in ("new.npy", "new.npz", "new.csv", "new.tsv", "new.parquet"):
        said = lntx_says("predict", model, "--data", tmp_path / name, "--json")
        assert np.allclose(said.json["predictions"], (new @ [2, -1])[:, None], atol=1e-3), name
        assert ("first row is taken for a sample" in said.err) == (name == "new.csv")


def test_a_table_and_a_model_meet_on_the_command_line(tmp_path):
    table = written(
        tmp_path / "t.csv",
        "id;kind;size;y\n" + "".join(f"x{i};{'ab'[i % 2]};{i},5;{i + 3 * (i % 2)}\n" for i in range(12)),
    )
    model = tmp_path / "m.safetensors"
    how = (
        "--target",
        "y",
        "--drop",
        "id",
        "--encode",
        "kind",
        "--standardize",
        "--lr",
        "auto",
        "--batch-size",
        "full",
        "--epochs",
        2000,
    )
    said = lntx_says("train", "--data", table, *how, "--backend", "numpy", "--save", model)
    assert said.code == 0, said.err
    assert "kind=a" in said.out
    new = written(tmp_path / "new.csv", "size;kind\n20,5;a\n20,5;b\n")
    predictions = lntx_says("predict", model, "--data", new, "--json").json["predictions"]
    assert np.allclose(predictions, [[20], [23]], atol=1e-3)
    said = lntx_says("predict", model, 1, 1, "--drop", "id")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--drop is for a table" in said.err


def test_a_model_says_of_a_plain_table_too_that_it_was_one(tmp_path):
    text = "a,b,y\n1,2,1\n2,5,3\n3,4,5\n"
    known = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", text)).coding
    assert known == Coding((ColumnCoding("a", flags=False), ColumnCoding("b", flags=False)))
    with safe_open(tmp_path / "m.safetensors", framework="pt") as stream:
        assert set(stream.metadata()) == {"format", "features", "outputs", "coding"}


CODING = Coding(
    (ColumnCoding("a", unit="$", fill=1.5), ColumnCoding("k", categories=("", "x"))),
    reading={"decimal": ","},
    point=",",
)


def test_a_coding_is_written_and_read():
    assert coding.loads(coding.dumps(CODING), 3) == CODING
    assert CODING.features == ("a", "k=", "k=x")


def model_file(path, written):
    about = {"format": "lntx-linear-1", "features": '["a", "k=", "k=x"]', "outputs": '["y"]', "coding": written}
    save_file({"weight": torch.ones(1, 3), "bias": torch.ones(1)}, path, metadata=about)
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda found: found | {"version": 3}, "its columns were coded by a later lntx"),
        (lambda found: found | {"columns": found["columns"][:1]}, "coding"),
        (lambda found: found | {"columns": "a"}, "coding"),
        (lambda found: found | {"columns": [{"name": 3}]}, "coding"),
        (lambda _: {}, "coding"),
        (lambda _: [], "coding"),
    ],
)
def test_a_coding_that_does_not_fit_is_refused(tmp_path, change, says):
    assert lntx.load(model_file(tmp_path / "m.safetensors", coding.dumps(CODING))).coding == CODING
    spoilt = json.dumps(change(json.loads(coding.dumps(CODING))))
    with pytest.raises(lntx.InputError, match=rf"m\.safetensors.*{says}"):
        lntx.load(model_file(tmp_path / "m.safetensors", spoilt))
    with pytest.raises(lntx.InputError, match=r"m\.safetensors"):
        lntx.load(model_file(tmp_path / "m.safetensors", "no JSON"))


def test_a_problem_takes_no_other_coding():
    with pytest.raises(lntx.InputError, match="coding must be a Coding of 1 features"):
        lntx.Problem(np.ones((3, 1)), np.ones(3), coding=CODING)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0', exclude_categories=("Cs", "Cc")), max_size=5)


@given(st.lists(st.tuples(WORDS, st.none() | st.integers(-99, 99)), min_size=2, max_size=12))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_rows_that_a_model_was_trained_on_become_the_same_features_again(tmp_path, given_rows):
    frame = pd.DataFrame(
        {
            "kind": [word for word, _ in given_rows],
            "size": pd.array([size for _, size in given_rows], "Int64"),
            "y": range(len(given_rows)),
        }
    )
    frame.to_csv(tmp_path / "t.csv", index=False, quoting=1)
    try:
        problem, _ = problem_from(
            tmp_path / "t.csv", "y", Reading(encode="kind", fill="-1"), standardize=False, dtype="float64"
        )
    except lntx.InputError as error:
        assert "\n" not in str(error)  # noqa: PT017  (such as a column that is empty throughout)
        return
    again, _ = inputs_from_table(tmp_path / "t.csv", problem.features, problem.features_named, problem.coding)
    assert np.array_equal(again, problem.X)
    kinds = [name.startswith("kind=") for name in problem.features_named]
    assert problem.X[:, kinds].sum(1).tolist() == [1] * problem.samples


HEADLESS = "14,20.5,310\n3,11.5,120\n9,15.25,200\n22,14.75,260\n"
COUNTED = "0,14,20.5,310\n1,3,11.5,120\n2,9,15.25,200\n3,22,14.75,260\n"


@pytest.mark.parametrize("own", ["without a header", "with names", "an array"])
def test_one_column_too_many_is_refused_though_the_first_may_count_the_rows(tmp_path, own):
    new = written(tmp_path / "new.csv", "1,10.25,101\n2,10.75,105\n3,11.5,120\n")
    options = {}
    if own == "an array":
        np.save(tmp_path / "X.npy", np.arange(6.0).reshape(3, 2))
        np.save(tmp_path / "Y.npy", np.arange(3.0))
        lntx.train(lntx.from_npy(tmp_path / "X.npy", tmp_path / "Y.npy"), FULL, "numpy").model.save(
            tmp_path / "m.safetensors"
        )
        model = lntx.load(tmp_path / "m.safetensors")
    elif own == "with names":
        model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", "a,b,y\n" + HEADLESS))
        options = {"header": False}
    else:
        model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", HEADLESS), "2")
    with pytest.raises(
        lntx.InputError, match=r"has 3 columns and the model takes 2.*--drop 0 leaves it out, --drop 2 the last"
    ):
        rows(model, new, **options)
    assert rows(model, new, drop="2", **options)[0].tolist() == [[1, 10.25], [2, 10.75], [3, 11.5]]
    assert rows(model, new, drop="0", **options)[0].tolist() == [[10.25, 101], [10.75, 105], [11.5, 120]]


@pytest.mark.parametrize("names", ["", ",a,b,y\n"])
def test_a_model_whose_own_table_had_an_index_leaves_one_out_again(tmp_path, names):
    model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", names + COUNTED), "y" if names else "3")
    for text in ("0,1,2.5\n1,2,3.5\n", "1,2.5\n2,3.5\n"):
        found, notes = rows(model, written(tmp_path / "new.csv", text), header=False)
        assert found.tolist() == [[1, 2.5], [2, 3.5]]
        assert ("only counts the rows" in notes[0] if notes else False) == (text.count(",") == 4)
    with pytest.raises(lntx.InputError, match="has 4 columns and the model takes 2"):
        rows(model, written(tmp_path / "new.csv", "0,1,2.5,9\n1,2,3.5,8\n"), header=False)


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("drop", [None, "front"])
def test_categories_are_found_behind_an_index_and_behind_what_is_dropped(tmp_path, index, drop):
    def text(table, extra=None):
        table = [([extra] if extra else []) + row for row in table]
        return "".join(",".join([str(i)] * index + row) + "\n" for i, row in enumerate(table))

    own = [["01", "3", "5"], ["02", "5", "6"], ["Total", "4", "9"], ["1", "2", "7"]]
    place = str(int(index))
    model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", text(own)), str(2 + index), encode=place)
    new = written(tmp_path / "new.csv", text([["1", "3"], ["02", "8"], ["Total", "4"]], "9.5" if drop else None))
    options = {"drop": place} if drop else {}
    if index and drop:  # two columns too many: which one counts the rows is said as well
        options = {"drop": ["0", "1"]}
    assert rows(model, new, **options)[0].tolist() == [[0, 0, 1, 0, 3], [0, 1, 0, 0, 8], [0, 0, 0, 1, 4]]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_category_that_the_model_knows_is_no_total(tmp_path, ending):
    text = "brand,litres,y\nShell,10,21\nTotal,12,26\nShell,30,61\nAgip,7,15\nTotal,9,20\n"
    known = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", text), encode="brand")
    other = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", text.replace("Total", "BP")), encode="brand")
    frame = pd.DataFrame({"brand": ["Shell", "Agip", "Total"], "litres": [11, 8, 20]})
    new = tmp_path / f"new{ending}"
    (frame.to_csv if ending == ".csv" else frame.to_excel)(new, index=False)
    found, notes = rows(known, new)
    assert (found[:, -1].tolist(), notes) == ([11, 8, 20], ())
    found, notes = rows(other, new)
    assert found[:, -1].tolist() == [11, 8]
    assert "begins with 'Total', and is left out" in notes[0]


FLAGS, NUMBERS, EITHER = "a,y\nyes,2\nno,3\n", "a,y\n5,2\n7,3\n", "a,y\n0,2\n1,3\n"


@pytest.mark.parametrize(
    ("own", "cells", "says"),
    [
        (NUMBERS, ["on"], "'on', and the model was trained on numbers there"),
        (NUMBERS, [True, False], "True, and the model was trained on numbers there"),
        (NUMBERS, [0, 1], None),
        (FLAGS, [5], "5, and the model was trained on yes and no there; write those, or 1 and 0"),
        (FLAGS, [1, 0.5], "0.5, and the model was trained on yes and no"),
        (FLAGS, ["no", "yes"], None),
        (FLAGS, [True, False], None),
        (FLAGS, [1, 0], None),
        (EITHER, ["no", "yes"], None),
        (EITHER, [5, 2], None),
    ],
)
def test_yes_and_no_are_no_numbers_and_numbers_no_yes_and_no(tmp_path, own, cells, says):
    model = saved(tmp_path / "m.safetensors", written(tmp_path / "t.csv", own))
    (tmp_path / "new.json").write_text(json.dumps({"a": cells}))
    pd.DataFrame({"a": cells}).to_csv(tmp_path / "new.csv", index=False)
    for new in (tmp_path / "new.json", tmp_path / "new.csv"):
        if says is None:
            rows(model, new)
        else:
            with pytest.raises(lntx.InputError, match=f"row ., column 'a' holds {says}"):
                rows(model, new)


def test_what_an_older_version_saved_says_nothing_of_yes_and_no_nor_of_an_index(tmp_path):
    older = '{"columns": [{"name": "a", "unit": "", "fill": null, "categories": null}], "named": true, "reading": {}, "point": ""'
    known = coding.loads(older + ', "version": 1}', 1)
    assert known == Coding((ColumnCoding("a"),), version=1)
    for cell in ("yes", "5"):
        new = written(tmp_path / "new.csv", f"a,b\n{cell},1\n")
        assert inputs_from_table(new, 1, ("a",), known)[0].tolist() == [[1 if cell == "yes" else 5]]
