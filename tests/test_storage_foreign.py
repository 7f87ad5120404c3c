"""Other tools' files: read benchmark by benchmark, in whatever they are packed, and nothing of theirs invented."""

import gzip
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import foreign

from lntx import storage
from lntx.errors import InputError
from lntx.record import Record

GOOD = foreign.entry("t.py::test_good", 2e-3)


def read(tmp_path, *documents):
    return storage.read(foreign.written(tmp_path / "b.json", *documents))


def reasons(study):
    return {one.name: one.reason for one in study.unusable}


@pytest.mark.parametrize("version", ["3.4.1", "4.0.0", "5.1.0"])
@pytest.mark.parametrize("keep", [True, False], ids=["with its rounds", "without"])
def test_every_version_of_pytest_benchmark_s_file_is_read(tmp_path, version, keep):
    old = (
        {"vendor_id": "x", "brand": "Old CPU", "hardware": "unknown"} if version == "3.4.1" else foreign.MACHINE["cpu"]
    )
    study = read(
        tmp_path,
        foreign.document(
            foreign.entry("t.py::test_a", 3e-3, keep=keep), version=version, machine={**foreign.MACHINE, "cpu": old}
        ),
    )
    (record,) = study.records
    assert record.seconds == pytest.approx(3e-3, rel=0.02)
    assert bool(record.rounds) == keep
    assert bool(record.stated) != keep
    assert study.about["ended"] == "2026-05-01T02:00:00+00:00"


def test_what_a_file_states_is_kept_and_nothing_else(tmp_path):
    given = {"median": 2.0, "min": 1.5, "rounds": 40, "q1": 1.9, "outliers": "2;1", "ops": 0.5}
    (record,) = read(tmp_path, foreign.document({"fullname": "t", "stats": given})).records
    assert record.rounds == ()
    assert record.stated == {"median": 2.0, "min": 1.5, "rounds": 40, "q1": 1.9}
    assert record.medians == (2.0,)


BAD = {
    "rounds of no time": (
        {"data": [0.0, 0.0, 1e-7]},
        "2 of its 3 rounds took 0 s: it is quicker than the clock's tick",
    ),
    "a median of no time": ({"median": 0.0, "min": 0.0}, "its min is 0 s: it is quicker"),
    "no number": ({"data": [1.0, math.nan]}, "stats.data[1] is not a number"),
    "infinity": ({"data": [math.inf]}, "stats.data[0] is infinite"),
    "a number beyond all": ({"data": [10**400]}, "stats.data[0] is infinite or too large"),
    "more than any clock counts": ({"data": [1e300]}, "stats.data[0] is infinite or too large"),
    "less than any clock tells": ({"data": [5e-324]}, "stats.data[0] is 4.94066e-324 s, which no clock tells from 0"),
    "less than nothing": ({"data": [-1e-3]}, "stats.data[0] is -0.001 s, less than nothing"),
    "a text": ({"data": [1.0, "2.0"]}, "stats.data[1] is a text ('2.0')"),
    "a truth value": ({"data": [True]}, "stats.data[0] is a truth value"),
    "null among rounds": ({"data": [None]}, "stats.data[0] is null"),
    "rounds that are no list": ({"data": {"0": 1.0}}, "its stats.data are an object"),
    "nothing stated": ({"data": []}, "it holds no rounds, and states neither"),
    "a stated text": ({"median": "0.1"}, "its median is a text ('0.1')"),
    "a stated NaN": ({"median": math.nan, "min": 1.0}, "its median is not a number"),
    "a minimum above the median": ({"median": 1.0, "min": 2.0}, "its minimum, 2 s, lies above its median, 1 s"),
}


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_benchmark_costs_the_others_nothing_and_says_why(tmp_path, kind):
    stats, said = BAD[kind]
    study = read(
        tmp_path,
        foreign.document(GOOD, {"fullname": "t.py::test_bad", "stats": stats}, GOOD | {"fullname": "t.py::test_last"}),
    )
    assert [record.name for record in study.records] == ["t.py::test_good", "t.py::test_last"]
    assert said in reasons(study)["t.py::test_bad"]
    assert study.unusable[0].file == "b.json"


