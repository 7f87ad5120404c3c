"""One sentence for each verdict: what was found, in which benchmarks, by how much."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lntx.report import units
from lntx.report.gate import wording
from lntx.report.gate.wording import by_identity, case, measured, names, of_verdict
from lntx.result import BenchmarkResult, GateResult, Verdict

_TITLES: Mapping[Verdict, str] = MappingProxyType({
    "same": "Nothing got slower",
    "faster": "Nothing got slower, something got faster",
    "slower": "Something got slower",
    "inconclusive": "Inconclusive, which is no pass",
    "disagrees": "The results are not right",
    "missing": "A benchmark went missing",
    "new": "Nothing to compare with",
    "contaminated": "Contaminated, which is no pass",
})  # fmt: skip
NOTHING = "Nothing was measured"
_NAMED = 3


def title(result: GateResult) -> str:
    """Say the verdict in a few words."""
    return _TITLES[result.verdict] if result.benchmarks else NOTHING


def headline(result: GateResult) -> str:
    """Say in one sentence what was found."""
    if not result.benchmarks:
        return f"{NOTHING}: no benchmark was found in either arm, so nothing is known."
    return sentence(result, result.verdict)


def sentence(result: GateResult, verdict: Verdict) -> str:
    """Say in one sentence what was found under a verdict."""
    return f"{_SENTENCES[verdict](result).rstrip('. ')}."


def counted(result: GateResult) -> str:
    """Count the benchmarks by verdict: 12 benchmarks, 8 the same by identity, 4 the same by time."""
    parts = [units.plural(len(result.benchmarks), "benchmark")]
    for verdict in reversed(wording.ORDER):
        found = of_verdict(result, verdict)
        if verdict == "same":
            alike = sum(map(by_identity, found))
            parts += _some(alike, "the same by identity") + _some(len(found) - alike, "the same by time")
        else:
            parts += _some(len(found), "with wrong results" if verdict == "disagrees" else verdict)
    return ", ".join(parts)


def exclusion(result: GateResult) -> str:
    """Say the smallest slowdown that is excluded wherever the time is the same; empty where nothing was timed."""
    timed = [one for one in of_verdict(result, "same") if not by_identity(one) and one.ratio is not None]
    known = [one.excluded for one in timed if one.excluded is not None]
    if not known or len(known) < len(timed):
        return ""
    where = (
        "the one that is the same by time"
        if len(known) == 1
        else f"each of the {len(known):,} that are the same by time"
    )
    size = f"a slowdown above {wording.slowdown(max(known))}" if max(known) > 1 else "any slowdown"
    return f"{size} is excluded in {where}"


def _some(count: int, words: str) -> list[str]:
    return [f"{count:,} {words}"] if count else []


def _same(result: GateResult) -> str:
    found = of_verdict(result, "same")
    if found and len(found) == len(result.benchmarks) and all(map(by_identity, found)):
        alike = "the benchmark executes" if len(found) == 1 else f"all {len(found):,} benchmarks execute"
        return f"Nothing got slower: {alike} the same code in base and head"
    return f"Nothing got slower: {'; '.join(part for part in (counted(result), exclusion(result)) if part)}"


def _listed(found: list[BenchmarkResult], say: Callable[[BenchmarkResult], str]) -> str:
    rest = [f"and {len(found) - _NAMED:,} more"] if len(found) > _NAMED else []
    return "; ".join([*map(say, found[:_NAMED]), *rest])


def _moved(one: BenchmarkResult) -> str:
    """Say of one benchmark what it takes, or why it counts as moved where the time isn't why."""
    if one.means == "time" and one.ratio is not None:
        bounds = wording.interval(one)
        return f"{case(one.name)} takes {wording.times(one.ratio)} as long{f' ({bounds})' if bounds else ''}"
    return f"{case(one.name)}: {units.clean(one.reason or 'its counters moved', 200).rstrip('. ')}"


def _slower(result: GateResult) -> str:
    return f"Slower: {_listed(of_verdict(result, 'slower'), _moved) or counted(result)}"


def _faster(result: GateResult) -> str:
    return f"Faster: {_listed(of_verdict(result, 'faster'), _moved) or counted(result)}"


def _inconclusive(result: GateResult) -> str:
    found = of_verdict(result, "inconclusive")
    whole = units.plural(len(result.benchmarks), "benchmark")
    which = f" ({names(one.name for one in found)})" if found else ""
    return f"Inconclusive, which is no pass: {len(found):,} of {whole} could not be decided{which}"


def _contaminated(result: GateResult) -> str:
    moved = [one for one in result.sentinels if one.verdict not in {"same", "inconclusive"}]
    which = "; ".join(f"{case(one.name)} {measured(one)}" for one in moved)
    what = "a control that holds none of the project's code moved" if len(moved) == 1 else "the controls moved"
    return f"Contaminated, which is no pass: {what}{f': {which}' if which else ''}, so no time of this run counts"


def _disagrees(result: GateResult) -> str:
    found = of_verdict(result, "disagrees")
    said = _listed(found, lambda one: f"{case(one.name)}: {units.clean(one.reason, 200).rstrip('. ')}".rstrip(": "))
    return f"The results of {units.plural(len(found), 'benchmark')} are not right, so no time counts: {said}"


def _missing(result: GateResult) -> str:
    found = of_verdict(result, "missing")
    return f"Missing: {names(one.name for one in found)} ran in base and not in head"


def _new(result: GateResult) -> str:
    found = of_verdict(result, "new")
    return f"New, so there is nothing to compare with: {names(one.name for one in found)}"


_SENTENCES: Mapping[Verdict, Callable[[GateResult], str]] = MappingProxyType({
    "same": _same, "faster": _faster, "slower": _slower, "inconclusive": _inconclusive,
    "disagrees": _disagrees, "missing": _missing, "new": _new, "contaminated": _contaminated,
})  # fmt: skip
