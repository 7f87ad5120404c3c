"""A ruling as the document that a program reads."""

from typing import Any

from lntx.verdict import Judged, Ruling


def document(ruling: Ruling) -> dict[str, Any]:
    """Give what `--json` prints: names as they are, None where nothing was timed, seconds."""
    return {
        "verdict": ruling.verdict,
        "benchmarks": [benchmark(judged) for judged in ruling.benchmarks],
        "sentinels": [benchmark(judged) for judged in ruling.sentinels],
        "false_alarm_rate": ruling.rules.alarms,
        "seconds": ruling.seconds,
        "notes": list(ruling.notes),
    }


def benchmark(judged: Judged) -> dict[str, Any]:
    """Give one benchmark's verdict with all that carries it."""
    return {
        "name": judged.name,
        "verdict": judged.verdict,
        "ratio": judged.ratio,
        "low": judged.low,
        "high": judged.high,
        "pairs": judged.pairs,
        "seconds": judged.seconds,
        "means": judged.means,
        "reason": judged.reason,
        "excluded": judged.excluded,
        "needs": judged.needs,
    }
