"""A small file that stands for much is refused in one line, before anything is made of it."""

import gzip
import io
import json
import os
import socket
import threading
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.commandline import lntx_says
from support.repositories import repository

import lntx
from lntx.duet import asv
from lntx.duet.repository import Repository
from lntx.errors import InputError
from lntx.judge import gate_file
from lntx.storage import folders, gate, runs, sizes

MANY = 2_000_000  # numbers: 16 MB of zeros


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Try what is said of 64 MB with one."""
    monkeypatch.setattr(sizes, "_SMALL", 2**20)


def zeros(path, member, length=8 * MANY, head=b""):
    """Write an archive whose member unpacks to so many zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(member, "w", force_zip64=True) as stream,
    ):
        stream.write(head)
        for _ in range(length // 2**20):
            stream.write(bytes(2**20))
    return path


def header(shape, dtype="<f8"):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": dtype, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def npz(tmp_path):
    length = MANY * 8 // 2**20 * 2**20
    return zeros(tmp_path / "a.npz", "x.npy", length, header((length // 8,)))


def csv(tmp_path):
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(b"0,0\n" * 2**21)
    return path


def in_zip(tmp_path):
    return zeros(tmp_path / "a.csv.zip", "a.csv")


def sheet(tmp_path, text='<c r="A1"><v>1</v></c>', name="a.xlsx"):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["x", "y"])
    book.save(tmp_path / "small.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "small.xlsx") as old,
        zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", text.encode() + b"</sheetData>")
            new.writestr(member.filename, content)
    return tmp_path / name


def far_apart(tmp_path):
    return sheet(tmp_path, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def large_sheet(tmp_path):
    return sheet(tmp_path, "<!--" + " " * 10**7 + "-->")


def parquet(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(MANY, dtype=np.int8)), pa.array([0.0]))
    pq.write_table(pa.table({"x": column, "y": column}), tmp_path / "a.parquet")
    return tmp_path / "a.parquet"


def feather(tmp_path):
    pa, file = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.feather")
    file.write_feather(pa.table({"x": np.zeros(MANY), "y": np.zeros(MANY)}), tmp_path / "a.feather", compression="zstd")
    return tmp_path / "a.feather"


def scattered(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{f"key{i}": 1} for i in range(2000)]))
    return path


TABLES = (npz, csv, in_zip, far_apart, large_sheet, parquet, feather, scattered)


@pytest.mark.parametrize("make", TABLES)
def test_a_table_of_few_bytes_that_stands_for_many_is_refused(make, tmp_path):
    path = make(tmp_path)
    with pytest.raises(InputError):
        lntx.from_table(path, "y")  # which loads what reads such files
    tracemalloc.start()
    with pytest.raises(InputError, match="as packed zeros are and no measured data") as error:
        lntx.from_table(path, "y")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "\n" not in str(error.value)
    assert most < 16 * 2**20


@pytest.mark.parametrize("make", [npz, csv, parquet, feather])
def test_a_table_that_would_not_fit_is_refused(make, tmp_path, monkeypatch):
    monkeypatch.setattr(sizes, "_DENSE", 10**6)
    monkeypatch.setattr(sizes, "free_bytes", lambda: 2**20)
    with pytest.raises(InputError, match=r"would take .* of memory, and 1\.05 MB are free"):
        lntx.from_table(make(tmp_path), "y")


@pytest.mark.parametrize(
    ("shape", "word"), [((0, 10**12), "no rows"), ((10**12,), "was cut off"), ((2, 2, 2), "of shape"), ((), "of shape")]
)
def test_a_header_that_lies_is_refused(shape, word, tmp_path):
    held = bytes(8 * int(np.prod(shape))) if shape != (10**12,) else b""
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", header(shape) + held)
    with pytest.raises(InputError, match=word):
        lntx.from_table(tmp_path / "a.npz", "y")


def test_an_archive_of_what_is_no_array_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", b"(" * 5000)
    with pytest.raises(InputError, match="no array of NumPy's"):
        lntx.from_table(tmp_path / "a.npz", "y")


def test_an_array_of_no_rows_and_many_columns_is_refused(tmp_path):
    (tmp_path / "x.npy").write_bytes(header((0, 10**12)))
    with pytest.raises(InputError):
        lntx.from_table(tmp_path / "x.npy", 0, header=False)


def test_a_line_without_end_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n" + "1" * (2**24 + 1) + ",2\n")
    with pytest.raises(InputError, match="line 2 has 16,777,220 characters"):
        lntx.from_table(tmp_path / "a.csv", "y")


def test_a_file_larger_than_the_memory_is_refused_unread(tmp_path):
    for name, read in (
        ("gate.json", gate.read),
        ("study.json", runs),
        ("m.safetensors", lntx.load),
        ("a.csv", lntx.from_table),
    ):
        path = tmp_path / name
        with path.open("wb") as stream:
            os.truncate(stream.fileno(), 2**42)
        with pytest.raises(InputError, match=r"would take .* of memory"):
            read(path, "y") if name == "a.csv" else read(path)


def test_what_has_no_end_is_refused():
    with pytest.raises(InputError, match="goes on and on"):
        gate.read(sizes.Path("/dev/zero"))


def test_a_pipe_is_read_where_somebody_writes_and_not_waited_for_where_nobody_does(tmp_path, monkeypatch):
    monkeypatch.setattr(sizes, "_PATIENCE_S", 0.1)
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    with pytest.raises(InputError, match="is a pipe to which nobody writes"):
        gate.read(path)
    monkeypatch.setattr(sizes, "_PATIENCE_S", 60.0)
    writer = threading.Thread(target=lambda: path.write_bytes(b"[" + b" " * 10**6 + b"]"))
    writer.start()
    assert len(sizes.content(path)) == 10**6 + 2
    writer.join()


@pytest.mark.parametrize("name", ["t.csv", "t.json", "t.npz", "t.npy", "t.parquet", "t.xlsx", "m.safetensors"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_read_more_than_once_is_a_file(tmp_path, name, kind):
    path = tmp_path / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    read = {"m.safetensors": lntx.load, "t.npy": lambda path: lntx.from_npy(path, path)}
    with pytest.raises(InputError, match="is a pipe, a socket or a device"):
        read.get(name, lambda path: lntx.from_table(path, "y"))(path)


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to a pipe"])
def test_what_is_no_file_among_results_is_named_and_not_waited_for(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(sizes, "_PATIENCE_S", 600.0)
    monkeypatch.chdir(tmp_path)
    place = Path("x.json")
    with socket.socket(socket.AF_UNIX) as bound:
        if kind == "socket":
            bound.bind("x.json")
        elif kind == "device":
            place.symlink_to("/dev/zero")
        else:
            os.mkfifo("x.json" if kind == "pipe" else "pipe")
            if kind != "pipe":
                place.symlink_to("pipe")
        with pytest.raises(InputError, match=r"x\.json is a pipe, a socket or a device"):
            folders.runs(tmp_path)
        said = lntx_says("report", place)
        assert (said.code, len(said.err.splitlines())) == (2, 1)
        assert "a pipe, a socket or a device" in said.err


@pytest.mark.parametrize(
    "links", [{"loop": "."}, {"loop": "nights"}, {"nights/up": ".."}, {"latest.json": "nights/1.json"}]
)
def test_each_file_of_a_folder_is_read_once_whatever_leads_to_it(tmp_path, links):
    (tmp_path / "nights").mkdir()
    for number in range(2):
        (tmp_path / f"nights/{number}.json").write_text("no JSON")
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    found = list(folders._files(tmp_path, {os.path.realpath(tmp_path)}))
    assert len(found) == 2
    assert {path.resolve() for path in found} == {tmp_path.resolve() / f"nights/{number}.json" for number in range(2)}


def test_a_file_of_a_commit_that_does_not_fit_is_refused_unread(tmp_path, monkeypatch):
    root = repository(tmp_path / "repo", {"lntx-gate.toml": "#" * 2**21, "small.toml": "#"})
    monkeypatch.setattr(sizes, "free_bytes", lambda: 2**22)
    found = Repository.around(root)
    assert found.content("HEAD", "small.toml") == b"#"
    assert found.content("HEAD", "gone.toml") is None
    with pytest.raises(InputError, match=r"lntx-gate\.toml would take .* of memory"):
        found.content("HEAD", "lntx-gate.toml")


def test_a_link_of_a_commit_s_to_what_has_no_end_is_refused(tmp_path):
    (tmp_path / "asv.conf.json").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="goes on and on"):
        asv.hint(tmp_path, tmp_path)


def test_packed_results_are_unpacked_as_far_as_they_may_be(tmp_path):
    path = tmp_path / "a.json.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(b'{"benchmarks": [')
        stream.write(b" " * 10**7)
    with pytest.raises(InputError, match="as packed zeros are"):
        runs(path)


def test_what_is_small_or_plain_is_read(tmp_path):
    numbers = np.arange(10**5, dtype=float)
    np.savez_compressed(tmp_path / "a.npz", x=numbers, y=numbers)
    assert lntx.from_table(tmp_path / "a.npz", "y").samples == 10**5


@pytest.mark.parametrize(
    "text", ["a = " + "9" * 5000, "a = " + "[" * 5000, "a = " + "{b = " * 3000, "[[margin]]\nbenchmark = " + "[" * 3000]
)
def test_toml_that_python_gives_up_on_is_one_line(text):
    with pytest.raises(InputError, match=r"lntx-gate\.toml is not TOML") as error:
        gate_file.parsed(text.encode(), "lntx-gate.toml", gate_file.Rules())
    assert "\n" not in str(error.value)


def test_a_model_whose_names_are_nested_deeply_is_refused(tmp_path):
    head = json.dumps(
        {
            "__metadata__": {"format": "lntx-linear-1", "features": "[" * 10**5, "outputs": "[]"},
            "weight": {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]},
            "bias": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]},
        }
    ).encode()
    path = tmp_path / "m.safetensors"
    for text in (head, b'{"a":' * 20_000):
        path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(8))
        with pytest.raises(InputError, match="is damaged or is not a model"):
            lntx.load(path)
