"""What to do about a verdict: one or two plain sentences for each that is there, and what to paste where it helps."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from lntx.report import units
from lntx.report.gate.wording import names, of_verdict, percent
from lntx.result import BenchmarkResult, Count, GateResult, Verdict

ACKNOWLEDGED = "lntx-gate.toml"
_NOTHING = (
    "Check what was given to pytest: no test that it collected uses the benchmark fixture. A gate that measures nothing "
    "protects nothing."
)
_MOST_SNIPPETS = 10
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def advice(result: GateResult) -> tuple[str, ...]:
    """Say what to do, the worst first; nothing where there is nothing to do."""
    if not result.benchmarks:
        return (_NOTHING,)
    present = {one.verdict for one in result.benchmarks} | {result.verdict}
    return tuple(told for verdict, tell in _TELLERS.items() if verdict in present for told in tell(result))


def snippet(result: GateResult) -> str:
    """Write the TOML that acknowledges each counter that rose; empty where none did."""
    blocks = [_block(one, count) for one, count in _risen(result)]
    left = len(blocks) - _MOST_SNIPPETS
    return "\n".join(blocks[:_MOST_SNIPPETS] + ([f"# and {left:,} more like these"] if left > 0 else []))


def _risen(result: GateResult) -> list[tuple[BenchmarkResult, Count]]:
    found = {one.name: one for one in of_verdict(result, "slower") if one.means == "counters"}
    return [
        (found[surveyed.name], count)
        for surveyed in result.surveyed
        if surveyed.name in found
        for count in surveyed.counts
        if count.head > count.base
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


def _disagrees(_: GateResult) -> Iterator[str]:
    yield "Mend the results first: a time counts only where a benchmark's own assertions hold in both arms."


def _missing(_: GateResult) -> Iterator[str]:
    yield (
        "Bring back what went missing. Where it was removed or renamed on purpose, nothing watches its speed any more; say so in "
        f"{ACKNOWLEDGED} at the root of head, by a table [[acknowledge]] with its name as benchmark, missing = true and why."
    )


def _slower(result: GateResult) -> Iterator[str]:
    if any(one.means != "counters" for one in of_verdict(result, "slower")):
        yield (
            "Profile the slower benchmarks in both commits to see where the time goes. Where the slowdown is the price of "
            "something wanted, merge knowingly: the next gate starts from there and does not mention it again."
        )
    if _risen(result):
        yield (
            "Counters don't vary from run to run, so what rose did rise. Undo it, or acknowledge it in "
            f"{ACKNOWLEDGED} at the root of head, as shown below."
        )


def _contaminated(_: GateResult) -> Iterator[str]:
    yield (
        "Nothing follows from the times of this run, neither slower nor same, and they fail nothing. Find out what else worked "
        "on the machine meanwhile, then run the gate again; where its controls keep moving, take another machine."
    )


def _inconclusive(result: GateResult) -> Iterator[str]:
    found = of_verdict(result, "inconclusive")
    yield (
        "Don't run it again until it passes: each further try raises the rate of false answers. "
        f"{_longer(found)} A quieter machine needs fewer pairs; --allow-inconclusive accepts the rest, and says so."
    )


def _longer(found: list[BenchmarkResult]) -> str:
    """Say what deciding would take."""
    known = [one for one in found if one.needs]
    if not known:
        few = "No number of pairs that is worth waiting for would decide that here."
        return few if any(one.pairs for one in found) else "Let it run to its end."
    hungriest = max(known, key=lambda one: (one.needs or 0, one.name))
    pairs = hungriest.needs or 0
    took = sum(one.seconds / one.pairs * (one.needs or 0) for one in known if one.pairs)
    time = f", in all roughly {units.seconds(took)} of measuring" if took else ""
    if len(known) == 1:
        return f"About {pairs:,} pairs would decide {names([hungriest.name])}{time}."
    return f"About {pairs:,} pairs would decide all of them ({names([hungriest.name])} needs the most){time}."


def _new(result: GateResult) -> Iterator[str]:
    if result.verdict == "new":
        yield "Nothing is to be done: from the next gate on, base has them too."


_TELLERS: Mapping[Verdict, Callable[[GateResult], Iterator[str]]] = MappingProxyType({
    "disagrees": _disagrees, "missing": _missing, "slower": _slower, "contaminated": _contaminated,
    "inconclusive": _inconclusive, "new": _new,
})  # fmt: skip


def rates(result: GateResult) -> str:
    """Say the error rates and limits that the gate ran with."""
    rules = result.rules
    return (
        f"Of suites in which nothing is slower, at most {percent(rules.alarms)} raise an alarm all the same; a benchmark that "
        f"is {percent(rules.tolerated)} slower is called the same with a probability of at most {percent(rules.misses)}. A "
        f"slowdown below {percent(rules.margin)} is never called one. Pairs are looked at after "
        f"{units.listing([f'{look:,}' for look in rules.looks])}, and the rates hold for all these looks together."
    )
