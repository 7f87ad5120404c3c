"""Of the names that there are the one that was meant is told, else all of them."""

from hypothesis import given
from hypothesis import strategies as st

from lntx.suggestion import suggestion

NAMES = st.lists(st.text(min_size=1), min_size=1, unique_by=str.lower)


def test_a_name_that_is_nearly_right_is_asked_for_whatever_its_case():
    assert suggestion("egaer", ["eager", "manual"]) == "did you mean eager?"
    assert suggestion("MANUAL", ["eager", "manual"]) == "did you mean manual?"
    assert suggestion("Main", ["main", "next"], repr) == "did you mean 'main'?"


def test_where_none_is_near_all_are_told_or_what_else_helps():
    assert suggestion("xyz", ["eager", "manual"]) == "there are: eager, manual"
    assert suggestion("xyz", [], otherwise="see git branch --all") == "see git branch --all"


@given(st.text(), NAMES)
def test_what_is_asked_for_is_there(name, known):
    said = suggestion(name, known)
    assert said == f"there are: {', '.join(known)}" or said in {f"did you mean {one}?" for one in known}


@given(NAMES, st.data())
def test_a_name_in_another_case_is_always_found(known, data):
    one = data.draw(st.sampled_from(known))
    if one.upper().lower() == one.lower():  # not every letter comes back from its other case
        assert suggestion(one.upper(), known) == f"did you mean {one}?"
