"""No ratio without proof: who disagrees, refuses or fails is not compared, and the others still are."""

import sys

import pytest

import lntx
import lntx.training.backends
from lntx_peers.contest.contest import Contest, Wanted
from lntx_peers.contest.training import Training, forms
from lntx_peers.contest.turns import Patience

PROBLEM = lntx.synthetic(20, 3)
RECIPE = lntx.Recipe(lr=0.05, epochs=4)
QUICK = Patience(2, 0.0)


def planted(tmp_path, monkeypatch, text):
    """Drop a backend in, NumPy's but for these lines."""
    numpys = "from lntx.training.backends.numpy import *\nfrom lntx.training.backends.numpy import prepare as numpys\n"
    (tmp_path / "dropped.py").write_text(f'"""Dropped in."""\n{numpys}{text}')
    monkeypatch.setattr(lntx.training.backends, "__path__", [*lntx.training.backends.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "lntx.training.backends.dropped", raising=False)


def played(*names, probes=None, **epochs):
    trainings = [Training("peers_test", name, PROBLEM, RECIPE, epochs.get(name)) for name in names]
    return Contest.of("a test", trainings, probes).play(QUICK)


def test_who_agrees_is_timed_and_compared():
    contest = played("numpy", "manual")
    target = contest.target(Wanted("T0", "numpy", "manual", 1e-9))
    assert len(target.values) == QUICK.rounds
    assert target.verdict == "met"
    assert {record.cell.backend for record in contest.outcome.records} == {"numpy", "manual"}
    assert all(record.agreement.ok for record in contest.outcome.records)


OFF = """
def prepare(problem, recipe, device):
    run = numpys(problem, recipe, device)

    def off():
        fit = run()
        fit.weights.mul_(1.001)
        return fit

    return off
"""
TIRES = """
def prepare(problem, recipe, device):
    run, calls = numpys(problem, recipe, device), []

    def tires():
        fit = run()
        calls.append(1)
        fit.weights.mul_(1 if len(calls) < 2 else 2)
        return fit

    return tires
"""
REFUSES = "def refuses(problem, recipe, device):\n    return 'not with me'\n"
FAILS = "def prepare(problem, recipe, device):\n    raise ZeroDivisionError('oops')\n"


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (OFF, "disagrees", "its weights are off by"),
        (TIRES, "disagrees", "its weights are off by"),
        (REFUSES, "refused", "not with me"),
        (FAILS, "failed", "ZeroDivisionError: oops"),
    ],
    ids=["wrong", "wrong when timed", "refuses", "fails"],
)
def test_who_does_not_agree_gets_no_ratio_and_costs_nobody_else_theirs(tmp_path, monkeypatch, text, kind, says):
    planted(tmp_path, monkeypatch, text)
    contest = played("numpy", "dropped", "manual")
    target = contest.target(Wanted("T0", "numpy", "dropped", 1.0), "a limit")
    assert (target.values, target.verdict) == ((), "not measured")
    assert says in target.reason
    assert [absence.kind for absence in contest.outcome.absences] == [kind]
    assert {record.cell.backend for record in contest.outcome.records} == {"numpy", "manual"}
    assert contest.target(Wanted("T0", "numpy", "manual", 1e-9)).verdict == "met"


def test_fewer_epochs_are_multiplied_up_and_said():
    contest = played("numpy", "manual", manual=2)
    record = next(record for record in contest.outcome.records if record.cell.backend == "manual")
    assert (record.timed_epochs, record.cell.epochs) == (2, 4)
    assert contest.times["manual"] == tuple(2 * second for second in record.rounds[0])
    assert contest.target(Wanted("T0", "numpy", "manual", 1.0)).scaled == "manual from 2 of 4 epochs"


def test_work_classes_are_named_where_they_are_not_steps():
    contest = played("numpy", "composed", probes={"a probe": lambda: None})
    target = contest.target(Wanted("T0", "numpy", "composed", 1.0))
    assert (target.contestant, target.measure) == ("numpy", "as fast as composed (algebra)")
    assert contest.target(Wanted("T0", "composed", "a probe", 1.0, "at most")).contestant == "composed (algebra)"


def test_where_the_most_is_wanted_the_ratio_is_the_other_way_round():
    contest = played("numpy", "manual")
    least, most = (contest.target(Wanted("T0", "numpy", "manual", 1.0, sense)) for sense in ("at least", "at most"))
    assert most.values == pytest.approx([1 / value for value in least.values])


def test_a_recipe_that_must_diverge_is_refused_before_anything_runs():
    with pytest.raises(lntx.Diverged):
        Contest.of("a test", [Training("peers_test", "numpy", PROBLEM, RECIPE.but(lr=1e3))])


FORMS = """
VARIANTS = {"other": "The same", "never": "Refuses"}


def refuses(problem, recipe, device, *, variant=""):
    return "not in this form" if variant == "never" else None


def prepare(problem, recipe, device, *, variant=""):
    return numpys(problem, recipe, device)
"""


def test_a_race_is_with_the_best_form_of_a_peer_and_names_it(tmp_path, monkeypatch):
    planted(tmp_path, monkeypatch, FORMS)
    entered = forms("peers_test", "dropped", PROBLEM, RECIPE)
    assert [training.name for training in entered] == ["dropped", "dropped:other"]
    trainings = [Training("peers_test", "manual", PROBLEM, RECIPE), *entered]
    contest = Contest.of("a test", trainings).play(QUICK)
    assert set(contest.times) == {"manual", "dropped", "dropped:other"}
    wanted = Wanted("T0", "manual", "dropped", 1e-9)
    contest.times |= {"dropped": (9.0, 1.0, 8.0), "dropped:other": (2.0, 3.0, 4.0), "manual": (1.0, 1.0, 1.0)}
    target = contest.target(wanted)
    assert (target.measure, target.values) == ("as fast as dropped:other, the best of 2", (2.0, 3.0, 4.0))
    assert contest.median("dropped") == 3.0
    del contest.times["dropped:other"]
    assert contest.target(wanted).measure == "as fast as dropped"


def test_a_peer_without_any_form_for_a_task_is_refused_in_its_plain_one(tmp_path, monkeypatch):
    planted(tmp_path, monkeypatch, REFUSES)
    (only,) = forms("peers_test", "dropped", PROBLEM, RECIPE)
    contest = Contest.of("a test", [Training("peers_test", "numpy", PROBLEM, RECIPE), only]).play(QUICK)
    assert contest.target(Wanted("T0", "numpy", "dropped", 1.0)).reason == "dropped: not with me"


def test_a_probe_that_there_is_none_of_says_why():
    contest = played("numpy", probes={"a probe": "it isn't installed"})
    assert contest.target(Wanted("T0", "numpy", "a probe", 1.0)).reason == "a probe: it isn't installed"


def test_a_time_by_itself_is_held_against_what_is_wanted_of_each_part():
    contest = played("numpy")
    whole, step = contest.lasting("T0", "numpy", 1e9, "whole"), contest.lasting("T0", "numpy", 1e-12, "a step", 80)
    assert (whole.verdict, step.verdict, whole.unit) == ("met", "missed", "s")
    assert step.values == pytest.approx([value / 80 for value in whole.values])


def test_what_is_only_shown_has_no_verdict_to_meet():
    assert played("numpy", "manual").target(Wanted("T0", "numpy", "manual", None)).verdict == "shown"
