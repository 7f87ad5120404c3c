"""The machine's limits: plausible where they are probed, and floors that follow from them."""

import json
import math
from dataclasses import replace

import pytest
import torch
from support.studies import cell

from lntx.host import neighbours, probes
from lntx.host.limits import Limits, depth, flops
from lntx.measure.cell.plausibility import Floor

MADE_UP = Limits(
    threads=2,
    reading=((1e3, 100e9), (1e6, 50e9), (1e9, 10e9)),
    reading_alone=((1e3, 60e9), (1e6, 30e9), (1e9, 8e9)),
    multiplying={"float32": 100e9, "float64": 50e9},
    chain_s=1e-9,
    call_s=1e-6,
    fork_s=2e-6,
    eigen_s=1e-9,
)


def test_probes_find_numbers_that_a_computer_can_have():
    found = probes.measured("cpu", 2)
    assert found.threads == 2
    for rates in (found.reading, found.reading_alone):
        assert [size for size, _ in rates] == sorted(size for size, _ in rates)
        assert all(1e7 < rate < 1e14 for _, rate in rates)
    assert found.multiplying["float32"] > 1e8
    assert 1e-11 < found.chain_s < 1e-6
    assert 0 < found.call_s < 1e-2
    assert 0 < found.eigen_s < 1e-5
    assert probes.measured("cpu", 2) is found


def test_limits_go_through_json():
    assert Limits.of(json.loads(json.dumps(MADE_UP.plain()))) == MADE_UP


@pytest.mark.parametrize(("size", "rate"), [(10, 100e9), (1e3, 100e9), (2e3, 50e9), (1e9, 10e9), (1e12, 10e9)])
def test_a_set_is_read_from_the_smallest_cache_that_holds_it(size, rate):
    assert MADE_UP.read_s(size) == pytest.approx(size / rate)
    assert MADE_UP.read_s(size, alone=True) > MADE_UP.read_s(size)


def test_steps_have_three_floors_and_algebra_reads_the_data_once():
    place = cell(samples=1000, features=3, batch_size=10, epochs=50)
    floors = MADE_UP.floors(place, "steps", 20)
    assert floors == {
        "reading": pytest.approx(20 * 16_000 / 50e9),
        "arithmetic": pytest.approx(20 * 100 * flops(10, 3, 1) / 100e9),
        "waiting": pytest.approx(20 * (2 + 2 + 10) * 1e-9),  # within an epoch, steps need not wait
    }
    assert MADE_UP.floors(place, "algebra", 20) == {"reading": pytest.approx(16_000 / 50e9)}
    assert MADE_UP.floors(replace(place, dtype="float64"), "algebra", 20)["reading"] == pytest.approx(32_000 / 50e9)


def test_the_shortest_chain_of_a_step_grows_with_the_logarithm_of_its_sums():
    assert depth(1, 1) == 3
    assert depth(1, 3) == 4
    assert depth(256, 1023) == 2 + 10 + 8
    assert depth(1, 10**6) < 3 * math.log2(10**6)


@pytest.fixture
def slow_probes(monkeypatch):
    """Let the machine show no more than before, however often it is probed, and nobody else be at work meanwhile."""
    monkeypatch.setattr(Floor, "_probe_again", lambda _: None)
    monkeypatch.setattr(neighbours, "_busy", lambda: 0.0)
    return Floor(replace(cell("samples", "manual", 1000, 10, 1000, 100), threads=2), "steps", 100, MADE_UP.plain())


@pytest.mark.parametrize(
    ("part", "others", "void", "shares"),
    [(1.1, 0, False, 3), (0.99, 0, False, 3), (0.6, 0, True, 3), (0.6, 0.3, False, 0), (0.4, 0.3, True, 3)],
)
def test_what_beats_a_limit_is_void_but_beside_others_may_be_as_much_too_good_as_there_are_threads(
    slow_probes, part, others, void, shares
):
    least = max(slow_probes.seconds.values())
    assert bool(slow_probes.beaten(part * least, others)) is void
    assert len(slow_probes.counters()) == shares
    if shares and not void:
        assert max(slow_probes.counters().values()) <= part * least


def test_a_chain_of_steps_is_one_threads_and_has_no_leave_beside_others(slow_probes):
    slow_probes.seconds = {"reading": 0.1, "waiting": 1.0}
    assert slow_probes.beaten(0.6, 0.3)
    slow_probes.seconds = {"reading": 1.0, "waiting": 0.5}
    assert slow_probes.beaten(0.6, 0.3) is None


def test_others_that_are_at_work_while_the_limits_are_probed_count_too(slow_probes, monkeypatch):
    seconds = iter(range(9))
    monkeypatch.setattr(neighbours, "_busy", lambda: 10.0 * next(seconds))
    clock = iter(range(9))
    monkeypatch.setattr(neighbours.time, "perf_counter", lambda: 1.0 * next(clock))
    assert slow_probes.beaten(0.6 * max(slow_probes.seconds.values())) is None


def test_a_thread_multiplies_no_faster_alone_than_the_limit_says():
    alone, before = probes._multiplying("cpu", "float32", 0.01, 256), torch.get_num_threads()
    assert probes._arithmetic(2, "float32", 0.05) > 0.5 * alone
    assert torch.get_num_threads() == before
