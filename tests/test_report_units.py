"""How a report writes numbers and words."""

import pytest

from lntx.report import units


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("mlp", "MLP"),
        ("attention", "Attention"),
        ("gpt in float32", "GPT in float32"),
        ("my loop", "My loop"),
        ("", ""),
    ],
)
def test_a_title_begins_with_a_capital_and_abbreviations_are_all_of_them(text, title):
    assert units.titled(text) == title
