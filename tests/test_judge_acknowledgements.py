import pytest

from lntx.judge import acknowledgements, counts
from lntx.judge.acknowledgements import Acknowledgement
from lntx.result import Count, Surveyed

GONE = Acknowledgement("test_a.py::test_old*", missing=True, why="the parser it timed is no more")


def surveyed(*counts, name="test_a.py::test_a[x]"):
    return Surveyed(name, "passed", "passed", counts=counts)


def test_an_increase_counts_and_a_decrease_is_nothing():
    rose = Count("dispatcher operations", 12, 13)
    assert acknowledgements.unacknowledged(surveyed(rose, Count("FLOPs", 9, 8)), ()) == (rose,)
    assert counts.said(rose) == "dispatcher operations rose from 12 to 13"
    assert acknowledgements.unacknowledged(surveyed(Count("FLOPs", 9, 9)), ()) == ()


@pytest.mark.parametrize(
    ("glob", "counter", "most", "covered"),
    [
        ("test_a.py::test_a[x]", "launches", 3, True),
        ("test_a.py::test_a[*]", "launches", 3, True),
        ("*[x]", "launches", 3, True),
        ("test_a.py::test_?[x]", "launches", 3, True),
        ("test_a.py::test_a*", "launches", 3, True),
        ("test_a.py::test_a[xyz]", "launches", 3, False),  # no class of letters: names hold brackets
        ("test_a.py::test_[a][x]", "launches", 3, False),
        ("TEST_A.py::*", "launches", 3, False),
        ("*", "launches", 2, False),
        ("*", "FLOPs", 3, False),
        ("test_b*", "launches", 3, False),
    ],
)
def test_what_an_acknowledgement_covers(glob, counter, most, covered):
    leave = Acknowledgement(glob, counter, most, "because")
    assert (acknowledgements.unacknowledged(surveyed(Count("launches", 2, 3)), [leave]) == ()) == covered


def test_leave_for_memory_holds_for_some_bytes_more():
    rose = surveyed(Count(counts.PEAK, 10**6, 2 * 10**6 + 500))
    for most, covered in ((2 * 10**6, True), (10**6, False)):
        leave = Acknowledgement("*", counts.PEAK, most, "the table is kept")
        assert (acknowledgements.unacknowledged(rose, [leave]) == ()) == covered


def test_what_is_gone_on_purpose_is_no_verdict_and_told():
    old = Surveyed("test_a.py::test_old[x]", "passed", "absent")
    assert acknowledgements.removed(old, [GONE]) == GONE
    assert acknowledgements.removed(surveyed(), [GONE]) is None
    assert acknowledgements.removed(Surveyed("test_a.py::test_old[x]", "absent", "absent"), [GONE]) is None
    assert acknowledgements.removed(Surveyed("test_a.py::test_other", "passed", "absent"), [GONE]) is None
    (said,) = acknowledgements.notes([old, surveyed()], [GONE])
    assert said.endswith("lntx-gate.toml: the parser it timed is no more")
