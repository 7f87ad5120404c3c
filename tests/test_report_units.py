"""How a report writes numbers and words."""

import pytest

from lntx.report import units


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("it took longer", "It took longer."),
        ("my-loop is one", "My-loop is one."),
        ("fused can't do this: it knows", "fused can't do this: it knows."),
        ("lstm.bias_ih_l0 is off by 1.1", "lstm.bias_ih_l0 is off by 1.1."),
        ("test_a[8] takes 2 s.", "test_a[8] takes 2 s."),
        ("compiled:step: it died", "compiled:step: it died."),
        ("w2, which is off", "w2, which is off."),
        ("", "."),
    ],
)
def test_a_sentence_begins_with_a_capital_but_never_changes_a_name(text, said):
    assert units.sentence(text, {"fused"}) == said
