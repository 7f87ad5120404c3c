"""lntx-gate.toml as people write it: read rightly, or refused in one line that says which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.errors import InputError
from lntx.judge import gate_file
from lntx.judge.acknowledgements import FILE, Acknowledgement
from lntx.judge.budgets import Limit
from lntx.judge.gate_file import Defaults, GateFile
from lntx.judge.margins import Margin
from lntx.result import Rules

GOOD = """
[[acknowledge]]
benchmark = "test_a.py::*"
counter = "graph breaks"
most = 2
why = "the new loss needs them"

[[margin]]
benchmark = "test_a.py::test_noisy[*]"
margin = 2
tolerated = 10.5

[[budget]]
benchmark = "test_a.py::test_fast"
time = "2.5 ms"
memory = "20 MiB"
why = "the frame has 16 ms"

[gate]
source = ["python"]
build = "pip install ."
threads = 2
paths = ["benchmarks"]
asv = "asv_bench/benchmarks"
"""
GONE = """
[[acknowledge]]
benchmark = "test_a.py::test_old*"
missing = true
why = "the parser it timed is no more"
"""
MARGIN = "[[margin]]\nbenchmark = 'x'\nmargin = 1\n"
BUDGET = "[[budget]]\nbenchmark = 'x'\ntime = '1 s'\n"


def read(text):
    return gate_file.parsed(text.encode(), FILE, Rules())


def refused(text):
    with pytest.raises(InputError) as caught:
        gate_file.parsed(text if isinstance(text, bytes) else text.encode(), f"{FILE} of head", Rules())
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{FILE} of head")
    return str(caught.value)


def told(content):
    """The message of what is refused; empty for what is read. All else that is raised is raised here too."""
    try:
        gate_file.parsed(content, FILE, Rules())
    except InputError as error:
        return str(error)
    return ""


def test_all_that_it_may_hold():
    assert read(GOOD) == GateFile(
        (Acknowledgement("test_a.py::*", "graph breaks", 2, "the new loss needs them"),),
        (Margin("test_a.py::test_noisy[*]", 2, 10.5),),
        (Limit("test_a.py::test_fast", "2.5 ms", "20 MiB", "the frame has 16 ms"),),
        Defaults(("python",), "pip install .", 2, ("benchmarks",), "asv_bench/benchmarks"),
        GOOD,
    )
    assert read(GONE).acknowledge[0].missing


def test_marks_of_windows_mean_nothing(tmp_path):
    for content in (b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()):
        (tmp_path / FILE).write_bytes(content)
        found = gate_file.read(tmp_path / FILE)
        assert (found.acknowledge, found.gate) == (read(GOOD).acknowledge, read(GOOD).gate)


@pytest.mark.parametrize("text", ["", "\n# nothing yet\n", "acknowledge = []\n", "[gate]\n"])
def test_a_file_may_say_nothing(text):
    found = read(text)
    assert (found.acknowledge, found.margin, found.budget, found.gate) == ((), (), (), Defaults())


def test_no_file_says_nothing(tmp_path):
    assert gate_file.read(tmp_path / FILE) == GateFile()


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("most = 2\n", "", 2, "[[acknowledge]] needs a most"),
        ("most = 2", 'most = "many"', 5, "most: Expected `int"),
        ("most = 2", "most = true", 5, "most: Expected `int"),
        ("most = 2", "most = inf", 5, "most: Expected a finite number"),
        ("most = 2", "most = 2\nuntil = 2030", 6, "unknown field 'until'"),
        ("most = 2", "most = 2\nmissing = true", 2, "either a counter or missing"),
        ("the new loss needs them", " ", 2, "doesn't say why"),
        ('benchmark = "test_a.py::*"\n', "", 2, "missing required field `benchmark`"),
        ('benchmark = "test_a.py::*"', 'benchmark = ""', 2, "empty benchmark"),
        ('benchmark = "test_a.py::*"', "benchmark = ['a', 'b']", 3, "benchmark: Expected `str`"),
        ("[[acknowledge]]", "[[acknowledged]]", 2, "unknown key 'acknowledged'"),
        ("[[acknowledge]]", "[acknowledge]", 2, "write each as [[acknowledge]]"),
        ("margin = 2\n", "margin = 20\n", 8, "margin 20 % and tolerated 10.5 %"),
        ("margin = 2\n", "margin = '2 %'\n", 10, "margin: Expected `int"),
        ("tolerated = 10.5", "tolerate = 10.5", 11, "unknown field 'tolerate'"),
        ("margin = 2\ntolerated = 10.5", "", 8, "needs a margin, or tolerated"),
        ("2.5 ms", "2.5", 15, '"2.5 ms"'),
        ("2.5 ms", "2.5 MiB", 15, "time: '2.5 MiB' is not a time"),
        ('"2.5 ms"', "0.0025", 15, "time: '0.0025' is not a time"),
        ('"2.5 ms"', "0", 15, "time: '0' is not a time"),
        ("20 MiB", "20", 16, "memory: '20' is not a size"),
        ('time = "2.5 ms"\nmemory = "20 MiB"\n', "", 13, "needs a time or a memory"),
        ("[[budget]]", "[[budgets]]", 13, "unknown key 'budgets'"),
        ("[gate]", "[[gate]]", 19, "write it as [gate]"),
        ("[gate]", "[gates]", 19, "unknown key 'gates'"),
        ("threads = 2", "threads = 0", 22, "threads: Expected `int` >= 1"),
        ("threads = 2", "threads = 1.5", 22, "threads: Expected `int"),
        ("threads = 2", "pairs = 8", 22, "unknown field 'pairs'"),
        ("pip install .", "pip\\u0000", 21, "build: holds a null character"),
        ('paths = ["', 'paths = ["\\u0000', 23, "paths: holds a null character"),
        ('source = ["python"]', 'source = "python"', 20, "source: Expected `array`"),
        ("paths = [", "paths = [1, ", 23, "paths[0]: Expected `str`"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old, new, line, said):
    assert GOOD.count(old) == 1
    told = refused(GOOD.replace(old, new))
    assert told.startswith(f"{FILE} of head, line {line}: "), told
    assert said in told, told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MARGIN + MARGIN.replace("1", "2"), "line 5: [[margin]] of 'x' stands in line 1 too"),
        (BUDGET + "\n" + BUDGET, "line 6: [[budget]] of 'x' stands in line 1 too"),
        (GONE + "most = 2\n", "needs no most"),
        (GONE.replace("true", "false"), "either a counter or missing"),
        ("acknowledge = 3", "line 1: acknowledge isn't a list of tables"),
        ("acknowledge = [3]", "line 1: [[acknowledge]] Expected `object`"),
        ("margin = [{ benchmark = 'x', margin = 9 }]", "line 1: [[margin]] has margin 9 %"),
        ("gate = 1", "line 1: gate isn't a table"),
        ("[[acknowledge]", "is not TOML"),
        ("a = 1\na = 2\n", "is not TOML: Cannot overwrite a value (at line 2"),
        ("x = " + "[" * 5000, "is not TOML"),
        (b"\xff\xfe[\x00", "is not UTF-8 text (byte 1); save it as UTF-8"),
        ("{}", "is not TOML"),
        ('{"acknowledge": []}', "is not TOML"),
        ("<<<<<<< HEAD\n" + GOOD, "is not TOML: Invalid"),
    ],
)
def test_a_file_of_another_kind_is_one_line(text, said):
    assert said in refused(text)


def test_two_budgets_of_one_benchmark_may_hold_different_things():
    assert len(read(BUDGET + BUDGET.replace("time = '1 s'", "memory = '1 MiB'")).budget) == 2


def test_a_file_that_is_no_file_is_one_line(tmp_path):
    with pytest.raises(InputError, match="can't read"):
        gate_file.read(tmp_path)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: (GOOD + text).encode("utf-8", "replace")))
def test_anything_is_read_or_refused_in_one_line(content):
    assert "\n" not in told(content)


@given(
    st.dictionaries(
        st.sampled_from(
            ["benchmark", "counter", "most", "margin", "tolerated", "time", "memory", "why", "threads", "x"]
        ),
        st.sampled_from(["1", "''", "'1 s'", "'1 B'", "true", "nan", "-1", "[]", "{}", "1979-05-27", "'''a\nb'''"]),
    ),
    st.sampled_from(["[[acknowledge]]", "[[margin]]", "[[budget]]", "[gate]", "[[other]]"]),
)
def test_any_table_is_read_or_refused_with_its_line(body, header):
    text = "\n".join([header, *(f"{key} = {value}" for key, value in body.items())])
    said = told(text.encode())
    assert "\n" not in said
    assert not said or f"{FILE}, line " in said


def test_tables_that_mean_no_benchmark_are_told_with_their_lines():
    (note,) = read(GOOD).notes(["test_a.py::test_fast"])
    assert note.endswith("by 'test_a.py::test_noisy[*]' ([[margin]], line 8); names are as 'test_a.py::test_fast'")
    assert list(read(GOOD).notes(["test_a.py::test_fast", "test_a.py::test_noisy[1-x]"])) == []


def test_what_is_acknowledged_twice_is_told():
    twice = GONE + GONE + GOOD
    (note,) = read(twice).doubled()
    assert "in lines 2 and 7: 'test_a.py::test_old*'" in note
    assert list(read(GOOD + GONE).doubled()) == []
