"""Whether a target is met: by what was counted, and whether that is enough to be sure of."""

from lntx_selftest.figures.share import Share

UNKNOWN, NO, SO_FAR, YES = "not measured", "no", "so far", "yes"


def at_most(share: Share, limit: float) -> str:
    """Tell whether a probability keeps a limit: `so far` where the interval doesn't exclude that it is above."""
    return _told(share, share.of and share.rate <= limit, share.interval[1] <= limit)


def at_least(share: Share, limit: float) -> str:
    """Tell whether a probability reaches a limit: `so far` where the interval doesn't exclude that it is below."""
    return _told(share, share.of and share.rate >= limit, share.interval[0] >= limit)


def within(share: Share, low: float, high: float) -> str:
    """Tell whether a probability lies between two limits."""
    bottom, top = share.interval
    return _told(share, share.of and low <= share.rate <= high, low <= bottom and top <= high)


def both(one: str, other: str) -> str:
    """Join two answers: the worse counts."""
    order = (UNKNOWN, NO, SO_FAR, YES)
    return min(one, other, key=order.index)


def plain(*, met: bool | None) -> str:
    """Answer where nothing is left to chance; None is for what wasn't measured."""
    return UNKNOWN if met is None else YES if met else NO


def _told(share: Share, met: object, sure: bool) -> str:
    if not share.of:
        return UNKNOWN
    return (YES if sure else SO_FAR) if met else NO
