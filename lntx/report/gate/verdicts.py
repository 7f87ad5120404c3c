"""What is said of each verdict: a sentence, what to do about it, and how it looks on pictures; all in the table at the end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lntx.judge.acknowledgements import FILE
from lntx.judge.rare_calls import RARE
from lntx.report import units
from lntx.report.drawing.style import ALARM, MUTED, PALETTE, Style
from lntx.report.gate import left_out, wording
from lntx.report.gate.acknowledging import risen
from lntx.report.gate.wording import by_identity, counted, exclusion, labels, listed, measured, of_verdict
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

NOTHING = "Nothing was measured"
_NOTHING_TO_JUDGE = (
    "Check what was given to pytest: no test that it collected uses the benchmark fixture. A gate that measures nothing "
    "protects nothing."
)
_LEFT_OUT = (
    "Mend what keeps the benchmarks from running, as it is said of each. A gate that measures nothing protects nothing."
)
_NAMED = 3
_WORTH = 200  # pairs, above which a quieter machine is the better way
_FAST = 0.1  # of base's time, below which nobody reads a ratio at a glance


def title(result: GateResult) -> str:
    """Return the verdict in a few words."""
    return result.verdict.heading if result.benchmarks else NOTHING


def headline(result: GateResult) -> str:
    """Return in one sentence what was found."""
    if not result.benchmarks and left_out.left_out(result):
        return f"{NOTHING}: all that was found is left out, so nothing is known."
    if not result.benchmarks:
        return f"{NOTHING}: no benchmark was found in either arm, so nothing is known."
    return sentence(result, result.verdict)


def sentence(result: GateResult, verdict: Verdict) -> str:
    """Return in one sentence what was found under a verdict."""
    return f"{PRESENTATIONS[verdict].sentence(result).rstrip('. ')}."


def advice(result: GateResult) -> tuple[str, ...]:
    """Return what to do, the gravest first; nothing where there is nothing to do."""
    if not result.benchmarks:
        return (_LEFT_OUT if left_out.left_out(result) else _NOTHING_TO_JUDGE,)
    present = {one.verdict for one in result.benchmarks} | {result.verdict}
    return tuple(told for verdict in Verdict if verdict in present for told in PRESENTATIONS[verdict].advice(result))


def _told(result: GateResult, verdict: Verdict, say: Callable[[BenchmarkResult, str], str]) -> str:
    """Say something of each benchmark of a verdict, given what it is called."""
    found, called = of_verdict(result, verdict), labels(result)
    rest = [f"and {len(found) - _NAMED:,} more"] if len(found) > _NAMED else []
    return "; ".join([*(say(one, called[one.name]) for one in found[:_NAMED]), *rest])


def _named(result: GateResult, verdict: Verdict) -> str:
    called = labels(result)
    return listed(called[one.name] for one in of_verdict(result, verdict))


def _moved(one: BenchmarkResult, name: str) -> str:
    """Say of one benchmark what it takes, or why it counts as moved where the time isn't why."""
    if one.means == "time" and one.ratio is not None:
        bounds = wording.interval(one)
        rare = f", all calls together: {RARE}" if RARE in one.reason else ""
        fast = f", so is {units.digits(1 / one.ratio)} times as fast" if one.ratio < _FAST else ""
        return f"{name} takes {wording.times(one.ratio)} as long{f' ({bounds})' if bounds else ''}{fast}{rare}"
    timed = f" takes {wording.times(one.ratio)} as long, and" if one.ratio and one.low and one.low > 1 else ":"
    return f"{name}{timed} {units.clean(one.reason or 'its counters moved', 200).rstrip('. ')}"


def _disagrees(result: GateResult) -> str:
    count = len(of_verdict(result, Verdict.DISAGREES))
    said = _told(result, Verdict.DISAGREES, _why)
    return f"The results of {units.plural(count, 'benchmark')} are not right, so no time counts: {said}"


def _why(one: BenchmarkResult, name: str) -> str:
    return f"{name}: {units.clean(one.reason, 200).rstrip('. ')}".rstrip(": ")


def _disagrees_advice(_: GateResult) -> Iterator[str]:
    yield "Mend the results first: a time counts only where a benchmark's own assertions hold in both arms."


def _missing(result: GateResult) -> str:
    return f"Missing: {_named(result, Verdict.MISSING)} ran in base and not in head"


def _missing_advice(_: GateResult) -> Iterator[str]:
    yield (
        "Bring back what went missing. Where it was removed or renamed on purpose, nothing watches its speed any more; say so in "
        f"{FILE} at the root of head, by a table [[acknowledge]] with its name as benchmark, missing = true and why."
    )


def _slower(result: GateResult) -> str:
    return f"Slower: {_told(result, Verdict.SLOWER, _moved) or counted(result)}"


def _slower_advice(result: GateResult) -> Iterator[str]:
    if any(one.means != "counters" for one in of_verdict(result, Verdict.SLOWER)):
        yield (
            "Profile the slower benchmarks in both commits to see where the time goes. Where the slowdown is the price of "
            "something wanted, merge knowingly: the next gate starts from there and does not mention it again."
        )
    if risen(result):
        yield (
            f"Undo what made a counter rise, or acknowledge it in {FILE} at the root of head, as shown below; a slower time "
            "stays one. Counters don't vary from run to run, so what rose did rise."
        )


def _over(result: GateResult) -> str:
    return f"Over budget: {_told(result, Verdict.OVER, _exceeding) or counted(result)}"


