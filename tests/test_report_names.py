"""Names that tell benchmarks apart still do so when they are short."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.report.names import distinct, labels, printable, shortened

STEM = (
    "suites/wire/test_protocol_negotiation.py::TestNegotiationOfManyVersions::test_agrees_on_the_best_version_of_all["
)
pieces = st.sampled_from(
    ["a", "b", "::", "[", "]", "/", "-", ".py", "test_x", "\n", "\\n", " ", "…", "1", "é", "\u202e", "\u200b"]
)
ids = st.lists(pieces, max_size=30).map("".join) | st.text(max_size=40)
long_ids = st.builds(lambda start, middle, end: f"{start * 40}{middle}{end * 40}", ids, ids, ids)


@given(st.sets(ids | long_ids, max_size=12), st.integers(8, 80))
def test_different_names_have_different_labels_of_one_line(names, limit):
    found = labels(sorted(names), limit)
    assert set(found) == names
    assert len(set(found.values())) == len(names)
    for label in found.values():
        assert label == printable(label)
        assert not set(label) & set("\n\t\r\x1b\u202e\u200b")
        label.encode()


@given(st.sets(ids | long_ids, max_size=12))
def test_whole_names_are_written_in_one_line_and_stay_different(names):
    found = distinct(names)
    assert len(set(found.values())) == len(names)


@given(st.sets(st.text("abcdef-=", min_size=1, max_size=200), min_size=1, max_size=40), st.integers(12, 60))
def test_what_is_cut_stays_short(texts, limit):
    found = shortened(sorted(texts), limit)
    assert len(set(found.values())) == len(texts)
    assert all(found[text] == text for text in texts if len(text) <= limit)
    assert max(map(len, found.values())) <= 2 * limit + 20


def test_a_label_shows_what_sets_a_long_name_apart():
    names = [f"{STEM}peer=2.{i}-strict=yes-with-a-long-tail-that-is-the-same-for-all]" for i in range(12)]
    for limit in (22, 40, 60):
        for i, label in enumerate(labels(names, limit).values()):
            assert label.startswith("tes")
            assert re.search(rf"(\D|^){i}(\D|$)", label), label


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["a/t.py::test_x", "a/t.py::test_y"], ["test_x", "test_y"]),
        (["a/t.py::test_x[ns::Kind]", "a/t.py::test_y[ns::Kind]"], ["test_x[ns::Kind]", "test_y[ns::Kind]"]),
        (["a/t.py::test_x[a/b]", "a/t.py::test_x[c/b]"], ["test_x[a/b]", "test_x[c/b]"]),
        (["a/t.py::test_x", "a/u.py::test_x"], ["t.py::test_x", "u.py::test_x"]),
        (["a/t.py::test_x", "b/t.py::test_x", "b/t.py::test_y"], ["a/t.py::test_x", "b/t.py::test_x", "test_y"]),
        (["t.py::A::test_x", "t.py::B::test_x"], ["A::test_x", "B::test_x"]),
        (["a/[old]/t.py::test_x[1]", "a/[new]/t.py::test_x[1]"], ["[old]/t.py::test_x[1]", "[new]/t.py::test_x[1]"]),
        (["test_x[std::list]", "test_x[std::map]"], ["test_x[std::list]", "test_x[std::map]"]),
        (["load/csv", "load/json"], ["load/csv", "load/json"]),
    ],
)
def test_a_label_is_the_test_with_its_parameters_and_of_the_rest_what_it_takes(names, wanted):
    assert list(labels(names).values()) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202eabc", r"\u202eabc"),
        ("\ud800", r"\ud800"),
        (" a b ", r"\x20a b\x20"),
        ("a\xa0b", r"a\xa0b"),
        ("مرحبا 👩‍🚀", "مرحبا 👩‍🚀"),
    ],
)
def test_what_can_t_be_seen_is_written_out(text, wanted):
    assert printable(text) == wanted


def test_names_that_only_look_alike_when_written_are_numbered():
    assert list(distinct(["a\nb", "a\\nb"]).values()) == [r"a\nb", r"a\nb (2)"]
