"""The K-th of N parts, as options write it."""

from lntx.errors import InputError


def part(text: str | None, option: str) -> tuple[int, int] | None:
    """Read `1/4` as the first of four parts."""
    if text is None:
        return None
    number, slash, parts = text.partition("/")
    if not (slash and number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise InputError(f"{option} must be like 1/4, the first of four parts, not {text!r}")
    return int(number), int(parts)
