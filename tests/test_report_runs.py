"""Runs of somebody else's suite: a year of nights is a small page, readable, and says where a level begins."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from support import foreign

from lntx import report, storage
from lntx.record import Record, Study
from lntx.report.analysis.runs import runs, telling
from lntx.report.environments import labels
from lntx.report.findings import findings
from lntx.report.frames import frames


def night(i, times, **about):
    day = (datetime(2025, 1, 1, 1, tzinfo=UTC) + timedelta(i)).isoformat()
    records = tuple(
        Record(name, (), stated={"median": seconds, "min": 0.9 * seconds, "rounds": 50})
        for name, seconds in times.items()
    )
    return Study(records, (), foreign.MACHINE, {"ended": day, "commit": {"id": f"{i:x}abcdef0123"}, **about})


def year(nights=300, names=40, step=210, noise=0.02):
    """Nights with noise, of which every fiftieth is bad; one benchmark is slower from a night on."""
    drawn = random.Random(7)
    for i in range(nights):
        bad = 1.8 if i % 50 == 49 else 1.0
        yield night(
            i,
            {
                f"t.py::test_{k:02}": 1e-3
                * (k + 1)
                * bad
                * math.exp(drawn.gauss(0, noise))
                * (1.3 if k == 3 and i >= step else 1)
                for k in range(names)
            },
        )


@pytest.fixture(scope="module")
def nights():
    return list(year())


def test_a_new_level_is_found_in_its_night_and_a_bad_night_is_none(nights):
    found = runs(frames(nights))
    changed = found[found["change"].astype(bool)]
    assert ("t.py::test_03", 211) in set(zip(changed["name"], changed["turn"], strict=True))
    assert changed["name"].nunique() <= 4
    assert telling(found, 1) == ["t.py::test_03"]
    level = found[found["name"] == "t.py::test_03"]["level"]
    assert level.iloc[-1] / level.iloc[0] == pytest.approx(1.3, rel=0.05)


def test_it_is_told_with_the_day_and_the_commit(nights):
    (text, *_) = [str(one) for one in findings(frames(nights)) if one.figure == "nightly"]
    assert "Over 300 runs, times reach a new level: test_03 at 2025-07-30 d2abcdef0" in text


def test_many_runs_make_a_small_page(nights, tmp_path):
    made = report.render(nights, tmp_path)
    assert made.page.stat().st_size < 2 * 2**20
    assert (tmp_path / "frames" / "runs.csv").read_text(encoding="utf-8").count("\n") == 301
    assert (tmp_path / "frames" / "foreign.csv").read_text(encoding="utf-8").count("\n") == 1 + 300 * 40


def test_a_benchmark_that_came_later_is_held_against_its_own_first_run():
    times = [{"t::a": 1.0} | ({"t::b": 2.0 + i} if i > 2 else {}) for i in range(6)]
    found = runs(frames([night(i, part) for i, part in enumerate(times)]))
    late = found[found["name"] == "t::b"]
    assert late["turn"].tolist() == [4, 5, 6]
    assert late["ratio"].tolist() == pytest.approx([1, 6 / 5, 7 / 5])


def test_runs_are_named_by_their_days_and_by_the_time_of_day_where_that_takes_it():
    same = [night(0, {"t::a": 1.0}, ended=f"2025-01-01T0{i}:30:00+00:00") for i in range(3)]
    assert labels(same) == [f"2025-01-01 0{i}:30 0abcdef01" for i in range(3)]
    assert labels([night(i, {"t::a": 1.0}) for i in range(3)]) == [f"2025-01-0{i + 1} {i}abcdef01" for i in range(3)]
    assert len(set(labels([night(0, {"t::a": 1.0}, ended=None, commit={}) for _ in range(4)]))) == 4


def test_unlike_machines_among_the_runs_are_said():
    other = {**foreign.MACHINE, "cpu": {"brand_raw": "Another", "count": 2}}
    studies = [night(i, {"t::a": 1.0 if i < 4 else 2.0}) for i in range(8)]
    studies[5:] = [Study(one.records, (), other, one.about) for one in studies[5:]]
    (text, *_) = [str(one) for one in findings(frames(studies)) if one.figure == "nightly"]
    assert "differ in their cpu (Example Arm 9000 and Another)" in text


def test_a_copy_of_a_night_is_no_further_one_and_equal_numbers_are_no_copy(tmp_path):
    one = foreign.entry("t::a", stats={"data": [0.015625] * 3})
    paths = [foreign.written(tmp_path / f"{i}.json", foreign.document(one, day=f"2026-01-0{i}")) for i in (1, 2, 3)]
    studies = [storage.read(path) for path in paths]
    assert frames([*studies, studies[0]]).copies == 1
    assert len(frames(studies).labels) == 3
