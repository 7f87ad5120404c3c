import json
import math

import numpy as np
import pytest
from scipy import stats

from lntx.errors import LntxError
from lntx_selftest import rivals
from lntx_selftest.figures.rivals import fitted, limits, ratios, rule
from lntx_selftest.rivals import asv, child, pyperf, race
from lntx_selftest.subject.repository import subject

NAMES = [f"n{i}" for i in range(12)]


def documents(logs):
    ones = dict.fromkeys(NAMES, 1.0)
    return [
        {"seconds": 120.0, "base": {"mean": ones}, "head": {"mean": dict(zip(NAMES, map(math.exp, row), strict=True))}}
        for row in logs
    ]


def drawn(deviation, count, seed=0):
    return np.random.default_rng(seed).normal(0, deviation, (count, 12))


def test_the_threshold_of_normal_noise_is_the_one_that_it_should_be():
    threshold, smallest = limits(drawn(0.02, 400))
    assert threshold == pytest.approx(0.02 * stats.norm.ppf(0.99 ** (1 / 12)), rel=0.1)
    assert smallest - threshold == pytest.approx(0.02 * stats.norm.ppf(0.95), rel=0.1)


def test_heavy_tails_raise_the_threshold():
    heavy = 0.02 * np.random.default_rng(0).standard_t(3, (400, 12))
    assert limits(heavy)[0] == pytest.approx(0.02 * stats.t.ppf(0.99 ** (1 / 12), 3), rel=0.25)


def test_scipys_own_fit_finds_the_same():
    values = 0.02 * np.random.default_rng(1).standard_t(4, 600)
    dof, scale = fitted(values)
    expected, _, expected_scale = stats.t.fit(values, floc=0)
    assert scale == pytest.approx(expected_scale, rel=0.03)
    assert dof == pytest.approx(expected, rel=0.15)


def test_a_rule_says_what_was_seen_and_how_sure_its_figure_is():
    logs = drawn(0.01, 20)
    logs[3, 4] = math.log(1.08)
    found = rule("tool", "mean", documents(logs))
    assert (found.alarms.hits, found.alarms.of, found.seconds) == (1, 20, 10.0)
    assert found.seen == pytest.approx(0.08)
    assert found.low < found.smallest < found.high
    assert found.threshold < found.smallest


def test_two_repetitions_say_nothing():
    assert rule("tool", "mean", documents(drawn(0.01, 2))) is None


def test_ratios_are_heads_over_bases():
    logs = drawn(0.01, 3)
    assert np.allclose(np.sort(ratios(documents(logs), "mean")), np.sort(logs))


def test_pyperfs_file_is_read_whether_names_are_common_or_not():
    runs = [{"metadata": {}, "warmups": [[1, 9.0]], "values": [1.0, 3.0]}, {"values": [2.0]}, {"metadata": {}}]
    alone = {"metadata": {"name": "a"}, "benchmarks": [{"runs": runs}]}
    several = {"benchmarks": [{"metadata": {"name": "a"}, "runs": runs}, {"metadata": {"name": "b"}, "runs": runs[1:]}]}
    assert pyperf.means(json.dumps(alone)) == {"a": 2.0}
    assert pyperf.means(json.dumps(several)) == {"a": 2.0, "b": 2.0}


def test_asvs_file_is_read_by_its_columns():
    document = {
        "result_columns": ["result", "params", "version"],
        "results": {"units.time_unit": [[0.5, 2], [["'a'", "'b'"]], "x"]},
    }
    assert asv.medians(json.dumps(document)) == {"a": 0.5, "b": 2.0}


def test_longer_budgets_have_room_for_more():
    assert pyperf.room(1.0, 1.0) == 2
    assert pyperf.room(20.0, 1.0) > pyperf.room(10.0, 1.0) > 2
    assert asv.room(20.0, 1.0) > asv.room(10.0, 1.0) > asv.room(0.1, 1.0) == 5


def test_every_rival_says_what_it_is():
    for stem in rivals.stems():
        module = rivals.module(stem)
        assert module.LABEL
        assert module.STATISTICS
    assert {"asv", "pyperf", "pytest_benchmark"} <= set(rivals.stems())


def test_a_tool_that_fails_is_an_error_in_its_own_words(tmp_path):
    with pytest.raises(LntxError, match="no such luck"):
        child.run(tmp_path, ["-c", "raise SystemExit('no such luck')"])


def test_a_tool_that_leaves_a_benchmark_out_gave_no_answer(monkeypatch):
    monkeypatch.setattr(rivals.module("asv"), "measure", lambda *_: {"median": {"arithmetic": 1.0}})
    with subject() as root, pytest.raises(LntxError, match="no time for some"):
        race.run(root, "asv", 1.0)
