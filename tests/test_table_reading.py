"""Files as people have them: read for what they mean, which is said, or refused in one line with the way out."""

import bz2
import datetime as dt
import gzip
import json
import lzma
import warnings
import zipfile
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data import cells
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import problem_from


def table(path, target="y", dtype="float64", **options):
    """The rows of a problem's X beside its Y, and what is said of how it was read."""
    problem, notes = problem_from(path, target, Reading(**options), standardize=False, dtype=dtype)
    assert len(notes) < 2
    return np.hstack([problem.X, problem.Y]).tolist(), "".join(notes)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


PLAIN = [[1.5, 2000, 3], [2.25, 1234.5, 4], [-0.5, 7, 5]]
WRITTEN = {  # name: (the text, what is said of it)
    "commas": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5\n", ""),
    "semicolons": ("a;b;y\n1.5;2000;3\n2.25;1234.5;4\n-0.5;7;5\n", "';' between columns"),
    "decimal commas": ("a;b;y\n1,5;2000;3\n2,25;1234,5;4\n-0,5;7;5\n", "',' as the decimal point"),
    "decimal commas in quotes": ('a,b,y\n"1,5",2000,3\n"2,25","1234,5",4\n"-0,5",7,5\n', "',' as the decimal point"),
    "points between thousands": ("a;b;y\n1,5;2.000;3\n2,25;1.234,5;4\n-0,5;7;5\n", "'.' between thousands"),
    "commas between thousands": ('a,b,y\n1.5,"2,000",3\n2.25,"1,234.5",4\n-0.5,7,5\n', "',' between thousands"),
    "spaces between thousands": ("a;b;y\n1,5;2 000;3\n2,25;1 234,5;4\n-0,5;7;5\n", "',' as the decimal point"),
    "narrow spaces": ("a;b;y\n1,5;2\u202f000;3\n2,25;1\u00a0234,5;4\n-0,5;7;5\n", "',' as the decimal point"),
    "apostrophes": ("a;b;y\n1.5;2'000;3\n2.25;1\u2019234.5;4\n-0.5;7;5\n", "';' between columns"),
    "tabs": ("a\tb\ty\n1.5\t2000\t3\n2.25\t1234.5\t4\n-0.5\t7\t5\n", "tabs between columns"),
    "pipes": ("a|b|y\n1.5|2000|3\n2.25|1234.5|4\n-0.5|7|5\n", "'|' between columns"),
    "white space": ("   a       b  y\n 1.5    2000  3\n2.25  1234.5  4\n-0.5       7  5\n", "white space between columns"),
    "a table that pandas printed": ("    a      b  y\n0  1.5 2000.0 3\n1 2.25 1234.5 4\n2 -0.5    7.0 5\n", "--keep-index"),
    "a table that R wrote": ('"a" "b" "y"\n"1" 1.5 2000 3\n"2" 2.25 1234.5 4\n"3" -0.5 7 5\n', "--keep-index"),
    "blanks behind commas": ("a, b, y\n1.5, 2000, 3\n2.25, 1234.5, 4\n-0.5, 7, 5\n", ""),
    "trailing separators": ("a,b,y,\n1.5,2000,3,\n2.25,1234.5,4,\n-0.5,7,5,\n", ""),
    "trailing separators in the rows alone": ("a,b,y\n1.5,2000,3,\n2.25,1234.5,4\n-0.5,7,5,\n", ""),
    "a trailing separator in the header alone": ("a,b,y,\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5\n", ""),
    "blank lines": ("\n\na,b,y\n1.5,2000,3\n\n2.25,1234.5,4\n   \n-0.5,7,5\n\n", ""),
    "empty rows at the end": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5\n,,\n,,\n", "2 empty rows at the end"),
    "comments": ("# made today\na,b,y\n# first\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5\n", "2 comments"),
    "names in a comment": ("# a b y\n1.5 2000 3\n2.25 1234.5 4\n-0.5 7 5\n", "names are taken from the comment above: a, b, y"),
    "Excel's first line": ("sep=;\na;b;y\n1.5;2000;3\n2.25;1234.5;4\n-0.5;7;5\n", "';' between columns"),
    "a total": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5\nTotal,3241.5,12\n", "begins with 'Total'"),
    "an average": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5\nMean,3241.5,12\n", "begins with 'Mean'"),
    "a total with a colon": ("a;b;y\n1.5;2000;3\n2.25;1234.5;4\n-0.5;7;5\nSumme:;3241.5;12\n", "begins with 'Summe'"),
    "pandas' index": (",a,b,y\n0,1.5,2000,3\n1,2.25,1234.5,4\n2,-0.5,7,5\n", "--keep-index"),
    "pandas' index, read and written": ("Unnamed: 0,a,b,y\n0,1.5,2000,3\n1,2.25,1234.5,4\n2,-0.5,7,5\n", "--keep-index"),
    "a shuffled index": (",a,b,y\n17,1.5,2000,3\n3,2.25,1234.5,4\n5,-0.5,7,5\n", "--keep-index"),
    "R's row names": ('"","a","b","y"\n"1",1.5,2000,3\n"2",2.25,1234.5,4\n"3",-0.5,7,5\n', "--keep-index"),
    "an empty column": ("a,b,note,y\n1.5,2000,,3\n2.25,1234.5,,4\n-0.5,7,n/a,5\n", "column 'note' is empty, and is left out"),
    "dollars": ("a,b,y\n1.5,$2000,3\n2.25,$1234.5,4\n-0.5,$7,5\n", "column 'b' is read without its $"),
    "euros behind": ("a;b;y\n1,5;2.000 €;3\n2,25;1.234,5 €;4\n-0,5;7 €;5\n", "column 'b' is read without its €"),
    "currencies in letters": ("a,b,y\n1.5,EUR 2000,3\n2.25,EUR 1234.5,4\n-0.5,EUR 7,5\n", "column 'b' is read without its EUR"),
    "per cent": ("a,b,y\n1.5%,2000,3\n2.25 %,1234.5,4\n-0.5%,7,5\n", "column 'a' is read without its %"),
    "parentheses for minus": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n(0.5),7,5\n", ""),
    "a minus behind": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n0.5-,7,5\n", ""),
    "typographers' minus": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n\u22120.5,7,5\n", ""),
    "plus signs": ("a,b,y\n+1.5,+2000,3\n+2.25,1234.5,4\n-0.5,7,5\n", ""),
    "exponents": ("a,b,y\n1.5e0,2E3,3\n225e-2,1.2345E+03,4\n-5e-1,7,5\n", ""),
    "Windows' line ends": ("a,b,y\r\n1.5,2000,3\r\n2.25,1234.5,4\r\n-0.5,7,5\r\n", ""),
    "old line ends": ("a,b,y\r1.5,2000,3\r2.25,1234.5,4\r-0.5,7,5\r", ""),
    "no line end at the end": ("a,b,y\n1.5,2000,3\n2.25,1234.5,4\n-0.5,7,5", ""),
    "quotes about everything": ('"a","b","y"\n"1.5","2000","3"\n"2.25","1234.5","4"\n"-0.5","7","5"\n', ""),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_however_a_table_is_written_it_is_read_for_what_it_means_and_that_is_said(tmp_path, case):
    text, says = WRITTEN[case]
    rows, said = table(write(tmp_path / "t.csv", text))
    assert rows == PLAIN
    assert says in said
    assert bool(said) == bool(says)


REFUSED = {  # name: (the text, options, what the line says)
    "nothing": ("", {}, "is empty"),
    "blank lines alone": ("\n\n\n", {}, "is empty"),
    "a header alone": ("a;y\n", {}, "has no rows"),
    "comments alone": ("# a\n# b\n", {}, "t.csv"),
    "thousands or decimals": ('a,y\n"1,234",2\n"5,678",3\n', {}, "row 2, column 'a' holds '1,234'.*--decimal , or --thousands ,"),
    "points or decimals": ("a;y\n1.234;2\n5.678;3\n", {}, r"row 2, column 'a' holds '1\.234'.*--decimal \. or --thousands \."),
    "a point and a comma": ("a;y\n1,5;2\n2,5;0.5\n", {}, "row 3, column 'y' holds '0.5', with a decimal point.*column 'a'"),
    "another point than was said": ("a;y\n1,5;2\n2,5;3\n", {"decimal": "."}, "row 2, column 'a' holds '1,5'.*--decimal"),
    "a gap": ("a;y\n1;2\n;3\n", {}, "row 3, column 'a' holds a gap; --fill mean, median or a number.*--drop a"),
    "a gap in words": ("a,y\n1,2\n3,4\nN/A,3\n", {}, "row 4, column 'a' holds a gap"),
    "an error of Excel's": ("a,y\n1,2\n#N/A,3\n2,3\n", {}, "row 3, column 'a' holds a gap"),
    "a question mark": ("a,y\n?,2\n1,3\n", {}, "row 2, column 'a' holds a gap"),
    "a gap in the target": ("a,y\n1,2\n1,-\n", {"fill": "mean"}, "row 3, column 'y' holds a gap.*y=mean"),
    "dates": ("when,y\n2024-01-31,2\n2024-02-29,3\n", {}, "column 'when' holds dates.*--drop when"),
    "dates with points": ("when;y\n31.01.2024;2\n29.02.2024;3\n", {}, "column 'when' holds dates"),
    "times": ("when,y\n2024-01-31 10:00:00,2\n2024-02-29T10:00:00Z,3\n", {}, "column 'when' holds dates"),
    "months": ('when,y\n31 Jan 2024,2\n"Feb 29, 2024",3\n', {}, "column 'when' holds dates"),
    "time spans": ("took,y\n0 days 01:00:00,2\n3 days 00:00:01,3\n", {}, "column 'took' holds time spans"),
    "words": ("kind,y\nred,2\nblue,3\n", {}, "row 2, column 'kind' holds 'red'.*--encode kind.*--drop kind"),
    "a word among numbers": ("a,y\n1,2\nfar,3\n", {}, "row 3, column 'a' holds 'far'.*--drop a"),
    "two units": ("a,y\n$1,2\n€3,3\n", {}, "row 3, column 'a' holds '€3' beside '\\$'"),
    "per cent here and there": ("a,y\n1%,2\n3,3\n", {}, "row 3, column 'a' holds '3' beside '%'"),
    "too long a row": ("a,b,y\n1,2,3\n1,2,3,4\n", {}, "row 3 has 4 fields and the first row 3"),
    "too short a row": ("a,b,y\n1,2,3\n1,2\n", {"fill": "mean"}, "row 3 has 2 fields and the first row 3"),
    "a title": ("Prices of 2024\na,b,y\n1,2,3\n", {}, "row 1 has 1 field, and those below have 3"),
    "names with blanks": ("my a  b  the y\n1  2  3\n4 5 6\n", {}, "row 1 has 5 fields, and those below have 3"),
    "a word above columns": ("Prices\n\na;y\n1;2\n", {}, "row 1 has 1 field, and those below have 2"),
    "an index and a target": (",y\n0,1\n1,2\n", {}, "no column besides the target.*--keep-index"),
    "a title with separators": ("Prices,,\na,b,y\n1,2,3\n", {}, "one name, 'Prices', for 3 columns"),
    "one name twice": ("a,b,a,y\n1,2,3,4\n", {}, "two columns called 'a'.*--drop a"),
    "a column that isn't there": ("a,y\n1,2\n", {"drop": "b"}, "no column 'b' to drop"),
    "a target that is to be encoded": ("a,y\n1,2\n", {"encode": "y"}, "'y' is the target"),
    "an open quote": ('a,y\n1,"2\n3,4\n5,6\n', {}, "t.csv"),
    "whole numbers of too many digits": ("a,y\n9007199254740993,2\n1,3\n", {}, "row 2, column 'a' holds 9007199254740993"),
    "the same with a point": ("a,y\n9007199254740993.0,2\n1,3\n", {}, "row 2, column 'a' holds 9007199254740993"),
    "the same with an exponent": ("a,y\n9.007199254740993e15,2\n1,3\n", {}, "row 2, column 'a' holds 9007199254740993"),
    "a number that would be 0": ("a,y\n1.5,2\n1e-400,3\n", {}, "row 3, column 'a' holds '1e-400', which float64 can't hold"),
    "the same beside decimals": ("a,y\n9007199254740993,2\n0.5,3\n", {}, "row 2, column 'a' holds 9007199254740993"),
    "the same beside gaps": ("a,y\n9007199254740993,2\n,3\n", {"fill": "1"}, "row 2, column 'a' holds 9007199254740993"),
    "enormous numbers": (f"a,y\n{10**30 + 1},2\n1,3\n", {}, "row 2, column 'a' holds 1000000000000000000000000000001"),
    "bytes of 0": ("a,y\n1,2\n" + "1,2\n" * 2000 + "3,\0\n", {}, "no text"),
    "an encoding that it hasn't": ("ä,y\n1,2\n", {"encoding": "ascii"}, "ascii.*--encoding"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_or_may_be_two_is_refused_in_one_line_with_the_way_out(tmp_path, case):
    text, options, says = REFUSED[case]
    with pytest.raises(lntx.InputError, match=says) as caught:
        table(write(tmp_path / "t.csv", text), **options)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "options", "rows"),
    [
        ('a,y\n"1,234",2\n"5,678",3\n', {"decimal": ","}, [[1.234, 2], [5.678, 3]]),
        ('a,y\n"1,234",2\n"5,678",3\n', {"thousands": ","}, [[1234, 2], [5678, 3]]),
        ("a;y\n1.234;2\n5.678;3\n", {"decimal": "point"}, [[1.234, 2], [5.678, 3]]),
        ("a;y\n1.234;2\n5.678;3\n", {"thousands": "."}, [[1234, 2], [5678, 3]]),
        ("a:y\n1:2\n5:3\n", {"separator": ":"}, [[1, 2], [5, 3]]),
        ("a y\n1 2\n5 3\n", {"separator": "space"}, [[1, 2], [5, 3]]),
        ("1,2\n5,3\n", {"header": False, "target": "1"}, [[1, 2], [5, 3]]),
        ("1,2\n5,3\n6,4\n", {"header": True, "target": "2"}, [[5, 3], [6, 4]]),
        ("a,b,y\n1,x,2\n5,z,3\n", {"drop": "b"}, [[1, 2], [5, 3]]),
        ("a,b,a,y\n1,7,1,2\n5,8,5,3\n", {"drop": "a"}, [[7, 2], [8, 3]]),
        ("a,y\n1,2\n,3\n4,3\n", {"fill": "mean"}, [[1, 2], [2.5, 3], [4, 3]]),
        ("a,y\n1,2\n?,3\n4,3\n5,3\n", {"fill": "median"}, [[1, 2], [4, 3], [4, 3], [5, 3]]),
        ("a,b,y\n1,1,2\nNA,-,3\n4,5,3\n", {"fill": ["-1", "b=mean"]}, [[1, 1, 2], [-1, 3, 3], [4, 5, 3]]),
        ("a,y\n1,2\n3,\n", {"fill": {"y": 9}}, [[1, 2], [3, 9]]),
        (",a,y\n0,1,2\n1,5,3\n", {"keep_index": True}, [[0, 1, 2], [1, 5, 3]]),
        ("kind,y\nred,2\nblue,3\nred,4\n", {"encode": "kind"}, [[0, 1, 2], [1, 0, 3], [0, 1, 4]]),
        ("kind,y\nDE,2\nNA,3\n,4\n", {"encode": "kind"}, [[0, 1, 0, 2], [0, 0, 1, 3], [1, 0, 0, 4]]),
        ("kind,y\nsmall,2\nlarge,3\naverage,4\n", {"encode": "kind"}, [[0, 0, 1, 2], [0, 1, 0, 3], [1, 0, 0, 4]]),
        ("kind,y\ntotal,2\npart,3\ntotal,4\n", {"encode": "kind"}, [[0, 1, 2], [1, 0, 3], [0, 1, 4]]),
        ("kind,y\npart,2\nwhole,3\nTotal,5\n", {"encode": "kind"}, [[1, 0, 2], [0, 1, 3]]),
        ("kind,y\n01,2\n1,3\n,4\n", {"encode": "kind"}, [[0, 1, 0, 2], [0, 0, 1, 3], [1, 0, 0, 4]]),
    ],
)  # fmt: skip
def test_an_option_says_what_the_file_does_not(tmp_path, text, options, rows):
    assert table(write(tmp_path / "t.csv", text), **{"target": "y"} | options)[0] == rows


@pytest.mark.parametrize(
    ("text", "target", "rows", "says"),
    [
        ("1.5,2\n5,3\n", "1", [[1.5, 2], [5, 3]], "no header of names; its first row is taken for a sample"),
        ("2019,2020\n5,3\n6,4\n", "2020", [[5, 3], [6, 4]], "2019, 2020, is taken for names"),
        ("0,1,2\n5.5,3.0,1.0\n", "2", [[5.5, 3, 1]], "0, 1, 2, is taken for names"),
        (",0,1,2\n0,5,3,1\n1,6,3,1\n", "2", [[5, 3, 1], [6, 3, 1]], "--keep-index"),
        ("0,1,price\n5,3,1\n", "price", [[5, 3, 1]], ""),
        ("0,5.5,1\n1,6.5,2\n2,7.5,3\n", "2", [[5.5, 1], [6.5, 2], [7.5, 3]], "only counts the rows"),
        ("a,b\n1,2\n3,4\n", "b", [[1, 2], [3, 4]], ""),
    ],
)
def test_a_first_row_is_names_or_a_sample_by_what_is_asked_for(tmp_path, text, target, rows, says):
    found, said = table(write(tmp_path / "t.csv", text), target)
    assert found == rows
    assert says in said
    assert bool(said) == bool(says)


def test_a_first_row_with_a_date_is_a_sample(tmp_path):
    file = write(tmp_path / "t.csv", "2020-01-01,1,2\n2020-01-02,2,3\n")
    assert table(file, "2", drop="0")[0] == [[1, 2], [2, 3]]


@pytest.mark.parametrize("text", ["0,1\n5,3\n6,4\n", "1,2\n5,3\n", "5,2,1\n7,8,9\n", "0,1,2\n3,4,5\n"])
def test_a_first_row_that_may_be_either_is_refused_with_both_options(tmp_path, text):
    with pytest.raises(lntx.InputError, match="may be a header or a sample; say which with --header or --no-header"):
        table(write(tmp_path / "t.csv", text), "1")


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_usual_encoding_is_read(tmp_path, encoding):
    file = write(tmp_path / "t.csv", "größe;y\n1,5;2\n2,5;3\n", encoding)
    problem, _ = problem_from(file, "y", Reading(), standardize=False, dtype="float64")
    assert problem.features_named == ("größe",)
    assert problem.X.tolist() == [[1.5], [2.5]]


def packed(path, data):
    kinds = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside.csv", data)
    else:
        path.write_bytes(kinds[path.suffix](data))
    return path


@pytest.mark.parametrize("ending", [".csv.gz", ".csv.bz2", ".csv.xz", ".csv.zip", ".zip"])
def test_a_packed_file_is_read_as_it_is(tmp_path, ending):
    file = packed(tmp_path / f"homes{ending}", b"a,y\n1,2\n3,4\n")
    problem = lntx.from_table(file, "y")
    assert problem.X.tolist() == [[1], [3]]
    assert problem.name == "homes"


def test_an_archive_of_several_files_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", "a,y\n1,2\n")
        archive.writestr("b.csv", "a,y\n1,2\n")
    with pytest.raises(lntx.InputError, match="holds 2 files; unpack it"):
        lntx.from_table(tmp_path / "t.zip", "y")


@pytest.mark.parametrize(
    "data", [gzip.compress(b"a,y\n1,2\n" * 99, mtime=0)[:-20], b"\x1f\x8b nonsense", b"PK\x03\x04 nonsense"]
)
def test_a_damaged_archive_is_one_line(tmp_path, data):
    (tmp_path / "t.csv.gz").write_bytes(data)
    with pytest.raises(lntx.InputError, match=r"t\.csv\.gz"):
        lntx.from_table(tmp_path / "t.csv.gz", "y")


@pytest.mark.parametrize(
    ("name", "says"),
    [("t.xls", "save it as .xlsx"), ("t.ods", "save it"), ("t.pkl", "pickle"), ("t.h5", "HDF5"), ("t", "a table is")],
)
def test_a_kind_of_file_that_is_not_read_says_what_to_save_instead(tmp_path, name, says):
    (tmp_path / name).write_bytes(b"something")
    with pytest.raises(lntx.InputError, match=says):
        lntx.from_table(tmp_path / name, "y")


@pytest.fixture
def sheets(tmp_path):
    pytest.importorskip("openpyxl", reason="workbooks need openpyxl")

    def save(**frames):
        with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
            for name, (frame, header) in frames.items():
                frame.to_excel(book, sheet_name=name, index=False, header=header)
        return tmp_path / "t.xlsx"

    return save


FRAME = pd.DataFrame({"a": [1.5, 2.25, -0.5], "b": [2000, 1234.5, 7], "y": [3, 4, 5]})


def test_a_workbook_is_read(sheets):
    assert table(sheets(one=(FRAME, True))) == (PLAIN, "")
    assert table(sheets(one=(FRAME, False)), "2")[0] == PLAIN
    assert table(sheets(one=(FRAME, True), two=(pd.DataFrame(), True))) == (PLAIN, "")


def test_a_workbook_of_several_sheets_needs_the_name_of_one(sheets):
    file = sheets(one=(FRAME, True), two=(FRAME[["b", "y"]], True))
    with pytest.raises(lntx.InputError, match="has 2 sheets, one, two; say which with --sheet"):
        table(file)
    assert table(file, sheet="one")[0] == PLAIN
    with pytest.raises(lntx.InputError, match="no sheet 'three'; it has one, two"):
        table(file, sheet="three")


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 2), dt.date(2024, 1, 3)], "column 'a' holds dates"),
        (["red", "blue", "red"], "row 2, column 'a' holds 'red'.*--encode a"),
        ([1.0, None, 3.0], "row 3, column 'a' holds a gap"),
        ([1.0, "n/a", 3.0], "row 3, column 'a' holds a gap"),
        ([1.0, "far", 3.0], "row 3, column 'a' holds 'far'"),
    ],
)
def test_a_cell_of_a_workbook_that_is_no_number_is_named(sheets, column, says):
    with pytest.raises(lntx.InputError, match=says):
        table(sheets(one=(FRAME.assign(a=column), True)))


