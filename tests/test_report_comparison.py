"""Studies side by side, and the trend over several."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support import studies

from lntx.record import Study
from lntx.report import intervals, tables, units
from lntx.report.analysis import trend
from lntx.report.analysis.comparison import comparison
from lntx.report.environments import differences, labels
from lntx.report.figures import sides
from lntx.report.findings import findings
from lntx.report.findings import sides as sides_finding
from lntx.report.frames import frames


def at(commit, day, factor=1.0, backends=("eager", "manual"), slow=()):
    """A study of a commit on a day of 2026."""
    about = {**studies.ABOUT, "ended": f"2026-{day}T00:00:00+00:00", "commit": {"id": commit * 5}}
    records = [
        dataclasses.replace(
            record,
            rounds=tuple(
                tuple(s * factor * (1.5 if record.cell.backend in slow else 1) for s in rounds)
                for rounds in record.rounds
            ),
        )
        for record in studies.records(backends)
    ]
    return Study(tuple(records), (), studies.MACHINE, about)


def foreign_at(commit, names, factors):
    """A study of benchmarks that lntx didn't run, some by a factor slower."""
    one = studies.foreign().records[0]
    records = [
        dataclasses.replace(one, name=name, cell=None, rounds=((0.01 * factors.get(name, 1.0),),)) for name in names
    ]
    return dataclasses.replace(studies.foreign(), records=tuple(records), about={"commit": {"id": commit * 9}})


def test_every_shared_cell_is_held_against_the_first():
    found = comparison(frames([studies.study(), studies.other()]))
    assert len(found) == len(studies.study().records)
    assert set(found["before"]) == {"torch 2.13.0"}
    assert set(found["after"]) == {"torch 2.12.0"}
    assert found["ratio"].to_numpy() == pytest.approx(1.1)
    assert (found["low"] < 1.1).all()
    assert (found["high"] > 1.1).all()
    assert found["apart"].all()


def test_no_two_columns_of_its_table_are_called_alike():
    found = tables.of_frame(sides.frame(frames([studies.study(), studies.other()]))).headings
    assert len({*found}) == len(found)
    assert {"before", "time before", "after", "time after"} <= {*found}


def test_the_findings_say_what_changed_and_what_it_is_worth():
    (text, *_) = [str(f) for f in findings(frames([studies.study(), studies.other()])) if f.figure == "sides"]
    assert text.startswith("torch 2.12.0 takes 1.10 times as long as torch 2.13.0")
    assert "got slower and 0 faster" in text
    assert "weren't measured in turns" in text


@given(st.integers(2, 9), st.data(), st.floats(1.3, 1e4), st.booleans())
def test_what_moved_is_named_however_little_the_rest_moved(count, data, factor, up):
    at_most = data.draw(st.integers(0, count - 1))
    names = [f"suite.py::test_{'long' * 20}[{'x' * 40}-kind={n}]" for n in range(count)]
    studies_ = [
        foreign_at(commit, names, {names[at_most]: f}) for commit, f in (("a", 1.0), ("b", factor ** (1 if up else -1)))
    ]
    (found,) = sides_finding.find(frames(studies_))
    assert f"kind={at_most}] " in found.text
    assert "1 changed by more than 15%" in found.text


def test_many_movers_are_counted_and_the_first_three_named():
    (found,) = sides_finding.find(frames([at("a", "01-01"), at("b", "01-02", slow=("manual",))]))
    assert "19 changed by more than 15%: most of all manual (" in found.text
    assert found.text.count(f"1.50{units.TIMES}") == 3


def test_where_nothing_moved_that_is_said():
    (found,) = sides_finding.find(frames([at("a", "01-01"), at("b", "01-02", 1.1)]))
    assert found.text.endswith("None changed by more than 15%.")


def test_studies_of_one_commit_and_machine_are_one():
    again = dataclasses.replace(studies.study(), records=tuple(studies.records(factor=1.01)))
    found = frames([studies.study(), again])
    assert found.labels == ("",)
    assert found.differences == ()
    assert found.cells["processes"].max() == 6


def test_what_sets_studies_apart_is_told_the_machine_first():
    found = [studies.study(), studies.other(), studies.study(machine={"lntx": {"cpu": "Another", "cores": 64}})]
    facts = [difference.fact for difference in differences(found)]
    assert facts[:2] == ["cpu", "threads"]
    assert facts[-1] == "commit"
    assert labels(found) == [
        "Example CPU 3000, torch 2.13.0",
        "Example CPU 3000, torch 2.12.0",
        "Another, torch unknown",
    ]


