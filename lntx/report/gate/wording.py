"""The words of a gate: ratios, names, counts, and the order in which benchmarks are told."""

import math
from collections.abc import Iterable, Sequence

from lntx import escaping
from lntx.report import names, units
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

NAME_LENGTH = 60

_PLAIN_RATIO = (0.1, 10)


def name(text: object, limit: int = NAME_LENGTH) -> str:
    """Return a benchmark's name fit to stand in a line: nothing unseen, shortened in its middle."""
    return escaping.shortened(text, limit)


def labels(result: GateResult, limit: int = NAME_LENGTH) -> dict[str, str]:
    """Give each name that a gate knows a label of its own, so that no sentence takes one benchmark for another."""
    known = (result.benchmarks, result.surveyed, result.sentinels, result.streams, result.budgets)
    return names.labels([*(one.name for part in known for one in part), *result.margins], limit)


def listed(texts: Iterable[str], most: int = 3) -> str:
    """List some labels, and count the rest."""
    return units.some(list(texts), most)


def shared(texts: Sequence[str]) -> str:
    """Return the file that all names begin with; empty where there is no such."""
    files = {text.partition("::")[0] if "::" in text else "" for text in texts}
    return files.pop() if len(files) == 1 else ""


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
    tenths = 1000 * (ratio - 1)
    return f"{max(math.ceil(tenths - 1e-6), 0) / 10:.1f} %" if math.isfinite(tenths) else "unknown"


def excluded(judged: BenchmarkResult) -> str:
    """Write which slowdowns are excluded; empty where that doesn't matter, or nothing is known."""
    return slowdown(judged.excluded) if judged.excludes and judged.excluded is not None else ""


def worst_first(judged: Iterable[BenchmarkResult]) -> list[BenchmarkResult]:
    """Sort by verdict, then by how far it moved that way, what was not timed last."""
    return sorted(judged, key=lambda one: (-one.verdict.severity, _least_first(one), one.name))


def _least_first(one: BenchmarkResult) -> float:
    if one.ratio is None:
        return math.inf
    return one.ratio if one.verdict is Verdict.FASTER else -one.ratio


def by_identity(one: BenchmarkResult) -> bool:
    """Whether a benchmark is the same because both arms execute the same code."""
    return one.verdict is Verdict.SAME and one.means == "identity"


def of_verdict(result: GateResult, verdict: Verdict) -> list[BenchmarkResult]:
    """Take the benchmarks of one verdict, those first that moved most."""
    return worst_first(one for one in result.benchmarks if one.verdict == verdict)


def counted(result: GateResult) -> str:
    """Count the benchmarks by verdict: 12 benchmarks, 8 the same by identity, 4 the same by time."""
    parts = [units.plural(len(result.benchmarks), "benchmark")]
    for verdict in reversed(Verdict):
        found = of_verdict(result, verdict)
        if verdict is Verdict.SAME:
            alike = sum(map(by_identity, found))
            parts += _some(alike, "the same by identity") + _some(len(found) - alike, "the same by time")
        else:
            words = {Verdict.DISAGREES: "with wrong results", Verdict.OVER: "over budget"}
            parts += _some(len(found), words.get(verdict, verdict))
    return ", ".join(parts)


def exclusion(result: GateResult) -> str:
    """Return the smallest slowdown that is excluded wherever the time is the same; empty where nothing was timed."""
    timed = [one for one in of_verdict(result, Verdict.SAME) if not by_identity(one) and one.ratio is not None]
    known = [one.excluded for one in timed if one.excluded is not None]
    if not known or len(known) < len(timed):
        return ""
    where = (
        "the one that is the same by time"
        if len(known) == 1
        else f"each of the {len(known):,} that are the same by time"
    )
    size = f"a slowdown above {slowdown(max(known))}" if max(known) > 1 else "any slowdown"
    return f"{size} is excluded in {where}"


def _some(count: int, words: str) -> list[str]:
    return [f"{count:,} {words}"] if count else []
