"""Workbooks, JSON and Parquet that don't say what they mean: formulas nobody computed, and names that stand twice."""

import json
import zipfile

import pandas as pd
import pytest
from test_table_reading import table, write

import lntx


@pytest.fixture
def book(tmp_path):
    """Write rows to a sheet, as openpyxl does: formulas without their results."""
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks need openpyxl")

    def save(*rows, title="Sales"):
        made = openpyxl.Workbook()
        made.active.title = title
        for row in rows:
            made.active.append(row)
        made.save(tmp_path / "t.xlsx")
        return tmp_path / "t.xlsx"

    return save


def edited(file, old, new):
    """Change the sheet as it stands in the archive."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in members[name]
    members[name] = members[name].replace(old, new)
    with zipfile.ZipFile(file, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return file


HEAD, TAIL = ("a", "b", "y"), (4, 5, 6)


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([HEAD, (1, "=A2*2", 3), (2, "=A3*2", 4), (3, "=A4*2", 6)], "B2"),
        ([HEAD, (1, 2, 3), (2, 3, "=SUM(A3:B3)"), TAIL], "C3"),
        ([HEAD, (1, 2, 3), ("=A2+1", 3, 5), TAIL], "A3"),
        ([(), ("=1+1", "=2+2", "=3+3")], "A2"),
        ([("a", '="b"', "y"), (1, 2, 3), TAIL], "B1"),
    ],
)
def test_a_formula_without_its_result_is_refused_by_sheet_and_cell(book, rows, cell):
    with pytest.raises(
        lntx.InputError, match=f"sheet 'Sales', cell {cell} holds a formula without its result.*open and save"
    ):
        table(book(*rows))


def test_a_formula_in_a_column_that_is_dropped_stops_nothing(book):
    file = book(HEAD, (1, "=A2*2", 3), TAIL)
    assert table(file, drop=("b",))[0] == [[1, 3], [4, 6]]


def test_a_formula_with_its_result_is_that(book):
    file = edited(book(HEAD, (1, "=A2*2", 3), TAIL), b"<f>A2*2</f><v />", b"<f>A2*2</f><v>2</v>")
    assert table(file)[0] == [[1, 2, 3], [4, 5, 6]]


def test_a_result_of_no_text_is_a_gap(book):
    made = book(HEAD, (1, "=A2*2", 3), TAIL)
    file = edited(made, b'<c r="B2"><f>A2*2</f><v />', b'<c r="B2" t="str"><f>A2*2</f><v></v>')
    with pytest.raises(lntx.InputError, match="row 2, column 'b' holds a gap"):
        table(file)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("t.jsonl", '{"a":1,"y":2}\n{"a":1,"y":2,"a":9}\n', "line 2 has 'a' twice"),
        ("t.ndjson", '{"y":1,"a":1,"y":1}\n', "line 1 has 'y' twice"),
        ("t.json", '[{"a":1,"y":2},{"a":1,"y":2,"a":9}]', "t.json has 'a' twice"),
        ("t.json", '{"a":[1,2],"y":[3,4],"a":[5,6]}', "t.json has 'a' twice"),
        ("t.json", json.dumps({"columns": ["a", "a", "y"], "data": [[1, 2, 3]]}), "two columns called 'a'"),
    ],
)
def test_a_name_that_stands_twice_in_json_is_refused(tmp_path, name, text, says):
    with pytest.raises(lntx.InputError, match=says):
        table(write(tmp_path / name, text))


@pytest.mark.parametrize("ending", ["parquet", "feather"])
@pytest.mark.parametrize("names", [["a", "a", "y"], ["a", "y", "y"]])
def test_a_name_that_stands_twice_in_arrows_files_is_refused_in_words(tmp_path, ending, names):
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    file = tmp_path / f"t.{ending}"
    write_table = pytest.importorskip(f"pyarrow.{ending}")
    save = write_table.write_feather if ending == "feather" else write_table.write_table
    save(arrow.table([pd.Series([1, 2])] * 3, names=names), file)
    with pytest.raises(lntx.InputError, match=f"has two columns called '{names[1]}'; give each a name of its own"):
        table(file)