def test_text_and_flags_in_a_workbook_mean_what_they_say(sheets):
    mixed = FRAME.assign(a=[True, False, True], b=["1,234.5", 7, "2,000"])
    assert table(sheets(one=(mixed, True)))[0] == [[1, 1234.5, 3], [0, 7, 4], [1, 2000, 5]]


def test_a_total_below_a_workbooks_table_is_left_out(sheets):
    rows = pd.concat([FRAME.astype(object), pd.DataFrame([{"a": "Total", "b": 3241.5, "y": 12}])])
    found, said = table(sheets(one=(rows, True)))
    assert found == PLAIN
    assert "row 5 begins with 'Total'" in said


def test_a_workbook_without_its_reader_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "t.xlsx").write_bytes(b"PK")
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(lntx.InputError, match=r"needs openpyxl; pip install 'lntx\[excel\]'"):
        lntx.from_table(tmp_path / "t.xlsx", "y")


ROWS = [{"a": a, "b": b, "y": y} for a, b, y in PLAIN]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", json.dumps(ROWS)),
        ("t.json", json.dumps({name: [row[name] for row in ROWS] for name in ROWS[0]})),
        ("t.json", FRAME.to_json()),
        ("t.json", FRAME.to_json(orient="split")),
        ("t.jsonl", "\n".join(map(json.dumps, ROWS)) + "\n\n"),
        ("t.ndjson", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_json_is_read(tmp_path, name, text):
    assert table(write(tmp_path / name, text))[0] == PLAIN


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("t.json", "", "not whole JSON"),
        ("t.json", "[1, 2]", "no table"),
        ("t.json", "[]", "no rows|no column"),
        ("t.json", '[{"a": 1, "y": 2}, {"y": 3}]', "row 2, column 'a' holds a gap"),
        ("t.json", '[{"a": [1], "y": 2}]', "row 1, column 'a' holds"),
        ("t.json", '[{"a": true, "y": 2}, {"a": 30, "y": 3}]', "row 2, column 'a' holds 30 beside True in other rows"),
        ("t.json", '[{"a": 30, "y": 2}, {"a": true, "y": 3}]', "row 2, column 'a' holds True beside 30 in other rows"),
        (
            "t.json",
            '[{"a": 9007199254740993.0, "y": 2}]',
            "row 1, column 'a' holds 9007199254740993, which has more digits",
        ),
        ("t.json", '[{"a": 1e-400, "y": 2}]', "row 1, column 'a' holds .*1E-400.*, which float64 can't hold"),
        (
            "t.json",
            '[{"date": 1, "y": 2}, {"date": 9007199254740993, "y": 2}]',
            "row 2, column 'date' holds 9007199254740993",
        ),
        ("t.jsonl", '{"a": 1, "y": 2}\n{"a": 1', "line 2 is not whole JSON"),
    ],
)
def test_json_that_is_no_table_is_refused(tmp_path, name, text, says):
    with pytest.raises(lntx.InputError, match=says):
        table(write(tmp_path / name, text))


