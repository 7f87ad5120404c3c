"""A peak of memory that rose is counted again: what each process draws anew is no property of the code."""

import pytest

from lntx.duet.recount import agreed
from lntx.judge.counts import PEAK
from lntx.result import Count, Surveyed

MIB = 2**20


@pytest.mark.parametrize(
    ("first", "again", "kept"),
    [
        ((MIB, 2 * MIB), (MIB, 2 * MIB), (MIB, 2 * MIB)),
        ((MIB, 2 * MIB), (MIB + 100, 2 * MIB - 100), (MIB + 100, 2 * MIB - 100)),
        ((MIB, 2 * MIB), (2 * MIB, 2 * MIB), None),
        ((MIB, 2 * MIB), (MIB, MIB), None),
        ((MIB, 2 * MIB), (2 * MIB, MIB), None),
        ((MIB, 2 * MIB), (None, 2 * MIB), None),
        ((MIB, 2 * MIB), (MIB, None), None),
    ],
)
def test_a_peak_is_kept_where_both_counts_agree_in_both_arms(first, again, kept):
    others = (Count("FLOPs", 1, 2), Count("graph breaks", 0, 0))
    surveyed = Surveyed("b", "passed", "passed", counts=(others[0], Count(PEAK, *first), others[1]))
    heard = {
        arm: {"FLOPs": 9} if value is None else {PEAK: value}
        for arm, value in zip(("base", "head"), again, strict=True)
    }
    found = agreed(surveyed, heard).counts
    expected = (others[0], Count(PEAK, *kept), others[1]) if kept else others
    assert found == expected
