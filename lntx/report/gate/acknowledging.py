"""What to add to a project's file of acknowledgements where counters rose."""

import json
import re

from lntx.judge.counts import rose
from lntx.report.gate.wording import of_verdict
from lntx.result import BenchmarkResult, Count, GateResult
from lntx.verdict import Verdict

_MOST = 10
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def snippet(result: GateResult) -> str:
    """Write the TOML that acknowledges each counter that rose; empty where none did."""
    blocks = [_block(one, count) for one, count in risen(result)]
    left = len(blocks) - _MOST
    return "\n".join(blocks[:_MOST] + ([f"# and {left:,} more like these"] if left > 0 else []))


def risen(result: GateResult) -> list[tuple[BenchmarkResult, Count]]:
    """List the counters for which benchmarks are called slower: those that were acknowledged aren't spoken of."""
    found = {one.name: one for one in of_verdict(result, Verdict.SLOWER) if one.means == "counters"}
    return [
        (found[surveyed.name], count)
        for surveyed in result.surveyed
        if surveyed.name in found
        for count in surveyed.counts
        if rose(count) and f"{count.name} rose from" in found[surveyed.name].reason
    ]


def _block(one: BenchmarkResult, count: Count) -> str:
    return (
        f"[[acknowledge]]\nbenchmark = {_quoted(one.name)}\ncounter = {_quoted(count.name)}\n"
        f'most = {count.head:.17g}\nwhy = "say here what it is good for"\n'
    )


def _quoted(text: str) -> str:
    """Write a basic string of TOML, which escapes as JSON does; what nobody sees is escaped too."""
    written = json.dumps(text.encode(errors="replace").decode(), ensure_ascii=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", written)
