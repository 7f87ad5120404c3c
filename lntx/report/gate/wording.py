"""The words of a gate: ratios, names, and the order in which verdicts are told."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from lntx.report import units
from lntx.result import BenchmarkResult, GateResult, Verdict

ORDER: tuple[Verdict, ...] = (
    "disagrees", "missing", "slower", "contaminated", "inconclusive", "faster", "new", "same"
)  # fmt: skip
"""Verdicts, the worst first."""

NAME_LENGTH = 60

_PLAIN_RATIO = (0.1, 10)


def name(text: object, limit: int = NAME_LENGTH) -> str:
    """Give a benchmark's name fit to stand in a line: no control characters, shortened in its middle."""
    return units.shortened(text, limit)


def names(texts: Iterable[str], most: int = 3, limit: int = NAME_LENGTH) -> str:
    """List some names, and count the rest."""
    found = [case(text, limit) for text in texts]
    rest = len(found) - most
    return units.listing([*found[:most], f"{rest:,} more"] if rest > 0 else found)


def shared(texts: Sequence[str]) -> str:
    """Give the file that all names begin with; empty where there is no such."""
    files = {text.partition("::")[0] if "::" in text else "" for text in texts}
    return files.pop() if len(files) == 1 else ""


def labels(texts: Sequence[str], limit: int) -> dict[str, str]:
    """Give each name a short label of its own: without the file where its test alone tells it apart."""
    tests = Counter(_case(text) for text in texts)
    given: dict[str, str] = {}
    taken: dict[str, int] = {}
    for text in texts:
        label = name(_case(text) if tests[_case(text)] == 1 else text, limit)
        taken[label] = taken.get(label, 0) + 1
        given[text] = label if taken[label] == 1 else f"{label} ({taken[label]})"
    return given


def case(text: str, limit: int = NAME_LENGTH) -> str:
    """Name a benchmark in a sentence: without its file."""
    return name(_case(text), limit)


def _case(text: str) -> str:
    return text.partition("::")[2] or text


def times(ratio: float) -> str:
    """Write head's time over base's, with three places where it is near 1."""
    low, high = _PLAIN_RATIO
    return f"{ratio:.3f}{units.TIMES}" if low <= ratio < high else f"{units.digits(ratio)}{units.TIMES}"


def interval(judged: BenchmarkResult) -> str:
    """Write the bounds of a ratio; empty where there are none."""
    return "" if judged.low is None or judged.high is None else f"{times(judged.low)} to {times(judged.high)}"


def measured(judged: BenchmarkResult) -> str:
    """Write a ratio with its interval in brackets; empty where nothing was timed."""
    if judged.ratio is None:
        return ""
    return f"{times(judged.ratio)} ({interval(judged) or 'no interval'})"


def percent(fraction: float) -> str:
    """Write a fraction that somebody chose: 0.005 as 0.5%."""
    return f"{100 * fraction:.3g} %"


def slowdown(ratio: float) -> str:
    """Write an excluded slowdown in per cent, rounded up, so that what is said to be excluded is."""
    if not math.isfinite(ratio):
        return "unknown"
    return f"{max(math.ceil(1000 * (ratio - 1) - 1e-6), 0) / 10:.1f} %"


def worst_first(judged: Iterable[BenchmarkResult]) -> list[BenchmarkResult]:
    """Sort by verdict, then by ratio, what was not timed last."""
    return sorted(judged, key=lambda one: (ORDER.index(one.verdict), -(one.ratio or 0.0), one.name))


def by_identity(one: BenchmarkResult) -> bool:
    """Whether a benchmark is the same because both arms execute the same code."""
    return one.verdict == "same" and one.means == "identity"


def of_verdict(result: GateResult, verdict: Verdict) -> list[BenchmarkResult]:
    """Take the benchmarks of one verdict, the worst first."""
    return worst_first(one for one in result.benchmarks if one.verdict == verdict)
