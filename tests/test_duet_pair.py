"""Two workers that take turns."""

import os

import pytest

from lntx.duet.pair import cores


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity on this system")
def test_pairs_take_turns_on_the_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 7})
    assert [cores(number, 1) for number in range(4)] == [[2], [5], [7], [2]]
    assert cores(1, 2) == [2, 7]
    assert cores(0, 8) == [2, 5, 7]
