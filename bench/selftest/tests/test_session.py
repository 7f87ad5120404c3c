from dataclasses import replace

import pytest
from made import UNITS, ruling

from lntx.errors import InputError, LntxError
from lntx.result import Rules
from lntx_selftest import rivals, session
from lntx_selftest.session import Session
from lntx_selftest.sizes import Sizes
from lntx_selftest.store import Store

SAME = dict.fromkeys(UNITS, "same")


@pytest.fixture
def gates(monkeypatch):
    """Let no gate run; note what was asked for, and give a made-up answer."""
    asked = []

    def run(_root, kind, number, **_):
        asked.append((kind, number))
        return ruling(SAME)

    monkeypatch.setattr(session.gates, "run", run)
    return asked


def test_runs_of_all_kinds_keep_step_and_add_to_those_that_are_there(store, gates):
    store.keep("aa", ruling(SAME))
    Session(store, Sizes(aa=3, full=1), lambda _: None).play()
    assert gates == [("full", 0), ("aa", 1), ("aa", 2)]
    assert (store.count("aa"), store.count("full")) == (3, 1)


def test_a_whole_session_has_nothing_left_to_do(store, gates):
    for _ in range(2):
        Session(store, Sizes(aa=2), lambda _: None).play()
    assert len(gates) == 2


def test_halves_take_turns_over_the_runs_of_a_slowdown():
    plan = session.gates.plans()["plus3"]
    assert [plan.head(number) for number in range(3)] == ["plus3-even", "plus3-odd", "plus3-even"]


def test_gates_for_replays_look_at_the_cap_alone_and_only_mutants_and_texts_are_guarded():
    plans = session.gates.plans()
    assert plans["full"].rules.looks == (Rules().cap,)
    assert plans["aa"].rules == Rules()
    assert {kind for kind, plan in plans.items() if plan.guard} == {
        "docs",
        *(k for k in plans if k.startswith("mutant")),
    }
    assert {kind for kind, plan in plans.items() if plan.counters} == {
        kind for kind, plan in plans.items() if plan.guard
    }


def test_an_interrupted_gate_is_no_run(tmp_path, monkeypatch):
    found = ruling(SAME)
    monkeypatch.setattr(session.gates, "gate", lambda *_: replace(found, about={**found.about, "interrupted": True}))
    with pytest.raises(KeyboardInterrupt):
        session.gates.run(tmp_path, "aa", 0, quick=False)


def test_no_run_begins_that_would_outlast_the_time(store, gates):
    said = []
    store.keep("aa", ruling(SAME, seconds=600.0))
    Session(store, Sizes(aa=5), said.append, minutes=5).play()
    assert gates == []
    assert "still wanted: aa" in said[-1]


def test_what_broke_down_is_kept_and_given_up_after_a_while(store, monkeypatch):
    def run(*_, **__):
        raise LntxError("the worker died")

    monkeypatch.setattr(session.gates, "run", run)
    with pytest.raises(LntxError, match=r"given up: aa \(the worker died\)"):
        Session(store, Sizes(aa=60), lambda _: None).play()
    assert store.failures("aa") == ["the worker died"] * 3
    assert store.count("aa") == 0


def test_a_mistake_is_no_failure_of_the_gate(store, monkeypatch):
    def run(*_, **__):
        raise InputError("another gate runs")

    monkeypatch.setattr(session.gates, "run", run)
    with pytest.raises(InputError, match="another gate"):
        Session(store, Sizes(aa=1), lambda _: None).play()
    assert store.failures("aa") == []


@pytest.mark.usefixtures("gates")
def test_rivals_get_the_seconds_that_the_gate_took(store, monkeypatch):
    budgets = []

    def run(_root, _stem, budget_s):
        budgets.append(budget_s)
        return {"seconds": 1.0}

    monkeypatch.setattr(session.race, "run", run)
    monkeypatch.setattr(rivals, "installed", lambda stem: "1" if stem == "asv" else None)
    said = []
    Session(store, Sizes(aa=1, rivals=2), said.append).play()
    assert budgets == [pytest.approx(5.0)] * 2
    assert any("pyperf isn't installed" in line for line in said)


def test_rivals_without_a_gate_to_be_compared_with_are_refused(store, monkeypatch):
    monkeypatch.setattr(rivals, "installed", lambda _: "1")
    with pytest.raises(InputError, match="measure some first"):
        Session(store, Sizes(rivals=1), lambda _: None).play()


def test_comparisons_are_counted_not_runs(store, monkeypatch):
    monkeypatch.setattr(session.counts, "run", lambda *_: {"comparisons": 40, "differences": [], "seconds": 1.0})
    Session(store, Sizes(counts=100), lambda _: None).play()
    assert store.count("counts") == 3


def test_quick_and_whole_runs_do_not_mix(store):
    Session(store, Sizes(), lambda _: None, quick=True).play()
    with pytest.raises(InputError, match="choose another folder"):
        Session(store, Sizes(), lambda _: None).play()


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "counts").mkdir()
    (tmp_path / "counts" / "0001.json").write_text("{")
    with pytest.raises(InputError, match=r"0001\.json is not whole"):
        Store(tmp_path).documents("counts")
