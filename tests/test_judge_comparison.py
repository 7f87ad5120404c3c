import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import studies

from lntx.errors import InputError
from lntx.fingerprint import differences
from lntx.judge.comparison import compare
from lntx.judge.ratios import minimum
from lntx.judge.scores import welch
from lntx.record import Absence, Record, Study

MACHINE = {"cpu": {"brand_raw": "CPU 3000", "count": 2, "hz_actual": [1, 0]}, "python_version": "3.12.1"}
ROUNDS = (1.0, 1.01, 1.02, 1.05, 1.3)


def file(machine=MACHINE, **rounds):
    return Study(tuple(Record(name, (tuple(values),)) for name, values in rounds.items()), machine=machine)


def by(factor, rounds=ROUNDS):
    return tuple(factor * value for value in rounds)


@pytest.mark.parametrize(
    ("factor", "verdict"), [(1.0001, "same"), (1.1, "same"), (1.2, "slower"), (0.9, "same"), (0.8, "faster")]
)
def test_medians_and_minima_beyond_the_margin_make_a_verdict(factor, verdict):
    found = compare(file(a=ROUNDS), file(a=by(factor)))
    assert found.verdict == found.benchmarks[0].verdict == verdict
    assert found.benchmarks[0].ratio == pytest.approx(factor)


def test_where_median_and_minimum_part_nothing_is_said():
    found = compare(file(a=ROUNDS), file(a=(1.0, 1.3, 1.3, 1.3, 1.3)))
    assert found.verdict == "inconclusive"
    assert found.benchmarks[0].reason == "ratio of medians 1.275, of minima 1.000"


def test_a_margin_is_what_it_is_told():
    assert compare(file(a=ROUNDS), file(a=by(1.1)), margin=0.05).verdict == "slower"
    for margin in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="margin"):
            compare(file(a=ROUNDS), file(a=by(1.1)), margin=margin)


@given(st.lists(st.floats(0.5, 2), min_size=1, max_size=40), st.integers(1, 40))
def test_minima_are_compared_at_equal_counts(values, count):
    values, count = sorted(values), min(count, len(values))
    weights = [math.comb(len(values) - i - 1, count - 1) / math.comb(len(values), count) for i in range(len(values))]
    assert minimum(values, count) == pytest.approx(sum(w * value for w, value in zip(weights, values, strict=True)))


def test_more_rounds_make_nothing_faster():
    few, many = ([1 + (i + 0.5) / count for i in range(count)] for count in (3, 1000))  # both evenly from 1 to 2
    assert min(many) / min(few) < 1 / 1.15
    assert minimum(many, 3) == pytest.approx(1.25, abs=0.01)
    assert compare(file(a=few), file(a=many)).verdict == "same"


def test_missing_and_new_benchmarks_are_verdicts():
    found = compare(file(a=ROUNDS, b=ROUNDS), file(a=by(1.01), c=ROUNDS))
    assert {judged.name: judged.verdict for judged in found.benchmarks} == {"a": "same", "b": "missing", "c": "new"}
    assert found.verdict == "missing"
    assert compare(file(a=ROUNDS), file(a=by(1.01), c=ROUNDS)).verdict == "same"


def test_processes_give_an_interval_and_the_stricter_rule_wins():
    def processes(*medians):
        return Study((Record("a", tuple(by(median) for median in medians)),), machine=MACHINE)

    base = processes(1.0, 1.01, 0.99)
    clear = compare(base, processes(1.3, 1.31, 1.29))
    assert clear.verdict == "slower"
    assert 1.15 < clear.benchmarks[0].low < clear.benchmarks[0].ratio < clear.benchmarks[0].high
    assert not any("one process" in note for note in clear.notes)
    unclear = compare(base, processes(1.0, 1.3, 1.6))
    assert unclear.benchmarks[0].ratio == pytest.approx(1.3)
    assert unclear.verdict == "inconclusive"


def test_the_interval_is_welch_s():
    above, below = [1.2, 1.25, 1.22, 1.3], [1.0, 1.1, 1.05]
    scipy = pytest.importorskip("scipy.stats")
    test = scipy.ttest_ind([math.log(x) for x in above], [math.log(x) for x in below], equal_var=False)
    expected = [math.exp(bound) for bound in test.confidence_interval(0.95)]
    assert welch(above, below) == pytest.approx(tuple(expected))
    assert welch([1.0], below) is None
    assert welch([2.0, 2.0], [1.0, 1.0]) == (2.0, 2.0)