@pytest.mark.parametrize(
    ("item", "name", "said"),
    [
        (None, "benchmarks[1]", "it is null"),
        ("x", "benchmarks[1]", "it is a text"),
        ({}, "benchmarks[1]", "it has no stats"),
        ({"fullname": "t::x"}, "t::x", "it has no stats"),
        ({"fullname": "t::x", "stats": None}, "t::x", "it has no stats"),
        ({"fullname": "t::x", "stats": [1.0]}, "t::x", "its stats are a list"),
        ({"fullname": None, "name": "x", "stats": 3}, "x", "its stats are a number"),
        (
            GOOD | {"error": "ZeroDivisionError: division\nby zero"},
            "t.py::test_good",
            "an error: ZeroDivisionError: division by zero",
        ),
        (GOOD | {"error": True}, "t.py::test_good", "it ended in an error"),
    ],
)
def test_an_entry_that_is_none_is_named_by_what_there_is(tmp_path, item, name, said):
    study = read(tmp_path, foreign.document(foreign.entry("t::first"), item))
    assert [record.name for record in study.records] == ["t::first"]
    assert said in reasons(study)[name]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["fullname", "name", "stats", "data", "median", "min", "mean", "extra_info", "group", "error", "x"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_an_entry_is_the_file_is_read_and_the_entry_used_or_named(tmp_path_factory, item):
    study = read(tmp_path_factory.mktemp("any"), foreign.document(GOOD, item))
    assert len(study.records) + len(study.unusable) == 2
    assert study.records[0].name == "t.py::test_good"
    for record in study.records:
        assert record.medians or record.stated["mean"] > 0
        assert all(0 < value < math.inf for part in record.rounds for value in part)


@pytest.mark.parametrize("place", ["machine_info", "commit_info", "datetime", "version"])
@pytest.mark.parametrize("value", [None, 3, "x", [1], {"id": 7, "cpu": [1]}, {}])
def test_what_no_time_rests_on_may_be_anything(tmp_path, place, value):
    study = read(tmp_path, foreign.document(GOOD) | {place: value})
    assert len(study.records) == 1


def test_a_commit_that_isn_t_known_is_none(tmp_path):
    for word in ("unversioned", "unknown", "", None):
        assert read(tmp_path, foreign.document(GOOD, commit=word)).about["commit"] == {}


WAYS = {
    "with a mark of UTF-8": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big-endian, without a mark": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "a script": lambda text: f"window.BENCHMARK_DATA = {text};\n".encode(),
    "a constant": lambda text: f"const data = {text}".encode(),
    "a list": lambda text: f"[{text}]".encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_read_however_it_is_written(tmp_path, way):
    text = json.dumps(foreign.document(foreign.entry("t.py::test_größe[😀]")), indent=1, ensure_ascii=False)
    (tmp_path / "b.json").write_bytes(WAYS[way](text))
    assert [record.name for record in storage.read(tmp_path / "b.json").records] == ["t.py::test_größe[😀]"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xff\xfe\x00", "no UTF-16"),
        (b'{"a": "\xe4"}', "no UTF-8"),
        (gzip.compress(b"{}" * 500, mtime=0)[:20], "what gzip packed is cut"),
        (b"PK\x03\x04rest", "is a ZIP archive; unpack it"),
        (b"BZh9", "is a bzip2 archive"),
        (b"name,min,max\na,1,2\n", "is not whole JSON"),
        (b'{"benchmarks": []}\n{"benchmarks": [', "is not whole JSON"),
        (b"<!doctype html>", "is not whole JSON"),
    ],
)
def test_what_is_no_json_is_said_in_a_line(tmp_path, content, said):
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"b\.json") as caught:
        storage.runs(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


JOINED = {"lines": "\n{}", "one after another": "{}", "with a mark of order each": "\ufeff{}", "parted": "\x1e{}\n"}


@pytest.mark.parametrize("way", [*JOINED, "a list"])
def test_several_runs_in_a_file_stay_several(tmp_path, way):
    texts = [json.dumps(foreign.document(GOOD, day=f"2026-05-0{i}", commit=str(i) * 40)) for i in (1, 2, 3)]
    path = tmp_path / "b.json"
    written = "".join(map(JOINED[way].format, texts)) if way in JOINED else f"[{','.join(texts)}]"
    path.write_text(written, encoding="utf-8")
    found = storage.runs(path)
    assert [study.about["commit"]["id"][0] for study in found] == ["1", "2", "3"]
    with pytest.raises(InputError, match="holds 3 runs"):
        storage.read(path)


@pytest.mark.parametrize("way", ["a list", "lines"])
def test_benchmarks_without_a_document_around_them_are_one_run(tmp_path, way):
    texts = [json.dumps(foreign.entry(f"t::{i}")) for i in range(3)]
    (tmp_path / "b.json").write_text("\n".join(texts) if way == "lines" else f"[{','.join(texts)}]")
    assert [record.name for record in storage.read(tmp_path / "b.json").records] == ["t::0", "t::1", "t::2"]


def test_a_key_that_stands_twice_loses_nothing_in_silence(tmp_path):
    one, other = (json.dumps([foreign.entry(name)]) for name in ("t::a", "t::b"))
    (tmp_path / "b.json").write_text(f'{{"benchmarks": {one}, "benchmarks": {other}}}')
    with pytest.raises(InputError, match='"benchmarks" twice'):
        storage.read(tmp_path / "b.json")
    item = json.dumps(GOOD)
    (tmp_path / "b.json").write_text(f'{{"benchmarks": [{item[:-1]}, "fullname": "t::other"}}]}}')
    assert "stands twice" in storage.read(tmp_path / "b.json").unusable[0].reason
    (tmp_path / "b.json").write_text(f'{{"benchmarks": [{item[:-1]}, "fullname": "t.py::test_good"}}]}}')
    assert not storage.read(tmp_path / "b.json").unusable


def test_twins_are_counted_and_keep_what_tells_them_apart(tmp_path):
    twin = "tests/test_io.py::test_load"
    study = read(
        tmp_path,
        foreign.document(
            foreign.entry(twin, group="north"),
            GOOD,
            foreign.entry(twin, stats=None),
            foreign.entry(twin, group="south"),
        ),
    )
    assert [(one.traits.get("turn"), one.traits.get("of"), one.traits.get("group")) for one in study.records] == [
        ("1", "3", "north"), (None, None, None), ("3", "3", "south"),
    ]  # fmt: skip
    assert study.unusable[0].traits["turn"] == "2"


@pytest.mark.parametrize(("calls", "early"), [(1, False), (50, False), (50, True)])
def test_codspeed_s_times_are_those_of_a_call(tmp_path, calls, early):
    found = foreign.codspeed(("t.py::test_a", 2000.0, calls))
    if early:  # the times of a round, as its first versions wrote them
        stats = found["benchmarks"][0]["stats"]
        stats |= {name: calls * stats[name] for name in ("min_ns", "median_ns", "mean_ns", "q1_ns", "q3_ns")}
    (record,) = read(tmp_path, found).records
    assert record.name == "t.py::test_a"
    assert record.stated["median"] == pytest.approx(2e-6)
    assert record.stated["min"] == pytest.approx(1.8e-6)


ODD = st.one_of(
    st.integers(),
    st.integers().map(lambda power: 10 ** (abs(power) % 400)),
    st.floats(),
    st.none(),
    st.booleans(),
    st.text(),
)


@given(st.dictionaries(st.sampled_from(sorted(foreign.codspeed(("a", 1.0, 2))["benchmarks"][0]["stats"])), ODD))
def test_whatever_codspeed_s_file_has_for_a_number_it_is_a_time_or_said_to_be_none(tmp_path_factory, changed):
    found = foreign.codspeed(("t.py::test_a", 2000.0, 50))
    found["benchmarks"][0]["stats"] |= changed
    study = read(tmp_path_factory.mktemp("odd"), found)
    assert len(study.records) + len(study.unusable) == 1
    assert all(0 < one.stated["median"] < math.inf for one in study.records if "median" in one.stated)


def test_the_action_s_history_is_a_run_for_each_commit_with_means_alone(tmp_path):
    history = foreign.action(
        [("t::a", 1000.0, "iter/sec"), ("t::b", 25.0, "ns/iter"), ("t::size", 3, "KiB"), ("t::none", 0, "iter/sec")],
        [("t::a", 500.0, "iter/sec"), ("t::b", 26.0, "ns/iter")],
    )
    (tmp_path / "data.js").write_text(f"window.BENCHMARK_DATA = {json.dumps(history)}")
    first, second = storage.runs(tmp_path / "data.js")
    assert {record.name: record.stated for record in first.records} == {
        "t::a": {"mean": 1e-3},
        "t::b": {"mean": pytest.approx(2.5e-8)},
    }
    assert "its unit (KiB)" in reasons(first)["t::size"]
    assert "0 s" in reasons(first)["t::none"]
    assert second.records[0].stated == {"mean": 2e-3}
    assert first.about["ended"] < second.about["ended"]
    assert all(record.medians == () for record in first.records)


def test_the_list_that_the_action_s_custom_tools_take_is_read(tmp_path):
    given = [{"name": "load", "unit": "ms", "value": 12}, {"name": "memory", "unit": "MB", "value": 7}]
    study = read(tmp_path, given)
    assert [(record.name, record.stated) for record in study.records] == [("load", {"mean": pytest.approx(0.012)})]
    assert [one.name for one in study.unusable] == ["memory"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (foreign.codspeed(kind="valgrind"), "keeps no times; run it with --codspeed-mode walltime"),
        ({"commit_hash": "a", "results": {}, "params": {}}, "it is asv's, which asv compare is for"),
        ({"benchmarks": [{"runs": []}], "version": "1.0"}, "it is pyperf's"),
        ({"results": [{"command": "ls", "times": [1.0]}]}, "it is hyperfine's"),
        ({"context": {}, "benchmarks": [{"name": "BM_a", "real_time": 1}]}, "it is Google Benchmark's"),
        ({"verdict": "same", "rules": {}, "streams": []}, "it is a gate's"),
        ({"entries": {}}, "holds no run"),
        ({"a": 1}, 'it has no list "benchmarks"'),
        (7, 'it has no list "benchmarks"'),
    ],
)
def test_a_file_without_times_of_ours_is_told_whose_it_is(tmp_path, found, said):
    with pytest.raises(InputError, match=r"b\.json is not a pytest-benchmark file") as caught:
        read(tmp_path, found)
    assert said in str(caught.value)
    assert "damaged" not in str(caught.value)


def test_a_benchmark_put_beside_lntx_s_own_is_read_as_somebody_else_s(tmp_path):
    from support import studies  # noqa: PLC0415

    from lntx.record import Study  # noqa: PLC0415

    storage.write(Study((studies.record(studies.cell()),), machine=studies.MACHINE), tmp_path / "s.json")
    document = json.loads((tmp_path / "s.json").read_text())
    document["benchmarks"] += [GOOD, foreign.entry("t::zero", stats={"data": [0.0]})]
    (tmp_path / "s.json").write_text(json.dumps(document))
    study = storage.read(tmp_path / "s.json")
    assert [record.cell is None for record in study.records] == [False, True]
    assert study.records[1] == Record("t.py::test_good", study.records[1].rounds, traits=study.records[1].traits)
    assert [one.name for one in study.unusable] == ["t::zero"]
