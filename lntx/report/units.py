"""Numbers as people read them: few digits, a unit, and names that can't break a page."""

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from lntx import escaping

if TYPE_CHECKING:
    from lntx.report.intervals import Interval

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_SIZES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
TIMES = "\N{MULTIPLICATION SIGN}"
LONG = 1000
_LEAST, _MOST = 1e-3, 1e9
_FAR = 10  # times a tolerance
_WORD = re.compile(r"[^\W\d_]+(['\N{RIGHT SINGLE QUOTATION MARK}-][^\W\d_]+)*")


def digits(value: float, figures: int = 3) -> str:
    """Write a number to some significant figures, with thousands parted; in powers of ten only where it must be."""
    if not math.isfinite(value):
        return "unknown"
    if value == 0:
        return "0"
    places = figures - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if not _LEAST <= abs(rounded) < _MOST:
        return f"{value:.{figures - 1}e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{rounded:,.{max(places, 0)}f}"


def share(value: float) -> str:
    """Write a fraction in per cent, small ones too."""
    return f"{digits(100 * value, 2)}%"


def used(value: float) -> str:
    """Write the part of a tolerance that an error takes: in per cent, and as a multiple where it goes far beyond.

    What is beyond is never 100%, which would be within.
    """
    if not math.isfinite(value):
        return "not finite"
    if value >= _FAR:
        return f"{digits(value)}{TIMES}"
    whole = digits(100 * value)
    return "over 100%" if value > 1 and whole == "100" else f"{whole}%"


def seconds(value: float, figures: int = 3) -> str:
    """Write a duration with the unit that suits it."""
    if not math.isfinite(value):
        return "unknown"
    scale, unit = next(((scale, unit) for scale, unit in _UNITS if abs(value) >= scale * 0.9995), _UNITS[-1])
    return f"{digits(value / scale, figures)} {unit}"


def tick(value: float) -> str:
    """Write a duration on an axis, where values are round: 10 ms, not 10.0 ms."""
    scale, unit = next(((scale, unit) for scale, unit in _UNITS if abs(value) >= scale * 0.9995), _UNITS[-1])
    return f"{value / scale:g} {unit}"


def size(value: float) -> str:
    """Write a count on an axis: 1k, 100k, 2.5M."""
    scale, unit = next(((scale, unit) for scale, unit in _SIZES if value >= scale and value % scale == 0), (1.0, ""))
    return f"{value / scale:,g}{unit}" if value < _SIZES[0][0] else f"{value:.0e}"


def data(value: float) -> str:
    """Write a number of bytes: 512 B, 10 kB, 2.5 MB."""
    scale, unit = _scaled(value)
    return f"{digits(value / scale, 2).removesuffix('.0')} {unit}B"


def epochs(value: float) -> str:
    """Write epochs to two figures, the first where it is none: 1, 17, 12,000."""
    return digits(max(value, 1.0), 2).removesuffix(".0")


def brief(value: float) -> str:
    """Write a count where there is little room, to two figures: 1, 130k, 1.2M."""
    scale, unit = next(((scale, unit) for scale, unit in _SIZES if value >= 0.995 * scale), (1.0, ""))
    return f"{digits(value / scale, 2).removesuffix('.00').removesuffix('.0')}{unit}"


def rate(value: float) -> str:
    """Write operations a second on an axis, where values are round: 10 GFLOP/s."""
    scale, unit = _scaled(value)
    return f"{value / scale:g} {unit}FLOP/s"


def _scaled(value: float) -> tuple[float, str]:
    return next(((scale, unit) for scale, unit in _PREFIXES if value >= scale), (1.0, ""))


def span(interval: "Interval", unit: str = "") -> str:
    """Write bounds in brackets; or that there are none."""
    if interval.low is None or interval.high is None:
        return "(one process, no interval)"
    low, high = (seconds(bound) if unit == "s" else digits(bound) for bound in (interval.low, interval.high))
    return f"({low} to {high})"


def bounds(low: float, high: float) -> str:
    """Write two durations as a span, their unit once where it is the same."""
    first, last = seconds(low), seconds(high)
    number, _, unit = first.partition(" ")
    return f"{number if last.endswith(f' {unit}') else first} to {last}"


def clean(text: object, limit: int = LONG) -> str:
    """Write text from outside in one line in which everything can be seen, cut at a limit."""
    written = escaping.line(text)
    return written if len(written) <= limit else written[: limit - 1] + "…"


def words(text: str, most: int) -> str:
    """Cut a text after so many words."""
    found = text.split()
    return text if len(found) <= most else f"{' '.join(found[:most])} …"


def sentence(text: str, names: Collection[str] = ()) -> str:
    """Begin with a capital, unless a name stands there, and end with one full stop."""
    return f"{begun(text, names).rstrip('. ')}."


def begun(text: str, names: Collection[str] = ()) -> str:
    """Begin with a capital, unless a name stands there: one of `names`, or what no word is spelled like (lstm.bias, test_a).

    With another case it would be another name.
    """
    first = text.partition(" ")[0].rstrip(",.:;!?")
    return text if first in names or not _WORD.fullmatch(first) else text[:1].upper() + text[1:]


def listing(items: list[str], last: str = "and") -> str:
    """Words as a sentence lists them: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def some(items: list[str], most: int) -> str:
    """List so many words, and count the rest: a, b and 3 more."""
    rest = [f"{len(items) - most:,} more"] if len(items) > most else []
    return listing([*items[:most], *rest])


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: 1 cell, 2 cells, 3 batches, 4 processes, 5 studies."""
    if count != 1 and noun.endswith("dy"):
        return f"{count:,} {noun[:-1]}ies"
    ending = "" if count == 1 else "es" if noun.endswith(("ss", "tch")) else "s"
    return f"{count:,} {noun}{ending}"