def test_studies_of_lntx_are_compared_cell_by_cell():
    base = studies.study(absences=())
    head = studies.study(records=tuple(studies.records(factor=1.5)), absences=())
    assert compare(base, head).verdict == "slower"
    assert compare(head, base).verdict == "faster"
    assert {judged.name for judged in compare(base, head).benchmarks} == {record.cell.key for record in base.records}


def test_times_are_held_against_each_other_by_the_epoch():
    one = studies.record(studies.cell(), timed_epochs=20)
    other = replace(
        studies.record(studies.cell(), timed_epochs=40), rounds=tuple(by(2.001, part) for part in one.rounds)
    )
    machine = studies.MACHINE
    assert compare(Study((one,), machine=machine), Study((other,), machine=machine)).verdict == "same"


def test_weights_that_disagree_in_head_are_a_verdict_of_their_own():
    base = studies.study(absences=())
    gap = Absence(base.records[0].cell, "disagrees", "weights are off by 0.1 %")
    head = replace(base, records=tuple(studies.records(factor=1.01))[1:], absences=(gap,))
    found = compare(base, head)
    assert (found.verdict, found.benchmarks[0].reason) == ("disagrees", gap.reason)
    wrong = replace(base.records[0], agreement=studies.agreement(1e4))
    assert compare(base, replace(head, records=(wrong, *head.records), absences=())).verdict == "disagrees"


def test_a_cell_that_head_refuses_is_missing_and_says_why():
    base = studies.study(absences=())
    gap = Absence(base.records[0].cell, "timeout", "took longer than 60 s")
    found = compare(base, replace(base, records=tuple(studies.records(factor=1.01))[1:], absences=(gap,)))
    assert found.verdict == "missing"
    assert found.benchmarks[0].reason == "head has no time: took longer than 60 s"


def test_what_neither_could_time_is_left_out():
    base = studies.study()
    head = studies.study(records=tuple(studies.records(factor=1.01)))
    assert {judged.verdict for judged in compare(base, head).benchmarks} == {"same", "disagrees"}


def test_unlike_machines_are_refused_unless_told():
    other = MACHINE | {"cpu": {"brand_raw": "CPU 4000", "count": 2}}
    with pytest.raises(InputError, match="cpu: CPU 3000 and CPU 4000"):
        compare(file(a=ROUNDS), file(a=by(1.01), machine=other))
    found = compare(file(a=ROUNDS), file(a=by(1.01), machine=other), unlike=True)
    assert found.verdict == "same"
    assert any("the machines differ" in note for note in found.notes)


def test_the_clock_of_the_moment_makes_no_machine_unlike():
    assert differences(MACHINE, MACHINE | {"cpu": {"brand_raw": "CPU 3000", "count": 2, "hz_actual": [9, 0]}}) == []
    assert differences(MACHINE, {}) == []
    assert differences(MACHINE, {"cpu": "odd"}) == []
    assert differences(MACHINE, {"cpu": {}, "python_version": MACHINE["python_version"]}) == []  # cpuinfo told nothing
    assert differences(MACHINE, {"cpu": {"brand": "Another"}}) == [f"cpu: {MACHINE['cpu']['brand_raw']} and Another"]


def test_fingerprints_of_lntx_are_compared_where_both_have_one():
    one, other = ({"lntx": {"cpu": "a", "torch": torch}, "python_version": "3.12"} for torch in ("2.12", "2.13"))
    assert differences(one, other) == ["torch: 2.12 and 2.13"]
    assert differences(one, {"python_version": "3.13"}) == ["python: 3.12 and 3.13"]


def test_how_far_to_trust_it_is_said():
    notes = compare(file({}, a=ROUNDS), file(a=by(1.01))).notes
    assert "lntx gate measures both in turns" in notes[0]
    assert any("on which machine" in note for note in notes)
    assert any("one process" in note for note in notes)


@pytest.mark.parametrize(
    ("base", "head", "said"),
    [
        (file(), file(a=ROUNDS), "base has no benchmark"),
        (file(a=ROUNDS), file(), "head has no benchmark"),
        (file(a=ROUNDS), file(b=ROUNDS), "no benchmark in common"),
        (
            file(a=ROUNDS, b=ROUNDS),
            file(a=ROUNDS),
            "the same measurements, so nothing was measured twice; base alone has .*b",
        ),
        (file(a=ROUNDS), file(a=ROUNDS, b=ROUNDS, c=ROUNDS), "head alone has .*b, .*c"),
        (file(a=ROUNDS, b=ROUNDS), file(a=ROUNDS, b=ROUNDS), "^both files hold the same measurements"),
    ],
)
def test_where_there_is_nothing_to_compare(base, head, said):
    with pytest.raises(InputError, match=said):
        compare(base, head)
