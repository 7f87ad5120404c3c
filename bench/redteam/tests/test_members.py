"""The family, as it lies there: names and files agree, and each does what its first line says, not something by accident."""

import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import distribution

import pytest

from lntx.errors import InputError, LntxError
from lntx.training import backends as own
from lntx_redteam import members
from lntx_redteam.cases import CASES

ALL = [members.member(stem) for stem in members.stems()]
NAMED = {point.name: point.value for point in distribution("lntx-redteam").entry_points if point.group == own.GROUP}
FAILS = ("Raises", "Prepares nothing", "Refuses with an error")

TWICE = """
import json, sys, warnings
from lntx.training.backends import backends
from lntx_redteam import members, oracle
warnings.simplefilter("ignore")
found = backends()
for one in sorted(map(members.member, members.stems()), key=lambda one: bool(one.told)):  # disturbers last
    if one.ends:
        continue
    case, backend, said = one.case, found[one.name], None
    try:
        problem, recipe = case.problem(), case.recipe.but()
        if reason := backend.refuses(problem, recipe, "cpu"):
            raise ValueError(reason)
        run = backend.prepare(problem, recipe, "cpu")
        fit = [run() for _ in range(2)][-1]
        if one.honest:
            arrays = {"weights": fit.weights, "bias": fit.bias}
            said = oracle.wrong(case, {name: value.tolist() for name, value in arrays.items()})
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    print(json.dumps([one.name, said]))
"""


def test_each_file_is_an_entry_point_and_each_entry_point_a_file():
    assert {stem.replace("_", "-"): f"lntx_redteam.backends.{stem}" for stem in members.stems()} == NAMED


def test_no_name_is_one_of_lntx_s_own():
    inside = {name for name, source in own._sources().items() if not source.startswith("lntx_redteam")}
    assert not inside & set(NAMED)


def test_all_are_found_and_loaded():
    assert {one.name for one in members.chosen()} == set(NAMED)


def test_there_are_many_wrong_ones_and_some_controls():
    assert sum(not one.honest for one in ALL) >= 40
    assert sum(one.honest for one in ALL) >= 5


@pytest.mark.parametrize("stem", members.stems())
def test_a_member_says_what_is_wrong_with_it_and_nothing_that_nobody_reads(stem):
    module, one = import_module(f"lntx_redteam.backends.{stem}"), members.member(stem)
    known = {*members.WORDS, "WORK", "DEVICES"}
    assert {name for name in vars(module) if name.isupper() and not name.startswith("_")} <= known
    assert one.shows in CASES
    assert len(one.label) > 20
    assert one.honest == one.label.startswith("Honest: ")
    assert not (one.honest and (one.ends or one.out_of_reach or one.told or one.healed))


def test_members_fail_where_they_say_so_alone_and_controls_are_right():
    done = subprocess.run([sys.executable, "-P", "-c", TWICE], capture_output=True, text=True, check=True)
    said = dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith('["'))
    assert set(said) == {one.name for one in ALL if not one.ends}
    wrong = {name for name, words in said.items() if words}
    assert wrong == {one.name for one in ALL if one.name in said and one.label.startswith(FAILS)}, said


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"'mem'; did you mean memo\?"):
        members.chosen(["mem"])


def test_a_member_that_isn_t_installed_is_no_finding(monkeypatch):
    monkeypatch.setattr(members, "installed", dict)
    with pytest.raises(LntxError, match="pip install"):
        members.chosen(["memo"])