LISTS = st.lists(st.lists(st.none() | st.integers(-9, 9), max_size=4), min_size=1, max_size=5)


@given(LISTS, st.sampled_from(["columns", "rows", "split", "lines"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lists_of_unequal_length_are_refused_whatever_fills_gaps(tmp_path, lists, orient):
    name, target, due = "t.json", "0", len(lists[0])
    if orient == "columns":
        text = json.dumps({str(i): one for i, one in enumerate(lists)})
    elif orient == "split":
        due, text = 2, json.dumps({"columns": ["0", "1"], "data": lists})
    elif orient == "rows":
        text = json.dumps(lists)
    else:
        name, text = "t.jsonl", "\n".join(map(json.dumps, lists))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            table(write(tmp_path / name, text), target, fill=["0", "0=0"])
        except lntx.InputError as error:
            unequal = any(len(one) != due for one in lists)
            assert ("they must be as many" in str(error)) == unequal  # noqa: PT017
        else:
            assert all(len(one) == due for one in lists)


def test_a_key_that_an_object_lacks_is_a_gap(tmp_path):
    text = '[{"a": 1, "y": 2}, {"y": 3}]'
    assert table(write(tmp_path / "t.json", text), fill="7")[0] == [[1, 2], [7, 3]]
    for mixed in ('[[1, 2], {"0": 2}]', '{"a": [1], "y": {"0": 1}}'):
        with pytest.raises(lntx.InputError, match=r"is a list and .* an object"):
            table(write(tmp_path / "t.json", mixed), fill="7")


@given(st.floats(allow_nan=False, allow_infinity=False, width=64), st.sampled_from(["r", ".16e", ".18e", ".1f"]))
@settings(max_examples=300, deadline=None)
def test_a_float_as_programs_write_it_has_lost_nothing(value, form):
    text = repr(value) if form == "r" else format(value, form)
    if float(text) == value:
        assert cells.lost(text, value) is None


@given(st.integers(2**53, 2**70), st.sampled_from(["", ".0", "e0", ".000"]))
def test_a_whole_number_that_float64_cannot_hold_is_lost_however_it_is_written(number, behind):
    found = cells.lost(f"{number}{behind}", float(number))
    assert found in (None, number)
    if not behind or number < 10**16:
        assert (found is None) == (int(float(number)) == number)


@pytest.mark.parametrize("save", ["to_parquet", "to_feather"])
def test_arrows_columns_keep_their_digits_and_name_their_gaps(tmp_path, save):
    file = tmp_path / f"t.{save[3:]}"
    frame = pd.DataFrame(
        {
            "id": pd.array([2**53 - 1, None, 5], "Int64"),
            "price": [Decimal("1.10"), Decimal("2.25"), None],
            "y": [1, 2, 3],
        }
    )
    getattr(frame, save)(file)
    with pytest.raises(lntx.InputError, match="row 2, column 'id' holds a gap"):
        table(file)
    assert table(file, fill="7")[0] == [[2**53 - 1, 1.1, 1], [7, 2.25, 2], [5, 7, 3]]
    getattr(frame.assign(id=pd.array([2**53 + 1, None, 5], "Int64")), save)(file)
    with pytest.raises(lntx.InputError, match="row 1, column 'id' holds 9007199254740993"):
        table(file, fill="7")


def test_a_parquets_index_is_no_feature(tmp_path):
    FRAME.set_index("a").to_parquet(tmp_path / "t.parquet")
    rows, said = table(tmp_path / "t.parquet")
    assert rows == [row[1:] for row in PLAIN]
    assert "its index 'a' is no feature" in said


def test_categories_in_a_parquet_are_encoded(tmp_path):
    FRAME.assign(a=pd.Categorical(["x", "z", "x"])).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(lntx.InputError, match=r"column 'a' holds categories.*--encode a"):
        table(tmp_path / "t.parquet")
    assert [row[:2] for row in table(tmp_path / "t.parquet", encode="a")[0]] == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize("name", ["t.npz", "t.parquet"])
def test_a_column_that_is_dropped_may_hold_anything(tmp_path, name):
    when = np.arange(3).astype("M8[s]")
    if name == "t.npz":
        np.savez(tmp_path / name, a=[1.5, 2, 3], when=when, word=["a", "b", "c"], y=[1, 2, 3])
    else:
        pd.DataFrame({"a": [1.5, 2, 3], "when": when, "word": ["a", "b", "c"], "y": [1, 2, 3]}).to_parquet(
            tmp_path / name
        )
    assert table(tmp_path / name, drop=["when", "word"])[0] == [[1.5, 1], [2, 2], [3, 3]]


def test_an_npz_of_objects_says_how_to_save_it(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.array([1, 2], object), y=[1, 2])
    with pytest.raises(lntx.InputError, match=r"column 'a' holds Python objects.*astype\(float\)"):
        lntx.from_table(tmp_path / "t.npz", "y")


def test_columns_of_an_npz_must_be_of_one_length(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.ones(3), y=np.ones(4))
    with pytest.raises(lntx.InputError, match="'a' has 3 rows and 'y' 4"):
        lntx.from_table(tmp_path / "t.npz", "y")


@pytest.mark.parametrize("kind", ["<f8", ">f8", "<i8", ">i8", "<u8", "f2", "g", "?", "i1", "U20", "S20"])
def test_however_an_npz_stores_numbers_they_keep_their_digits(tmp_path, kind):
    values = np.array([0, 1, 1, 0]) if kind in {"?", "i1", "f2"} else np.array([2**24 + 1, 3, 2**40 + 1, 5])
    np.savez(tmp_path / "t.npz", a=values.astype(kind), y=values)
    assert table(tmp_path / "t.npz")[0] == [[value, value] for value in values.tolist()]


def test_digits_that_a_wider_number_had_are_told_of(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.array([1, 3], np.longdouble) / 3, y=[1, 2])
    rows, said = table(tmp_path / "t.npz")
    assert rows == [[1 / 3, 1], [1, 2]]
    assert ("column 'a' has more digits than float64 holds, and is rounded" in said) == (
        np.finfo("g").eps < np.finfo("f8").eps
    )


def test_whole_numbers_that_float32_rounds_are_told_of(tmp_path):
    file = write(tmp_path / "t.csv", "".join(f"{a},{y}\n" for a, y in [("a", "y"), (2**24 + 1, 1), (3, 2), (2**25, 3)]))
    assert "float32 drops digits of column 'a'; --dtype float64 keeps them" in table(file, dtype="float32")[1]
    assert table(file, dtype="float64")[1] == ""


def test_from_table_warns_of_what_it_found_and_takes_the_options_as_arguments(tmp_path):
    file = write(tmp_path / "t.csv", "a;kind;y\n1,5;x;2\n;z;3\n")
    with pytest.warns(UserWarning, match=r"t\.csv: read with ';' between columns; read with ',' as the decimal point"):
        problem = lntx.from_table(file, "y", fill="mean", encode=["kind"])
    assert problem.features_named == ("a", "kind=x", "kind=z")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        given = lntx.from_table(
            file, "y", fill=0.5, encode="kind", drop="a", separator=";", decimal=",", header=True, encoding="utf-8"
        )
    assert given.X.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("separator", "::"), ("separator", ""), ("separator", '"'), ("separator", 3), ("decimal", ";"), ("thousands", "x"),
        ("header", "yes"), ("encoding", "klingon"), ("encoding", 3), ("fill", "most"), ("fill", ["mean", "median"]),
        ("fill", "a=b=c"), ("fill", "inf"), ("drop", 1.5), ("drop", [None]), ("encode", True), ("keep_index", 1), ("sheet", 2),
    ],
)  # fmt: skip
def test_an_option_that_means_nothing_is_refused(tmp_path, option, value):
    file = write(tmp_path / "t.csv", "a,y\n1,2\n")
    with pytest.raises(lntx.InputError, match=option):
        lntx.from_table(file, "y", **{option: value})


def test_options_that_contradict_each_other_are_refused():
    with pytest.raises(lntx.InputError, match="decimal and thousands are both"):
        Reading(decimal=",", thousands=",")
    with pytest.raises(lntx.InputError, match="'a' is to be dropped and to be encoded"):
        Reading(drop="a", encode="a")


def test_the_command_line_says_how_it_reads_and_refuses_before_anything_is_written(tmp_path):
    file = write(tmp_path / "t.csv", "a;y\n" + "".join(f"{i},5;{i * i}\n" for i in range(9)))
    quick = ("--target", "y", "--epochs", 2, "--backend", "numpy", "--lr", "1e-4", "--json")
    said = lntx_says("train", "--data", file, *quick)
    assert said.code == 0, said.err
    assert "read with ';' between columns; read with ',' as the decimal point" in said.err
    for options in (
        ("--separator", ","),
        ("--decimal", "."),
        ("--drop", "a"),
        ("--fill", "nothing"),
        ("--sheet", "x", "--drop", "b"),
    ):
        said = lntx_says("train", "--data", file, *quick, *options, "--save", tmp_path / "m.safetensors")
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said.err
        assert not (tmp_path / "m.safetensors").exists()


@pytest.mark.parametrize("option", [("--drop", "a"), ("--no-header",), ("--separator", ";"), ("--keep-index",)])
def test_an_option_of_tables_needs_a_table(tmp_path, option):
    np.save(tmp_path / "X.npy", np.ones((3, 1)))
    for command in (("train",), ("train", "--data", tmp_path / "X.npy", "--target", tmp_path / "X.npy"), ("bench",)):
        said = lntx_says(*command, *option)
        assert said.code == 2
        assert option[0] in said.err
        assert said.err.count("\n") == 1


NUMBER = st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 4))
MARKS = st.sampled_from(
    [(".", None), (".", ","), (".", " "), (".", "'"), (",", None), (",", "."), (",", " "), (",", "\u00a0")]
)


