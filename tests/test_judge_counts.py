import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.judge.counts import PEAK, rose, said, switched_on
from lntx.result import Count

KIB, MIB = 2**10, 2**20


@pytest.mark.parametrize(
    ("base", "head", "more"),
    [
        (0, 64 * KIB, False),
        (0, 64 * KIB + 1, True),
        (MIB, MIB + 64 * KIB, False),
        (MIB, MIB + 65 * KIB, True),
        (100 * MIB, 101 * MIB, False),
        (100 * MIB, 101.1 * MIB, True),
        (100 * MIB, 50 * MIB, False),
    ],
)
def test_memory_rises_by_more_than_some_bytes_and_one_percent(base, head, more):
    assert rose(Count(PEAK, base, head)) == more


@given(st.integers(0, 10**12), st.integers(-64 * KIB, 64 * KIB))
def test_what_differs_by_some_bytes_is_the_same_either_way(base, by):
    head = max(0, base + by)
    assert not rose(Count(PEAK, base, head))
    assert not rose(Count(PEAK, head, base))


def test_all_other_counters_are_exact():
    assert rose(Count("FLOPs", 10**9, 10**9 + 1))
    assert not rose(Count("FLOPs", 10**9, 10**9))


@pytest.mark.parametrize(
    ("counts", "on"),
    [
        ({"compiled graphs": (0, 1), "graph breaks": (0, 2), "FLOPs": (0, 3)}, "compiled graphs, graph breaks"),
        ({"compiled graphs": (0, 1), "graph breaks": (1, 2)}, "compiled graphs"),
        ({"compiled graphs": (1, 2), "graph breaks": (0, 1)}, ""),  # compiled before: a break is a break
        ({"graph breaks": (0, 1)}, ""),
        ({"compiled graphs": (0, 0), "graph breaks": (0, 1)}, ""),
        ({"dispatcher operations": (0, 9), "FLOPs": (0, 10), "allocations": (0, 3)}, "FLOPs, allocations, dispatcher operations"),
        ({"dispatcher operations": (9, 10), "FLOPs": (0, 10)}, ""),
        ({"CUDA launches": (0, 5), PEAK: (0, MIB)}, "CUDA launches"),
        ({}, ""),
    ],
)  # fmt: skip
def test_what_comes_with_a_feature_that_base_does_not_use(counts, on):
    given = [Count(name, *values) for name, values in counts.items()]
    assert ", ".join(sorted(switched_on(given))) == on


def test_memory_is_said_with_its_unit():
    assert said(Count(PEAK, MIB, 2.5 * MIB)) == "peak memory rose from 1 MiB to 2.5 MiB"
