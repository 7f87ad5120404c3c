"""One gate from parts that several runners measured: the runner is a random effect, and what is said rests on how runners differ.

One runner's layout, caches and neighbours stay with an arm as long as its gate takes. More pairs there make such an offset more
significant, and not less; only other runners average it away. So each runner's mean is one number, as each pair's score is in a
gate of one piece (`lntx.judge.scores`), and all else is the same: priors, levels, controls. There is one look, when all is there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lntx import fingerprint
from lntx.errors import InputError
from lntx.judge import budgets, decision
from lntx.judge.replay import acknowledged, failures, timings
from lntx.judge.sequential_test import SequentialTest
from lntx.result import ARMS, Count, Ended, GateResult, Pair, Rules, Stream, Surveyed

FEWEST = 2
"""Runners: one alone can't be told from its offset."""
PART = "part"
"""What a part's `about` calls its place among the parts: its number, and of how many."""
_PAIRS = 24
"""Of all parts together. More of each tell nothing of how runners differ; and where a suite's benchmarks differ in their noise,
40 (10 of each of four) raised an alarm in 1.3 % of suites with nothing slower, 24 in 0.9 %."""
_WORST: tuple[Ended, ...] = ("failed", "absent", "skipped", "passed")


def rules(whole: Rules, parts: int) -> Rules:
    """Return the rules of each of so many parts: its share of the pairs, and nothing decided before all are there."""
    pairs = max(FEWEST, -(-min(whole.cap, _PAIRS) // parts))
    return replace(whole, looks=(pairs,))


def join(parts: Sequence[GateResult], names: Sequence[str]) -> GateResult:
    """Join parts of one gate, called so in messages, and decide.

    Raises InputError for what is no part, for parts of unlike gates, for one that is given twice, and for fewer than two.
    """
    numbers = [_number(part, name) for part, name in zip(parts, names, strict=True)]
    _check(parts, names, numbers)
    ordered = [part for _, part in sorted(zip(numbers, parts, strict=True), key=lambda one: one[0])]
    first, streams, surveyed = ordered[0], _streams(ordered), _surveyed(ordered)
    failed = {name: why for part in ordered for name, why in failures(part).items()}
    spoken = tuple(dict.fromkeys(one for part in ordered for one in acknowledged(part)))
    timed = decision.timed_names(surveyed)
    asked = {(one.name, one.measure): one for part in ordered for one in part.budgets}
    held = decision.budgeted(tuple(asked.values()), surveyed, streams, first.rules)
    test = SequentialTest(first.rules, timed, None, first.margins, budgets.timed(held, timed))
    verdict, benchmarks, controls = decision.decide(
        surveyed, timings(test, streams), streams, first.rules, spoken, failed, False, first.margins, held
    )
    spent = _spent(ordered)
    return GateResult(
        verdict,
        tuple(replace(one, seconds=spent.get(one.name, one.seconds)) for one in benchmarks),
        first.rules,
        controls,
        surveyed,
        tuple(streams.values()),
        max(part.seconds for part in ordered),
        tuple(dict.fromkeys([*_notes(ordered, sorted(numbers)), *decision.told(benchmarks)])),
        first.machine,
        _about(ordered, sorted(numbers)),
        {},
        first.margins,
        held,
    )


def _number(part: GateResult, name: str) -> int:
    """Return which part it is; InputError for a gate that is none."""
    found = part.about.get(PART)
    number, of = (found.get("number"), found.get("of")) if isinstance(found, Mapping) else (None, None)
    if not (isinstance(number, int) and isinstance(of, int) and 1 <= number <= of):
        raise InputError(f"{name} is no part of a gate: one is made by lntx gate --part I/N")
    return number


def _commit(part: GateResult, arm: str) -> Any:
    found = part.about.get(arm)
    return found.get("commit") if isinstance(found, Mapping) else None


_ALIKE: tuple[tuple[str, Callable[[GateResult], Any]], ...] = (
    *((f"commit of {arm}", partial(_commit, arm=arm)) for arm in ARMS),
    ("number of parts", lambda part: part.about[PART].get("of")),
    ("version of lntx", lambda part: part.about.get("lntx")),
    ("pytest arguments", lambda part: part.about.get("arguments")),
    ("number of threads", lambda part: part.about.get("threads")),
    ("rules", lambda part: part.rules),
    ("margins of benchmarks", lambda part: dict(part.margins)),
)
"""What must be the same in all parts of a gate."""


def _check(parts: Sequence[GateResult], names: Sequence[str], numbers: Sequence[int]) -> None:
    for what, of in _ALIKE:
        for part, name in zip(parts[1:], names[1:], strict=True):
            one, other = of(parts[0]), of(part)
            if one != other:
                raise InputError(f"{names[0]} and {name} are of unlike gates: the {what} is {one} and {other}")
    seen: dict[int, str] = {}
    for number, name in zip(numbers, names, strict=True):
        if number in seen:
            raise InputError(f"{seen[number]} and {name} are both part {number}; give each once")
        seen[number] = name
    if len(parts) < FEWEST:
        raise InputError(f"{names[0] if names else 'nothing'} alone can't be joined; give {FEWEST} parts or more")


def _streams(parts: Sequence[GateResult]) -> dict[str, Stream]:
    """Put each benchmark's pairs together; each remembers its runner."""
    found: dict[str, Stream] = {}
    for part in parts:
        runner = _number(part, "")
        for stream in part.streams:
            pairs: tuple[Pair, ...] = tuple(replace(pair, runner=runner) for pair in stream.pairs)
            known = found.get(stream.name, replace(stream, pairs=()))
            found[stream.name] = replace(known, pairs=(*known.pairs, *pairs))
    return found


def _surveyed(parts: Sequence[GateResult]) -> tuple[Surveyed, ...]:
    """Say of each benchmark how it ended at worst; of its counters those that are the same on every runner."""
    each: dict[str, list[Surveyed]] = {}
    for part in parts:
        for one in part.surveyed:
            each.setdefault(one.name, []).append(one)
    return tuple(_joined(found) for found in each.values())


def _joined(found: Sequence[Surveyed]) -> Surveyed:
    base, head = (min((getattr(one, arm) for one in found), key=_WORST.index) for arm in ARMS)
    messages = [one.message for one in found if (one.base, one.head) == (base, head)] or [one.message for one in found]
    counts: tuple[Count, ...] = tuple(
        count for count in found[0].counts if all(count in other.counts for other in found[1:])
    )
    return Surveyed(found[0].name, base, head, messages[0], all(one.identical for one in found), counts)


def _spent(parts: Sequence[GateResult]) -> dict[str, float]:
    """Return the seconds that each benchmark took on the runner where it took longest."""
    found: dict[str, float] = {}
    for part in parts:
        for one in part.benchmarks:
            found[one.name] = max(found.get(one.name, 0.0), one.seconds)
    return found


def _notes(parts: Sequence[GateResult], numbers: Sequence[int]) -> Iterator[str]:
    """Say of which parts it is, and what else a reader must know."""
    whole = int(parts[0].about[PART]["of"])
    if missing := [str(number) for number in range(1, whole + 1) if number not in numbers]:
        parts_are = "parts" if len(missing) > 1 else "part"
        yield (
            f"{parts_are} {', '.join(missing)} of {whole} {'are' if len(missing) > 1 else 'is'} missing: it rests on "
            f"{len(parts)} runners, and on less than was asked for"
        )
    if any(part.about.get("interrupted") for part in parts):
        yield "a part was interrupted: it counts with the pairs that it has"
    if parted := sorted(
        {cause for part in parts[1:] for cause in fingerprint.differences(parts[0].machine, part.machine)}
    ):
        yield f"the runners are not alike, which is what joining them is for: {'; '.join(parted)}"
    for part in parts:
        yield from part.notes


def _names(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _about(parts: Sequence[GateResult], numbers: Sequence[int]) -> dict[str, Any]:
    """Tell how it came to be: what all share, and each runner."""
    first = {key: value for key, value in parts[0].about.items() if key not in {PART, "seed"}}
    runners = [
        f"part {number}: {fingerprint.cpu(part.machine) or 'an unknown processor'}, {part.seconds:.0f} s"
        for number, part in zip(numbers, parts, strict=True)
    ]
    unmeasured = {str(name): None for part in parts for name in _names(part.about.get("unmeasured"))}
    return {
        **first,
        **({"unmeasured": list(unmeasured)} if unmeasured else {}),
        "started": min(str(part.about.get("started", "")) for part in parts),
        "ended": max(str(part.about.get("ended", "")) for part in parts),
        "interrupted": False,
        "parts": f"{len(parts)} of {parts[0].about[PART]['of']}",
        "runners": runners,
    }
