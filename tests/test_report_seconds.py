"""Where a study's minutes went, at the foot of its page."""

from hypothesis import given
from hypothesis import strategies as st

from lntx.report import provenance

PARTS = {
    "phases": {"timing": 62.4, "starting": 93.5, "data": 0.4},
    "suites": {"samples": {"timing": 1.6, "proving": 2}},
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["phases", "suites", "x"]), inner),
    max_leaves=5,
)


def test_the_most_comes_first_and_what_took_no_second_is_left_out():
    facts = dict(provenance.made({"seconds": PARTS}))
    assert facts == {"seconds by phase": "starting 94, timing 62", "seconds by suite": "samples 4"}


def test_a_study_from_before_says_nothing_of_it():
    assert provenance.made({"profile": "regular"}) == [("profile", "regular")]


@given(ANYTHING)
def test_what_cannot_be_read_is_passed_over(seconds):
    assert all(word.startswith("seconds by") for word, _ in provenance.made({"seconds": seconds}) if word != "seconds")
