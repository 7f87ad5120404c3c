"""Values as a damaged or hand-written file may hold them."""

from hypothesis import strategies as st

KEYS = ("number", "of", "commit", "id")


def values(keys=KEYS):
    """Give JSON of any kind, its objects with these keys."""
    leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(keys), inner), max_leaves=4
    )
