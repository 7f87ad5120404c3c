"""The lines of a TOML file's tables, whatever stands in texts and lists between them."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.storage.toml_lines import line

KINDS = ("margin", "budget", "acknowledge")
HEADERS = ("[[{}]]", "  [[ {} ]]  # more", '[["{}"]]', "[['{}']]\t")
LOOKALIKES = (  # what a search for lines that look like a header would fall for
    '"""\n[[margin]]\nbenchmark = 1\n"""',
    "'''\n[[budget]]\n'''",
    '[\n["margin"],\n[["budget"]],\n]',
    '"[[margin]]"',
    '{ margin = "[margin]" }',
    '"""a \\\n[[acknowledge]] \\\n"""',
)
keys = st.sampled_from(["benchmark", "why", "note"])
values = st.sampled_from(LOOKALIKES) | st.integers(0, 9).map(str) | st.text("ab#[]=", max_size=5).map(repr)
bodies = st.dictionaries(keys, values, max_size=3)
tables = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(HEADERS), bodies, st.integers(0, 2)), max_size=6)


@given(tables=tables, prelude=st.sampled_from(LOOKALIKES) | st.none(), end=st.sampled_from(["\n", "\r\n"]))
def test_each_table_and_key_is_found_where_it_stands(tables, prelude, end):
    lines = [f"first = {prelude}"] if prelude else []
    written, counts = [], dict.fromkeys(KINDS, 0)
    for kind, header, body, empty in tables:
        lines.extend([""] * empty)
        place = "\n".join(lines).count("\n") + 2 if lines else 1
        lines.append(header.format(kind))
        places = {}
        for key, value in body.items():
            places[key] = "\n".join(lines).count("\n") + 2
            lines.append(f"{key} = {value}")
        written.append((kind, counts[kind], place, places))
        counts[kind] += 1
    text = "\n".join(lines).replace("\n", end)
    document = tomllib.loads(text)
    for kind, count in counts.items():
        assert len(document.get(kind, [])) == count
    for kind, index, place, places in written:
        assert line(text, kind, index) == place
        assert {key: line(text, kind, index, key) for key in places} == places
        assert line(text, kind, index, "nothing of this name") == place


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("margin = [{ benchmark = 'x' }]\n", ("margin", 0), 1),
        ("a = 1\n'margin' = [\n{ benchmark = 'x' },\n]\n", ("margin", 0, "benchmark"), 2),
        ("[gate]\nthreads = 2\n", ("gate", 0, "threads"), 2),
        ("[gate]\n'threads' = 2\n", ("gate", 0, "threads"), 2),
        ("[other.gate]\n[gate]\n", ("gate",), 2),
        ("other = 3\n", ("gate",), None),
        ("", ("gate",), None),
        ("gate.threads = 2\n", ("gate",), 1),
    ],
)
def test_what_is_written_otherwise(text, asked, found):
    tomllib.loads(text)
    assert line(text, *asked) == found


def test_many_tables_are_found_in_no_time():
    text = "[[margin]]\nbenchmark = 'x'\n" * 5000
    assert line(text, "margin", 4999) == 9999