def test_machines_with_other_cores_are_compared_with_all_their_threads():
    other = dataclasses.replace(
        studies.study(machine={"lntx": {"cpu": "Another"}}),
        records=tuple(
            dataclasses.replace(record, cell=dataclasses.replace(record.cell, threads=16))
            for record in studies.records(factor=0.5)
        ),
    )
    found = comparison(frames([studies.study(), other]))
    assert found["ratio"].to_numpy() == pytest.approx(0.5)


def test_foreign_benchmarks_are_compared_by_name():
    slower = dataclasses.replace(
        studies.foreign(),
        records=tuple(dataclasses.replace(r, rounds=((0.022,),)) for r in studies.foreign().records),
        about={"commit": {"id": "abc"}},
    )
    found = comparison(frames([studies.foreign(), slower]))
    assert found["ratio"].to_numpy() == pytest.approx(0.022 / 0.011)
    assert found["low"].isna().all()


def test_nothing_in_common_is_a_warning():
    one = Study((studies.record(studies.cell()),), (), studies.MACHINE)
    other = Study((studies.record(studies.cell(samples=7)),), (), {"lntx": {"cpu": "b"}})
    found = findings(frames([one, other]))
    assert any(f.kind == "warning" and "no cell in common" in f.text for f in found)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 6))
def test_welch_s_interval_is_that_of_scipy(seed, above, below):
    rng = np.random.default_rng(seed)
    a, b = rng.lognormal(0, 0.1, above), rng.lognormal(0.2, 0.3, below)
    found = intervals.apart(a, b)
    wanted = stats.ttest_ind(np.log(a), np.log(b), equal_var=False).confidence_interval(0.95)
    low, high = math.log(found.low), math.log(found.high)
    assert low == pytest.approx(min(wanted.low, math.log(found.center)))
    assert high == pytest.approx(max(wanted.high, math.log(found.center)))


def test_three_studies_make_a_trend_in_the_order_of_their_days():
    found = trend.trend(frames([at("b", "02-01", 1.2), at("a", "01-01"), at("c", "03-01", 1.4)]))
    line = found[(found["suite"] == "samples") & (found["backend"] == "eager")]
    assert list(line["turn"]) == [1, 2, 3]
    assert list(line["ratio"]) == pytest.approx([1, 1.2, 1.4])
    assert not found["change"].any()  # three are too few to tell a level from noise
    assert trend.trend(frames([at("a", "01-01"), at("b", "02-01")])).empty


def test_a_new_level_is_found_where_it_begins_and_told():
    noise = [1.0, 1.004, 0.997, 1.002, 0.999, 1.003, 1.001, 0.998]
    given = [at(str(i), f"0{i + 1}-01", factor, slow=("manual",) if i >= 5 else ()) for i, factor in enumerate(noise)]
    tidy = frames(given)
    found = trend.trend(tidy)
    changed = found[found["change"].astype(bool)]
    assert set(changed["backend"]) == {"manual"}
    assert set(changed["turn"]) == {6}
    text = next(str(f) for f in findings(tidy) if f.figure == "trend")
    assert "manual at commit 55555 (1.50 times the level before)" in text


def test_a_level_that_is_the_first_one_s_again_is_held_against_the_one_before():
    days = [f"01-{day:02}" for day in range(1, 13)]
    slow = dict.fromkeys(days[5:9], ("manual",))
    given = [at(day[-2:], day, 1.0 + 0.0001 * i, slow=slow.get(day, ())) for i, day in enumerate(days)]
    text = next(str(f) for f in findings(frames(given)) if f.figure == "trend")
    assert "(1.50 times the level before)" in text
    assert "(0.667 times the level before)" in text


def test_steady_times_have_no_new_level():
    rng = np.random.default_rng(0)
    found = [trend.changes(list(rng.normal(0, 0.01, 12))) for _ in range(300)]
    assert sum(map(bool, found)) <= 0.08 * 300


def test_a_step_of_five_times_the_noise_is_found_where_it_is():
    rng = np.random.default_rng(1)
    lines = [rng.normal(0, 0.01, 12) + 0.05 * (np.arange(12) >= 7) for _ in range(200)]
    assert sum(7 in trend.changes(list(line)) for line in lines) >= 0.9 * 200


def test_facts_that_part_behind_forty_letters_still_set_studies_apart():
    stem = "Example(R) Processor(R) Platinum 9000 Series CPU @ 2."
    found = [studies.study(machine={"lntx": {"cpu": f"{stem}{i}0GHz"}}) for i in (8, 9)]
    (cpu,) = [difference.said for difference in differences(found) if difference.fact == "cpu"]
    assert len(set(cpu)) == 2
    assert len(set(labels(found))) == 2