def _exceeding(one: BenchmarkResult, name: str) -> str:
    """Say by how much a budget is exceeded, without what time says besides."""
    return f"{name}: {units.clean(one.reason.partition('; by ')[0], 200).rstrip('. ')}".rstrip(": ")


def _over_advice(_: GateResult) -> Iterator[str]:
    yield f"A budget is a limit of head, whatever base takes. Make the benchmark keep to it, or raise it in {FILE}."


def _contaminated(result: GateResult) -> str:
    moved = [one for one in result.sentinels if one.verdict not in {Verdict.SAME, Verdict.INCONCLUSIVE}]
    called = labels(result)
    which = "; ".join(f"{called[one.name]} {measured(one)}" for one in moved)
    what = "a control that holds none of the project's code moved" if len(moved) == 1 else "the controls moved"
    return f"Contaminated, which is no pass: {what}{f': {which}' if which else ''}, so no time of this run counts"


def _contaminated_advice(_: GateResult) -> Iterator[str]:
    yield (
        "Nothing follows from the times of this run, neither slower nor same, and they fail nothing. Find out what else worked "
        "on the machine meanwhile, then run the gate again; where its controls keep moving, take another machine."
    )


def _inconclusive(result: GateResult) -> str:
    found = of_verdict(result, Verdict.INCONCLUSIVE)
    whole = units.plural(len(result.benchmarks), "benchmark")
    which = f" ({_named(result, Verdict.INCONCLUSIVE)})" if found else ""
    return f"Inconclusive, which is no pass: {len(found):,} of {whole} could not be decided{which}"


def _inconclusive_advice(result: GateResult) -> Iterator[str]:
    longer = _longer(of_verdict(result, Verdict.INCONCLUSIVE), labels(result))
    yield (
        "Don't run it again until it passes: each further try raises the rate of false answers. "
        f"{longer} A quieter machine needs fewer pairs; --allow-inconclusive accepts the rest, and says so."
    )


def _longer(found: list[BenchmarkResult], called: Mapping[str, str]) -> str:
    """Return what deciding would take."""
    known = [one for one in found if one.needs]
    if not known:
        few = "No number of pairs that is worth waiting for would decide that here."
        return few if any(one.pairs for one in found) else "Let it run to its end."
    hungriest = max(known, key=lambda one: (one.needs or 0, one.name))
    pairs = hungriest.needs or 0
    took = sum(one.seconds / one.pairs * (one.needs or 0) for one in known if one.pairs)
    time = f", in all roughly {units.seconds(took)} of measuring" if took else ""
    what = called[hungriest.name] if len(known) == 1 else f"all of them ({called[hungriest.name]} needs the most)"
    how = f"lntx gate --pairs {pairs} takes so many" if pairs <= _WORTH else "that is hardly worth it"
    return f"About {pairs:,} pairs would decide {what}{time}: {how}."


def _faster(result: GateResult) -> str:
    return f"Faster: {_told(result, Verdict.FASTER, _moved) or counted(result)}"


def _new(result: GateResult) -> str:
    return f"New, so there is nothing to compare with: {_named(result, Verdict.NEW)}"


def _new_advice(result: GateResult) -> Iterator[str]:
    if result.verdict is Verdict.NEW:
        yield "Nothing is to be done: from the next gate on, base has them too."


def _same(result: GateResult) -> str:
    found, opening = of_verdict(result, Verdict.SAME), "Nothing got slower"
    if _commit(result, "base") == _commit(result, "head") is not None:
        opening += ", base and head being the same commit"
    if found and len(found) == len(result.benchmarks) and all(map(by_identity, found)):
        alike = "the benchmark executes" if len(found) == 1 else f"all {len(found):,} benchmarks execute"
        return f"{opening}: {alike} the same code in base and head"
    return f"{opening}: {'; '.join(part for part in (counted(result), exclusion(result)) if part)}"


def _commit(result: GateResult, arm: str) -> Any:
    found = result.about.get(arm)
    return found.get("commit") if isinstance(found, Mapping) else None


def _nothing(_: GateResult) -> Iterator[str]:
    """Advise nothing: all is well."""
    yield from ()


@dataclass(frozen=True, slots=True)
class Presentation:
    """What is said of a verdict; `beside`: a gate with a graver verdict says the sentence too."""

    style: Style
    sentence: Callable[[GateResult], str]
    advice: Callable[[GateResult], Iterator[str]] = _nothing
    beside: bool = True


PRESENTATIONS: Mapping[Verdict, Presentation] = MappingProxyType({
    Verdict.DISAGREES: Presentation(Style(PALETTE[3], "P"), _disagrees, _disagrees_advice),
    Verdict.MISSING: Presentation(Style(PALETTE[3], "s", filled=False), _missing, _missing_advice),
    Verdict.SLOWER: Presentation(Style(ALARM, ">"), _slower, _slower_advice),
    Verdict.OVER: Presentation(Style(PALETTE[1], "^"), _over, _over_advice),
    Verdict.CONTAMINATED: Presentation(Style(PALETTE[5], "X"), _contaminated, _contaminated_advice, beside=False),
    Verdict.INCONCLUSIVE: Presentation(Style(PALETTE[4], "D", filled=False), _inconclusive, _inconclusive_advice),
    Verdict.FASTER: Presentation(Style(PALETTE[2], "<"), _faster),
    Verdict.NEW: Presentation(Style(MUTED, "s"), _new, _new_advice),
    Verdict.SAME: Presentation(Style(PALETTE[0], "o"), _same, beside=False),
})  # fmt: skip
