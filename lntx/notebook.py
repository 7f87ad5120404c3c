"""Numbers as a prompt and a notebook show them: few digits, and a unit that suits."""

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_DIGITS = 4


def number(value: float) -> str:
    """Write a number in four digits."""
    return f"{value:.{_DIGITS}g}"


def duration(seconds: float) -> str:
    """Write seconds in the unit that suits them."""
    scale, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"{seconds / scale:.3g} {unit}"


def count(number: int, what: str) -> str:
    """Write a number of things: 1 sample, 1,000 samples."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
