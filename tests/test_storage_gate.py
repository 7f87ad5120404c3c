import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import gates

from lntx.errors import InputError
from lntx.result import Batch, BenchmarkResult, Budget, Count, GateResult, Pair, Quad, Rules, Stream, Surveyed
from lntx.storage import gate
from lntx.verdict import Verdict

numbers = st.floats(0, 1e4)
seconds = st.just(0.0) | st.floats(1e-9, 1e4)  # what is less than any clock tells is damage
batches = st.builds(Batch, st.floats(1e-9, 10), st.integers(1, 10**6), st.floats(0, 1), st.integers(0, 50))
quads = st.builds(Quad, st.sampled_from(["ABBA", "BAAB"]), st.tuples(batches, batches, batches, batches))
pairs = st.builds(
    Pair,
    st.integers(1, 24),
    st.lists(quads, max_size=3).map(tuple),
    st.none() | st.tuples(seconds, seconds),
    st.booleans(),
)
streams = st.builds(Stream, st.text(max_size=5), st.lists(pairs, max_size=3).map(tuple), st.booleans())
judged = st.builds(
    BenchmarkResult,
    st.text(max_size=5),
    st.sampled_from(Verdict),
    st.sampled_from(["time", "identity", "counters", "coverage", "results"]),
    reason=st.text(max_size=5),
    ratio=st.none() | numbers,
    pairs=st.integers(0, 24),
    needs=st.none() | st.integers(1, 1000),
)
surveyed = st.builds(
    Surveyed,
    st.text(max_size=5),
    st.sampled_from(["passed", "failed", "skipped", "absent"]),
    st.sampled_from(["passed", "failed", "skipped", "absent"]),
    identical=st.booleans(),
    counts=st.lists(st.builds(Count, st.text(max_size=5), numbers, numbers), max_size=2).map(tuple),
)
budgets = st.builds(
    Budget,
    st.text(max_size=5),
    st.sampled_from(["time", "memory"]),
    st.floats(1e-9, 1e12),
    st.sampled_from(["within", "over", "undecided", "unknown"]),
    value=st.none() | numbers,
    low=st.none() | numbers,
    why=st.text(max_size=5),
)
whole = st.builds(
    GateResult,
    st.just(Verdict.SAME),
    st.lists(judged, max_size=2).map(tuple),
    st.just(Rules()) | st.just(Rules(0.05, 0.1, 0.01, 0.1, (2, 3))),
    st.lists(judged, max_size=2).map(tuple),
    st.lists(surveyed, max_size=2).map(tuple),
    st.lists(streams, max_size=2).map(tuple),
    numbers,
    st.lists(st.text(max_size=5), max_size=2).map(tuple),
    st.just({"cpu": "x", "cores": 2, "gpu": None}),
    st.just({"command": "lntx gate", "commits": {"base": "a", "head": "b"}}),
    st.just({}) | st.just({"b": (1e-4, 8.0)}),
    st.just({}) | st.just({"b": (0.01, 0.1)}),
    st.lists(budgets, max_size=2).map(tuple),
)


@given(ruling=whole)
def test_a_gate_comes_back_as_it_was_written(tmp_path_factory, ruling):
    path = tmp_path_factory.mktemp("gate") / gate.FILE
    gate.write(ruling, path)
    assert gate.read(path) == ruling


def made():
    found = tuple(gates.suite((0.0, 0.0), pairs=3).values())
    return GateResult(
        Verdict.SAME, (BenchmarkResult("b0", Verdict.SAME, "time"),), streams=found, surveyed=gates.surveyed(["b0"])
    )


def test_a_large_gate_stays_below_a_megabyte(tmp_path):
    seconds = [0.025123456789 + i * 1e-9 for i in range(4)]
    quad = Quad("ABBA", tuple(Batch(second, 123456, 0.01 * (i > 2), i) for i, second in enumerate(seconds)))
    pairs = tuple(Pair(number, (quad,) * 8, (0.1, 0.1)) for number in range(1, 25))
    ruling = replace(made(), streams=tuple(Stream(f"bench/test_b.py::test_b[{i}]", pairs) for i in range(12)))
    gate.write(ruling, tmp_path / gate.FILE)
    assert (tmp_path / gate.FILE).stat().st_size < 1e6
    assert gate.read(tmp_path / gate.FILE) == ruling


def spoilt(change):
    document = None

    def damage(path):
        nonlocal document
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return damage


@pytest.mark.parametrize(
    "change",
    [
        lambda gate: gate.update(schema=2),
        lambda gate: gate.pop("verdict"),
        lambda gate: gate.update(verdict="fine"),
        lambda gate: gate.update(streams=None),
        lambda gate: gate["streams"][0].update(sentinel="no"),
        lambda gate: gate["streams"][0]["pairs"][0]["seconds"].pop(),
        lambda gate: gate["streams"][0]["pairs"][0].update(seconds=[-1.0] * 4),
        lambda gate: gate["streams"][0]["pairs"][0].update(orders=["ABAB"]),
        lambda gate: gate["streams"][0]["pairs"][0].update(iterations=[1, 2]),
        lambda gate: gate["streams"][0]["pairs"][0].update(first=[1.0]),
        lambda gate: gate["rules"].update(looks=[8, 4]),
        lambda gate: gate["benchmarks"][0].update(pairs="3"),
        lambda gate: gate.update(known={"b": [1.0]}),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path, change):
    path = tmp_path / gate.FILE
    gate.write(made(), path)
    spoilt(change)(path)
    with pytest.raises(InputError, match="run the gate again") as caught:
        gate.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"benchmarks": []}'])
def test_another_file_is_one_line(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError):
        gate.read(tmp_path / "x.json")


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(InputError, match="can't read"):
        gate.read(tmp_path / "none.json")
