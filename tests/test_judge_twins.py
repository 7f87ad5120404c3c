"""Benchmarks of one name in one file are different ones, never processes of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import foreign

from lntx import storage
from lntx.judge.comparison import compare
from lntx.judge.twins import told_apart

NAME = "tests/test_io.py::test_load"


@pytest.fixture
def read(tmp_path):
    def make(*entries, day="2026-05-01"):
        return storage.read(foreign.written(tmp_path / f"{day}.json", foreign.document(*entries, day=day)))

    return make


def twin(center, **more):
    return foreign.entry(NAME, center, **more)


def verdicts(found):
    return {judged.name: str(judged.verdict) for judged in found.benchmarks}


def test_twins_in_one_order_are_compared_by_their_turn(read):
    base = read(twin(1e-3), foreign.entry("t::x"), twin(0.2))
    head = read(twin(1.004e-3, seed=1), foreign.entry("t::x", seed=1), twin(0.199, seed=1), day="2026-05-02")
    found = compare(base, head)
    assert verdicts(found) == {f"{NAME} (1 of 2)": "same", "t::x": "same", f"{NAME} (2 of 2)": "same"}
    assert any(NAME in note and "twice" in note for note in found.notes)


def test_a_slower_twin_is_found(read):
    found = compare(read(twin(1e-3), twin(0.2)), read(twin(3e-3, seed=1), twin(0.2, seed=1), day="2026-05-02"))
    assert verdicts(found) == {f"{NAME} (1 of 2)": "slower", f"{NAME} (2 of 2)": "same"}


def test_twins_that_may_have_changed_places_are_no_alarm(read):
    found = compare(read(twin(1e-3), twin(0.2)), read(twin(0.2, seed=1), twin(1e-3, seed=1), day="2026-05-02"))
    assert set(verdicts(found).values()) == {"inconclusive"}
    assert all("perhaps in another order" in judged.reason for judged in found.benchmarks)


@pytest.mark.parametrize(
    "tell",
    [
        lambda word: {"group": word},
        lambda word: {"params": {"shop": word}},
        lambda word: {"extra_info": {"package": word, "took": f"{word} ran at {id(word)}"}},
        lambda word: {"path": f"{word}/tests"},
    ],
    ids=["a group", "parameters", "a word of its own", "a path"],
)
def test_what_else_tells_twins_apart_holds_whatever_their_order(read, tell):
    base = read(twin(1e-3, **tell("north")), twin(0.2, **tell("south")))
    head = read(twin(0.2, seed=1, **tell("south")), twin(1e-3, seed=1, **tell("north")), day="2026-05-02")
    found = compare(base, head)
    assert found.verdict == "same"
    assert all("north" in name or "south" in name for name in verdicts(found))


def test_a_twin_that_came_or_went_is_paired_by_what_tells_it_apart(read):
    base = read(twin(1e-3, group="north"))
    head = read(twin(1e-3, seed=1, group="north"), twin(0.2, group="south"), day="2026-05-02")
    assert verdicts(compare(base, head)) == {f"{NAME} (group north)": "same", f"{NAME} (group south)": "new"}


def test_unequally_many_with_nothing_to_tell_them_apart_are_inconclusive_and_said(read):
    base = read(twin(1e-3), twin(0.2), foreign.entry("t::x"))
    found = compare(base, read(twin(1e-3, seed=1), foreign.entry("t::x", seed=1), day="2026-05-02"))
    assert verdicts(found).pop("t::x") == "same"
    assert set(verdicts(found).values()) == {"same", "inconclusive"}
    assert all("once or twice" in judged.reason for judged in found.benchmarks if judged.name != "t::x")


def test_a_bad_twin_costs_the_other_nothing(read):
    bad = twin(1, stats={"data": [0.0]})
    base, head = read(bad, twin(0.2)), read(bad, twin(0.2, seed=1), day="2026-05-02")
    found = compare(base, head)
    assert verdicts(found) == {f"{NAME} (2 of 2)": "same"}
    assert [one.name for one in found.left_out] == [f"{NAME} (1 of 2)"]


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6), min_size=1, max_size=4))
def test_every_benchmark_keeps_a_name_of_its_own(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("files")
    studies = [
        storage.read(foreign.written(folder / f"{i}.json", foreign.document(*map(foreign.entry, names))))
        for i, names in enumerate(files)
    ]
    for study, names in zip(told_apart(studies).studies, files, strict=True):
        assert len({record.name for record in study.records}) == len(names)


def test_a_name_that_looks_like_a_counted_one_stays_another_s(read):
    study = read(twin(1e-3), twin(0.2), foreign.entry(f"{NAME} (1 of 2)"))
    names = [record.name for record in told_apart([study]).studies[0].records]
    assert len(set(names)) == 3
