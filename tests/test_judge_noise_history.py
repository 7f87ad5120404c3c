import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import gate_results, gates

from lntx.errors import InputError
from lntx.judge import noise_history
from lntx.judge.noise_history import History
from lntx.judge.prior import Prior
from lntx.result import Stream


def test_a_history_comes_back_as_it_was_written(tmp_path):
    found = History().added("CPU 3000", gates.suite((0.0, 0.0)))
    noise_history.write(found, tmp_path / "h.json")
    assert noise_history.read(tmp_path / "h.json") == found
    assert set(found.known("CPU 3000", ["b0", "b1", "b7"])) == {"b0", "b1"}
    assert found.known("CPU 4000", ["b0"]) == {}


def test_it_holds_the_variance_between_pairs():
    found = History()
    for seed in range(40):
        found = found.added("c", gates.suite((0.0,), deviation=0.02, seed=seed).values())
    prior = found.known("c", ["b0"])["b0"]
    assert prior.variance == pytest.approx(0.02**2, rel=0.4)
    assert prior.dof == 4


def test_what_is_old_fades():
    quiet, loud = (gates.stream("b", np.tile([scale, -scale], 32)) for scale in (0.01, 0.1))
    found = History().added("c", [quiet])
    for _ in range(2):
        found = found.added("c", [loud])
    assert found.known("c", ["b"])["b"].variance == pytest.approx(0.1**2, rel=0.1)


def test_it_stays_small(monkeypatch):
    monkeypatch.setattr(noise_history, "_BENCHMARKS", 3)
    monkeypatch.setattr(noise_history, "_CPUS", 2)
    found = History()
    for cpu in ("a", "b", "c"):
        found = found.added(cpu, gates.suite((0.0,) * 4).values())
    assert list(found.cpus) == ["b", "c"]
    assert len(found.cpus["c"]) == 3


def test_a_stream_of_one_pair_has_no_variance():
    assert History().added("c", [gates.stream("b", [0.1])]).known("c", ["b"]) == {}


def test_no_file_is_an_empty_history(tmp_path):
    assert noise_history.read(tmp_path / "h.json") == History()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe{\x00}\x00",  # UTF-16
        b"\x00" * 100,
        b'{"schema": 1, "cpus": {"c": {"b": {"variance": 1e-4, "dof": 3}}',  # cut
        b'{"schema": 1, "cpus": {"c": {"b": {"variance": 1e999, "dof": 3}}}}',
        b'{"schema": 1, "cpus": {"c": {"b": {"variance": 1e-4, "dof": 0}}}}',
        b'{"schema": 1, "cpus": {"c": {"b": {"variance": 1e-4, "dof": 3, "times": [1]}}}}',
        b'{"schema": 1, "cpus": [1]}',
        b'{"schema": true, "cpus": {}}',
        b'{"cpus": {}}',
        b'{"schema": "1", "cpus": {}}',
        b"[" * 100_000,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
        b"<<<<<<< HEAD\n{}\n",
    ],
)
def test_a_file_of_another_kind_is_one_line(tmp_path, content):
    (tmp_path / "h.json").write_bytes(content)
    with pytest.raises(InputError, match="delete it") as caught:
        noise_history.read(tmp_path / "h.json")
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "h.json") in str(caught.value)


def test_a_file_of_another_version_says_which(tmp_path):
    (tmp_path / "h.json").write_text('{"schema": 7, "noise": []}')
    with pytest.raises(InputError, match="written with schema 7 of lntx, this lntx reads 1"):
        noise_history.read(tmp_path / "h.json")


def test_a_folder_is_no_history(tmp_path):
    with pytest.raises(InputError, match="can't read"):
        noise_history.read(tmp_path)


def test_names_of_any_kind_come_back(tmp_path):
    names = ["a[x-[y]]", 'quo"te', "línea\n", "", "\u202e", "x" * 10_000]
    found = History().added("c", [gates.stream(name, [0.01, -0.01]) for name in names])
    noise_history.write(found, tmp_path / "h.json")
    assert set(noise_history.read(tmp_path / "h.json").known("c", names)) == set(names)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": 1',
        json.dumps({"schema": 2, "cpus": {}}),
        json.dumps({"schema": 1, "cpus": {"c": {"b": {"variance": -1, "dof": 3}}}}),
        json.dumps({"schema": 1, "cpus": {"c": {"b": {"variance": 1e-4}}}}),
        '{"schema": 1, "cpus": {"c": {"b": {"variance": NaN, "dof": 3}}}}',
    ],
)
def test_a_damaged_file_is_one_line(tmp_path, text):
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(InputError, match="delete it") as caught:
        noise_history.read(tmp_path / "h.json")
    assert "\n" not in str(caught.value)


def test_a_prior_is_plain():
    assert Prior(1.0, 2.0) == Prior(variance=1.0, dof=2.0)


@given(st.floats(0, 1e6), st.floats(0, 2**63, exclude_min=True), st.floats(1e-18, 1e15), st.floats(1e-18, 1e15))
def test_whatever_can_be_read_can_be_added_to_and_written(tmp_path_factory, variance, dof, one, other):
    path = tmp_path_factory.mktemp("history") / "history.json"
    path.write_text(json.dumps({"schema": 1, "cpus": {"c": {"a": {"variance": variance, "dof": dof}}}}))
    pairs = [gate_results.stream("a", ratio, pairs=1, each=one).pairs[0] for ratio in (1.0, other / one)]
    noise_history.write(noise_history.read(path).added("c", [Stream("a", tuple(pairs))]), path)
    assert noise_history.read(path).known("c", ["a"])["a"].variance >= 0
