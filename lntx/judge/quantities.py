"""Durations and sizes as people write them, and as a sentence holds them: 2.5 ms, 20 MiB."""

import math
import re
from collections.abc import Mapping

_SECONDS: Mapping[str, float] = {
    "ns": 1e-9, "us": 1e-6, "\N{MICRO SIGN}s": 1e-6, "\N{GREEK SMALL LETTER MU}s": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0,
}  # fmt: skip
_BYTES: Mapping[str, float] = {
    "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
}  # fmt: skip
_SHOWN_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_SHOWN_BYTES = ((2.0**40, "TiB"), (2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\s*([^\W\d_]+)")


def seconds(text: object) -> float:
    """Read a duration; ValueError, which says how to write it, for anything else, 0 included."""
    return _read(text, _SECONDS, 'a time; write it as "2.5 ms" (ns, us, ms, s or min)')


def size(text: object) -> float:
    """Read a number of bytes; ValueError, which says how to write it, for anything else, 0 included."""
    return _read(text, _BYTES, 'a size; write it as "20 MiB" (B, kB, MB, GB, KiB, MiB or GiB)')


def said_seconds(value: float, figures: int = 3) -> str:
    """Write a duration with the unit that suits it."""
    return _said(value, _SHOWN_SECONDS, figures)


def said_size(value: float, figures: int = 3) -> str:
    """Write a number of bytes with the unit that suits it."""
    return _said(value, _SHOWN_BYTES, figures)


def _read(text: object, units: Mapping[str, float], wanted: str) -> float:
    found = _WRITTEN.fullmatch(str(text).strip())
    value = float(found[1]) * units.get(found[2], 0.0) if found else 0.0
    if not 0 < value < math.inf:
        raise ValueError(f"{str(text)[:40]!r} is not {wanted}")
    return value


def _said(value: float, units: tuple[tuple[float, str], ...], figures: int) -> str:
    scale, unit = next(((scale, unit) for scale, unit in units if abs(value) >= scale * 0.9995), units[-1])
    number = value / scale
    return f"{number:,.0f} {unit}" if number >= 10**figures - 0.5 else f"{number:.{figures}g} {unit}"
