"""What is told of how a gate came to be."""

from types import SimpleNamespace

import pytest

from lntx.duet.provenance import Provenance


@pytest.mark.parametrize(
    ("others", "said"),
    [([], False), ([0.02, 0.05, 0.9], False), ([0.5, 0.6, 0.7, 0.01], True), ([0.11], True)],
)
def test_a_machine_that_others_used_for_most_pairs_is_told(others, said):
    known = Provenance(SimpleNamespace(), SimpleNamespace(), 0, others=others)
    notes = [note for note in known.ending() if "other processes took" in note]
    assert len(notes) == said
    assert all("% of the processors" in note for note in notes)
