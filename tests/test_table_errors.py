"""Errors of spreadsheets, in the languages that people have: gaps where they are known, and no row is lost to one that isn't."""

import pytest
from support.commandline import lntx_says
from test_table_reading import table, write

import lntx
from lntx.training.linear.data import cells

WORDS = (
    "#NV #WERT! #BEZUG! #VALEUR! #N/D #N/B #WAARDE! #NÚM! #¡VALOR! #\u0414\u0415\u041b/0! #GETTING_DATA #SPILL! #nom?"
)
KNOWN = WORDS.split()


@pytest.mark.parametrize("error", KNOWN)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_error_of_any_language_is_a_gap_wherever_it_stands(tmp_path, error, place):
    rows = ["1,5;2,0", "3,0;4,5", "2,0;1,0"]
    rows[place] = f"{error};3,0"
    file = write(tmp_path / "t.csv", "\n".join(["a;y", *rows, ""]))
    with pytest.raises(lntx.InputError, match=f"row {place + 2}, column 'a' holds a gap"):
        table(file)
    found, _ = table(file, fill=("0",))
    assert found[place] == [0, 3]
    assert len(found) == 3


def test_every_error_is_a_gap_and_begins_with_the_mark_of_a_comment():
    assert all(cells.gap(error.upper()) and error.startswith("#") for error in cells.ERRORS)


LOST = {  # name: (the text, where the row is that was lost, and what the line says of it)
    "a word nobody knows": ("a;y\n1,5;2,0\n#FEHLT!;3,0\n2,0;1,0\n", "row 3, column 'a' holds '#FEHLT!'"),
    "right below the header": ("a;y\n#FEHLT!;3,0\n1,5;2,0\n2,0;1,0\n", "row 2, column 'a' holds '#FEHLT!'"),
    "below words": ("a,b,y\n1,2,3\n#X,#Y,#Z\n4,5,7\n", "row 3, column '.' holds '#.'"),
    "without a header": ("1.5,2.5,3.5\n#X,2.5,3\n4,5,7\n", "row 2, column '?0'? holds '#X'"),
    "tabs": ("a\ty\n1\t2\n#X\t3\n4\t5\n", "row 3, column 'a' holds '#X'"),
    "white space": ("a y\n1 2\n#X 3\n4 5\n", "row 3, column 'a' holds '#X'"),
    "a row behind a mark": ("a b y\n1 2 3\n# 3 4\n5 6 7\n", "row 3, column 'a' holds a gap"),
    "a separator at the end": ("a,y,\n1,2,\n#X,3,\n4,5,\n", "row 3, column 'a' holds '#X'"),
    "beside a comment": ("# made today\na,y\n1,2\n# far\n#X,3\n4,5\n", "row 3.* \\(line 5\\).* column 'a' holds '#X'"),
}


@pytest.mark.parametrize("name", LOST)
def test_a_row_that_begins_with_a_mark_is_no_comment(tmp_path, name):
    text, says = LOST[name]
    file = write(tmp_path / "t.csv", text)
    with pytest.raises(lntx.InputError, match=says):
        table(file, "2" if text[0] == "1" else "y")


COMMENTS = {
    "few fields": "a,b,y\n1,2,3\n# far, away\n4,5,6\n7,8,10\n",
    "units below the names": "a,b,y\n# m,s,kg\n1,2,3\n4,5,6\n7,8,10\n",
    "words between blanks": "a b y\n1 2 3\n# far away\n4 5 6\n7 8 10\n",
    "more fields": "a,b,y\n1,2,3\n# one, two, three, four\n4,5,6\n7,8,10\n",
    "below the table": "a,b,y\n1,2,3\n4,5,6\n7,8,10\n# the end\n",
}


@pytest.mark.parametrize("name", COMMENTS)
def test_a_comment_is_still_one(tmp_path, name):
    found, said = table(write(tmp_path / "t.csv", COMMENTS[name]))
    assert found == [[1, 2, 3], [4, 5, 6], [7, 8, 10]]
    assert "1 comment (lines that begin with #) passed over" in said


def test_prediction_gives_a_line_for_each_row_or_none(tmp_path):
    """In a table of one column every remark has as many fields as a row."""
    write(tmp_path / "fit.csv", "a,y\n" + "".join(f"{x},{2 * x + 1}\n" for x in range(9)))
    model = tmp_path / "m.safetensors"
    trained = ("--lr", "0.01", "--epochs", "2", "--batch-size", "full", "--backend", "numpy")
    assert lntx_says("train", "--data", tmp_path / "fit.csv", "--target", "y", *trained, "--save", model).code == 0
    for error, says in {"#NV": "a gap", "#FEHLT!": "'#FEHLT!'", "#ZAHL!": "a gap"}.items():
        file = write(tmp_path / "new.csv", f"a\n1.0\n{error}\n# a remark\n2.0\n")
        said = lntx_says("predict", model, "--data", file)
        assert said.code == 2
        assert f"row 3, column 'a' holds {says}" in said.err
        assert not said.out
