"""Equal code is measured in turns by the gate's stopwatch, and judged by its rules."""

import math
import random

import pytest
from support.commandline import lntx_says

from lntx.doctor import equal_code
from lntx.doctor.equal_code import Control, Measured
from lntx.duet.config import Pace
from lntx.errors import InputError, LntxError
from lntx.host import locks
from lntx.result import Batch, Pair, Quad, Stream

QUICK = Pace(batch_s=0.001, warm_s=0.01, quads=2, quads_s=0.1)


def test_pairs_of_processes_are_measured_and_leave_nothing_running():
    spent = []
    found = equal_code.measured(0.0, spent.append, QUICK)
    assert [control.name for control in found.controls] == ["arithmetic", "memory"]
    assert found.pairs == len(spent) == 3
    assert spent == sorted(spent)
    for control in found.controls:
        assert control.low < control.ratio < control.high
        assert control.shows > 0.005
        assert control.quads > 0
    assert found.shows == max(control.shows for control in found.controls)


def stream(name, rng, pairs, spread, shift=0.0):
    made = []
    for number in range(1, pairs + 1):
        base, head = (math.exp(rng.gauss(0, spread)), math.exp(rng.gauss(shift, spread)))
        batches = tuple(Batch(base if letter == "A" else head, 100) for letter in "ABBA")
        made.append(Pair(number, (Quad("ABBA", batches),)))
    return Stream(name, tuple(made), sentinel=True)


def judged(*streams):
    return list(equal_code._judged(list(streams)))


def test_a_quieter_machine_and_more_pairs_show_smaller_differences():
    rng = random.Random(1)
    noisy, quiet = judged(stream("a", rng, 30, 0.03), stream("b", rng, 30, 0.003))
    assert noisy.shows > 3 * quiet.shows
    few, many = (judged(*(stream(name, rng, pairs, 0.02) for name in "ab"))[0] for pairs in (6, 100))
    assert few.shows > many.shows > 0.005


@pytest.mark.end_to_end
def test_what_shows_is_called_slower_by_nine_gates_of_ten():
    rng = random.Random(2)
    control = judged(stream("a", rng, 40, 0.01), stream("b", rng, 40, 0.01))[0]
    shift = math.log1p(control.shows)
    called = [judged(stream("a", rng, 40, 0.01, shift), stream("b", rng, 40, 0.01))[0].differs for _ in range(60)]
    assert 0.7 < sum(called) / len(called) <= 1
    equal = [judged(stream("a", rng, 40, 0.01), stream("b", rng, 40, 0.01))[0].differs for _ in range(60)]
    assert sum(equal) <= 2


def test_a_process_that_dies_is_said_in_a_line(tmp_path, monkeypatch):
    (tmp_path / "arm.py").write_text("import sys\nsys.exit(3)\n")
    monkeypatch.setattr(equal_code, "_ARM", tmp_path / "arm.py")
    with pytest.raises(LntxError, match=r"ended by itself \(exit code 3\)"):
        equal_code.measured(0.0, pace=QUICK)


@pytest.mark.parametrize("differs", [False, True])
def test_the_command_says_how_small_a_difference_shows(monkeypatch, differs):
    one = Control("arithmetic", 1.001, 0.996, 1.006, 0.012, differs=differs, quads=24, disturbed=1)
    monkeypatch.setattr(equal_code, "measured", lambda *_: Measured((one,), 12, 60.2))
    monkeypatch.setattr("lntx.doctor.examination.examined", lambda _machine: ())
    said = lntx_says("doctor")
    assert said.code == (14 if differs else 0)
    assert "equal code, 12 pairs of processes in 60 s:" in said.out
    assert "arithmetic: +0.10 % apart (95 %: -0.40 % to +0.60 %); a slowdown of 1.2 % or more shows" in said.out
    assert ("equal code looks unequal" in said.out) == differs
    found = lntx_says("doctor", "--json").json["measured"]
    assert (found["pairs"], found["shows"], found["controls"][0]["ratio"]) == (12, 0.012, 1.001)


def test_where_another_measures_that_is_a_finding_and_nothing_is_measured(monkeypatch):
    def held(*_):
        raise InputError(
            "lntx gate (process 5, in /x, since y) measures on this machine already; two would measure each other: wait"
        )

    monkeypatch.setattr(locks, "machine", held)
    monkeypatch.setattr("lntx.doctor.examination.examined", lambda _machine: ())
    said = lntx_says("doctor", "--json")
    assert said.code == 14
    (found,) = said.json["findings"]
    assert found["check"] == "lock"
    assert "lntx gate (process 5" in found["says"]
    assert said.json["measured"] is None
