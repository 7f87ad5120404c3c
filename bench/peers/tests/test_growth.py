"""A size falls off where its neighbours both are more than twice as near to the limit."""

from lntx_peers.growth import Size, fallen


def test_a_size_falls_off_its_neighbours():
    shares = (0.5, 0.1, 0.4, None, 0.3, 0.1)
    assert list(fallen([Size(1, 1, "", share) for share in shares])) == [False, True, False, False, False, True]


def test_growth_and_decline_are_no_falls():
    assert not any(fallen([Size(1, 1, "", share) for share in (0.1, 0.3, 0.5, 0.3, 0.2)]))
