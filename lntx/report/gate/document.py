"""The result of a gate as the document that a program reads."""

from typing import Any

from lntx.result import BenchmarkResult, GateResult


def document(result: GateResult) -> dict[str, Any]:
    """Give what `--json` prints: names as they are, None where nothing was timed, seconds."""
    return {
        "verdict": result.verdict,
        "benchmarks": [benchmark(judged) for judged in result.benchmarks],
        "sentinels": [benchmark(judged) for judged in result.sentinels],
        "false_alarm_rate": result.rules.alarms,
        "seconds": result.seconds,
        "notes": list(result.notes),
    }


def benchmark(judged: BenchmarkResult) -> dict[str, Any]:
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
