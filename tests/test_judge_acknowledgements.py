import pytest

from lntx.errors import InputError
from lntx.judge import acknowledgements
from lntx.judge.acknowledgements import Acknowledgement
from lntx.result import Count, Surveyed

GOOD = """
[[acknowledge]]
benchmark = "test_a.py::*"
counter = "graph breaks"
most = 2
why = "the new loss needs them"
"""


GONE = """
[[acknowledge]]
benchmark = "test_a.py::test_old*"
missing = true
why = "the parser it timed is no more"
"""


def surveyed(*counts, name="test_a.py::test_a[x]"):
    return Surveyed(name, "passed", "passed", counts=counts)


def test_an_increase_is_slower_and_a_decrease_is_nothing():
    judged = acknowledgements.unacknowledged(surveyed(Count("dispatcher operations", 12, 13), Count("FLOPs", 9, 8)), ())
    assert (judged.verdict, judged.means) == ("slower", "counters")
    assert judged.reason == "dispatcher operations rose from 12 to 13"
    assert acknowledgements.unacknowledged(surveyed(Count("FLOPs", 9, 9)), ()) is None


@pytest.mark.parametrize(
    ("glob", "counter", "most", "covered"),
    [
        ("test_a.py::test_a[x]", "launches", 3, True),  # brackets taken literally
        ("test_a.py::test_a*", "launches", 3, True),
        ("*", "launches", 2, False),
        ("*", "FLOPs", 3, False),
        ("test_b*", "launches", 3, False),
    ],
)
def test_what_an_acknowledgement_covers(glob, counter, most, covered):
    leave = Acknowledgement(glob, counter, most, "because")
    assert (acknowledgements.unacknowledged(surveyed(Count("launches", 2, 3)), [leave]) is None) == covered


def test_acknowledgements_are_read(tmp_path):
    path = tmp_path / acknowledgements.FILE
    path.write_text(GOOD)
    assert acknowledgements.read(path) == (
        Acknowledgement("test_a.py::*", "graph breaks", 2, "the new loss needs them"),
    )


def test_what_is_gone_on_purpose_is_no_verdict_and_told(tmp_path):
    path = tmp_path / acknowledgements.FILE
    path.write_text(GONE)
    leave = acknowledgements.read(path)
    old = Surveyed("test_a.py::test_old[x]", "passed", "absent")
    assert acknowledgements.removed(old, leave) == leave[0]
    assert acknowledgements.removed(surveyed(), leave) is None
    assert acknowledgements.removed(Surveyed("test_a.py::test_old[x]", "absent", "absent"), leave) is None
    assert acknowledgements.removed(Surveyed("test_a.py::test_other", "passed", "absent"), leave) is None
    (said,) = acknowledgements.notes([old, surveyed()], leave)
    assert said.endswith("lntx-gate.toml: the parser it timed is no more")


def test_no_file_acknowledges_nothing(tmp_path):
    assert acknowledgements.read(tmp_path / acknowledgements.FILE) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[acknowledge]", "not TOML"),
        (GOOD.replace("most = 2\n", ""), "needs a most"),
        (GOOD.replace("2", '"many"'), "most: Expected `int"),
        (GOOD + "until = 2030\n", "unknown field 'until'"),
        (GOOD.replace("acknowledge", "acknowledged"), "unknown key 'acknowledged'"),
        (GOOD.replace("the new loss needs them", " "), "doesn't say why"),
        (GOOD.replace("most = 2", "most = inf"), "most: Expected a finite number"),
        ("acknowledge = 3", "acknowledge: Expected `array`"),
        (GOOD + "missing = true\n", "either a counter or missing"),
        (GONE + "most = 2\n", "needs no most"),
        (GONE.replace("true", "false"), "either a counter or missing"),
    ],
)
def test_a_file_that_is_wrong_is_one_line(tmp_path, text, said):
    path = tmp_path / acknowledgements.FILE
    path.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        acknowledgements.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_line(tmp_path):
    (tmp_path / "a").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "a", tmp_path):
        with pytest.raises(InputError):
            acknowledgements.read(path)