def shown(number, marks):
    """A number as somebody writes it: with so many decimals, a decimal point, and something between thousands."""
    value, places = number
    text = f"{Decimal(value).scaleb(-places):,.{places}f}"
    point, group = marks
    return text.replace(",", "!").replace(".", point).replace("!", group or "")


@st.composite
def tables(draw):
    """A table of any numbers, written in any usual way; the text, its encoding, the target, and the rows that it means."""
    columns, rows = draw(st.integers(2, 4)), draw(st.integers(1, 6))
    values = draw(st.lists(st.lists(NUMBER, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    marks, separator = draw(MARKS), draw(st.sampled_from([",", ";", "\t", "|", " "]))
    header, index, quoted = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    if separator == "," and marks[1] == ".":
        marks = (marks[0], None)  # beside commas a point is taken for a decimal point, and docs say so
    cells_ = [[shown(number, marks) for number in row] for row in values]
    names = [f"c{i}" for i in range(columns)]
    lines = ([names] if header else []) + cells_
    if index:
        lines = [[("" if header and i == 0 else str(i - header)), *line] for i, line in enumerate(lines)]

    def field(text):
        return f'"{text}"' if quoted or separator in text or not text else text

    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = "".join(separator.join(map(field, line)) + end for line in lines)
    target = names[-1] if header else str(columns - 1 + index)
    meant = [[float(Decimal(value).scaleb(-places)) for value, places in row] for row in values]
    return text, draw(st.sampled_from(ENCODINGS)), target, meant, [] if header or not index else [*range(rows)]


@given(tables())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_in_any_notation_is_read_exactly_or_refused_in_a_line(tmp_path, case):
    text, encoding, target, meant, counted = case
    file = write(tmp_path / "t.csv", text, encoding)
    try:
        rows, said = table(file, target)
    except lntx.InputError as error:
        assert "\n" not in str(error)  # noqa: PT017  (either is right)
        return
    if counted and len(rows[0]) > len(meant[0]):  # without names, a column that counts the rows may be a feature
        assert [row.pop(0) for row in rows] == counted
    assert rows == meant, said


@given(
    st.text(st.sampled_from(list(',;\t| \n\r"#0123456789.-eEay%$?\u00a0')), max_size=80),
    st.sampled_from(["y", "1", "0"]),
)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_whatever_ends_in_anything_but_a_table_or_a_line(tmp_path, text, target):
    file = write(tmp_path / "t.csv", text)
    try:
        rows, _ = table(file, target)
    except lntx.InputError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert np.isfinite(rows).all()


@given(
    st.binary(max_size=200),
    st.sampled_from([".csv", ".tsv.gz", ".xlsx", ".json", ".jsonl", ".parquet", ".feather", ".npz", ".zip"]),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_whatever_end_in_anything_but_a_line(tmp_path, data, ending):
    (tmp_path / f"t{ending}").write_bytes(data)
    with pytest.raises(lntx.InputError):
        table(tmp_path / f"t{ending}", "a column that nobody has")


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), MARKS)
def test_a_number_is_understood_in_its_own_notation_alone(value, places, marks):
    text = shown((value, places), marks)
    core, unit = cells.bare(text)
    assert unit == ""
    assert float(cells.plain(core, marks[0])) == float(Decimal(value).scaleb(-places))
    other = cells.plain(core, ",."[marks[0] == ","])
    assert other is None or float(other) == float(Decimal(value).scaleb(-places)) or cells.sense(core) == "either"
