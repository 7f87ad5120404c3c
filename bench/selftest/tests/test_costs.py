"""Where a gate's seconds go."""

import pytest

from lntx_selftest import costs
from lntx_selftest.runs.gates import PLAIN
from lntx_selftest.subject.repository import subject


def test_the_parts_of_a_pair_are_all_of_it():
    with subject() as root:
        found = costs.measured(root, PLAIN, 2)
    assert len(found.pairs) == 2
    assert found.benchmarks > 2
    for pair in found.pairs:
        assert sum(seconds for part, seconds in pair.items() if part != "whole") == pytest.approx(pair["whole"])
        assert all(seconds >= 0 for seconds in pair.values())
    table = list(costs.lines({"a suite": found}))
    assert table[0] == f"| | a suite, {found.benchmarks} benchmarks |"
    assert table[-1].startswith("| a pair, in all | ")
