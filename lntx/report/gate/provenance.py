"""Where and how a gate was run: facts for the foot of its page, and its summary."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lntx.report import units
from lntx.report.document import Section
from lntx.report.gate import wording
from lntx.report.provenance import LONG, cpu, day, flat, machine_facts, of_facts
from lntx.result import ARMS, GateResult

_SHORT = 12


def sections(result: GateResult) -> tuple[Section, Section]:
    """Return on which machine a gate ran, and how."""
    known = [("physical cores" if key == "threads" else key, value) for key, value in machine_facts(result.machine)]
    about = [("threads of each arm" if key == "threads" else key, value) for key, value in _about(result.about)]
    made = [*about, *_rules(result)]
    return of_facts(
        *([[(wording.name(key, 60), wording.name(value, LONG)) for key, value in group]] for group in (known, made))
    )


def size(result: GateResult) -> Iterator[str]:
    """Yield the size of a gate, its processor and its day; empty where one isn't known."""
    yield units.plural(len(result.benchmarks), "benchmark")
    yield units.seconds(result.seconds) if result.seconds else ""
    yield cpu(result.machine)
    yield day(result.about)


def compared(result: GateResult) -> str:
    """Say which revisions were compared; empty where that isn't known."""
    arms = [_revision(result.about.get(arm)) for arm in ARMS]
    return f"Base is {arms[0]}, head is {arms[1]}." if all(arms) else ""


def _revision(arm: object) -> str:
    if not isinstance(arm, Mapping) or not arm.get("revision"):
        return ""
    named, commit = wording.name(arm["revision"], 100), str(arm.get("commit", ""))
    changed = arm.get("changed_files")
    if isinstance(changed, int):
        return f"{named} ({units.plural(changed, 'changed file')})"
    return f"{named} ({wording.name(commit[:_SHORT])})" if commit and not commit.startswith(named) else named


def _about(about: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """List what is known, the inner after the outer: `base commit` for a commit within base."""
    for key, value in about.items():
        word = f"{before} {key}".strip().replace("_", " ")
        if isinstance(value, Mapping):
            yield from _about(value, word)
        elif isinstance(value, list | tuple) and value:
            yield word, ", ".join(map(str, value))
        elif flat(value):
            yield word, _moment(value)


def _moment(value: object) -> str:
    """Write a moment in ISO 8601 without its fractions, and all else as it is."""
    text = str(value)
    try:
        return datetime.fromisoformat(text).isoformat(" ", "seconds") if "T" in text else text
    except ValueError:
        return text


def _rules(result: GateResult) -> Iterator[tuple[str, str]]:
    rules = result.rules
    yield "false alarms", f"at most {wording.percent(rules.alarms)} of suites"
    yield "missed slowdowns", f"at most {wording.percent(rules.misses)} of those of {wording.percent(rules.tolerated)}"
    yield "margin", wording.percent(rules.margin)
    yield "looks after", f"{units.listing([f'{look:,}' for look in rules.looks])} pairs"
    if result.seconds:
        yield "took", units.seconds(result.seconds)
