"""Inputs are damaged, each kind is read, and a reader that breaks its promise is seen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx_faults.fuzzing import __main__ as batches
from lntx_faults.fuzzing import mutations
from lntx_faults.fuzzing.subjects import Subject, subjects

WHOLE = {"a": [1, 2, {"b": "x"}], "c": None}


@given(mutations.edits)
def test_a_document_is_changed_in_a_copy(edits):
    before = json.dumps(WHOLE)
    mutations.document(WHOLE, edits)
    assert json.dumps(WHOLE) == before


@given(st.binary(max_size=60), mutations.cuts)
def test_bytes_are_changed_in_a_few_places(content, cuts):
    assert isinstance(mutations.damaged(content, cuts), bytes)


@pytest.mark.filterwarnings("ignore")  # as in a batch's own process
@pytest.mark.parametrize("name", ["study", "gate", "toml", "csv", "npz", "others", "declarations", "note"])
def test_inputs_of_each_kind_are_read(tmp_path, name):
    batch = batches.run(name, 1, 20, tmp_path)
    assert batch.count >= 20
    assert batch.failures == {}


def odd(use):
    return lambda: Subject(".bin", st.binary(max_size=3), use)


def test_what_a_reader_does_that_it_must_not_is_kept_once_with_its_input(tmp_path, monkeypatch):
    def use(path):
        if path.read_bytes():
            raise KeyError("inside")

    monkeypatch.setattr(batches, "subjects", lambda: {"odd": odd(use)})
    batch = batches.run("odd", 1, 50, tmp_path)
    ((fault, name),) = batch.failures.items()
    assert "KeyError at elsewhere: 'inside'" in fault
    assert (tmp_path / "odd" / name).read_bytes()
    assert 0 < batch.taken < batch.count


def test_a_reader_that_takes_too_much_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "LIMIT_BYTES", 2**20)
    monkeypatch.setattr(batches, "subjects", lambda: {"odd": odd(lambda _: bytearray(2**25))})
    assert "MiB" in next(iter(batches.run("odd", 1, 3, tmp_path).failures))


def test_every_kind_of_input_says_what_it_is():
    assert all(made.__doc__ for made in subjects().values())
    assert {
        "study",
        "gate",
        "targets",
        "history",
        "plan",
        "journal",
        "toml",
        "safetensors",
        "npy",
        "npz",
        "csv",
        "parquet",
        "xlsx",
    } < {*subjects()}
