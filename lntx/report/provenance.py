"""Where and how something was measured: facts for the foot of a page, and the parts of its summary."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lntx import fingerprint
from lntx.report import units
from lntx.report.document import Fact, Facts, Section

LONG = 300
_MADE = {"profile": "profile", "command": "command", "lntx": "lntx", "started": "started", "ended": "ended"}
_PLAIN = {
    "cpu": "cpu", "python implementation": "implementation", "python version": "python", "system": "system",
    "release": "release", "machine": "architecture",
}  # fmt: skip
"""What other projects' files tell, under the names that it has on a page."""
_SPENT = {"phases": "seconds by phase", "suites": "seconds by suite", "backends": "seconds by backend"}


Group = Sequence[tuple[str, str]]


def of_facts(machines: Iterable[Group], made: Iterable[Group]) -> tuple[Section, Section]:
    """Lay out facts on machines, each once, and on how something was made."""
    return (
        Section("The machine", _facts(dict.fromkeys(map(tuple, machines))), "machine", each="Machine"),
        Section("How it was made", _facts(made), "made", each="How it was made"),
    )


def _facts(groups: Iterable[Group]) -> tuple[Facts, ...]:
    return tuple(Facts(tuple(Fact(*pair) for pair in group)) for group in groups if group)


def cpu(machine: Mapping[str, Any]) -> str:
    """Name the processor of a machine; empty where it isn't known."""
    return units.clean(fingerprint.cpu(machine), 80)


def gpu(machine: Mapping[str, Any]) -> str:
    """Name the GPU of a machine; empty where none is known."""
    return units.clean(fingerprint.gpu(machine), 80)


def machine(facts: Mapping[str, Any]) -> str:
    """Name a machine in a few words: its processor, its cores, its memory and its GPU, as far as they are known."""
    known = fingerprint.facts(facts)
    cores, memory = known.get("cores"), known.get("memory_gib")
    words = [cpu(facts) or "a processor that isn't known"]
    words += [units.plural(cores, "core")] if isinstance(cores, int) and cores else []
    words += [f"{memory} GiB"] if isinstance(memory, int) and memory else []
    return ", ".join([*words, *filter(None, [gpu(facts)])])


def day(about: Mapping[str, Any]) -> str:
    """Write the day on which something ended, or else began; empty where none is known."""
    try:
        found = datetime.fromisoformat(str(about.get("ended") or about.get("started")))
    except ValueError:
        return ""
    return f"{found.day} {found:%B %Y}"


def made(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List how a study was made."""
    facts = [(word, units.clean(about[key], LONG)) for key, word in _MADE.items() if about.get(key)]
    commit = about.get("commit")
    if isinstance(commit, Mapping) and commit.get("id"):
        dirty = " with uncommitted changes" if commit.get("dirty") else ""
        facts.append(("commit", units.clean(str(commit["id"])[:12], LONG) + dirty))
    known = {*_MADE, "commit", "folder"}
    facts += [(units.clean(k, 60), units.clean(v, LONG)) for k, v in about.items() if k not in known and flat(v)]
    return [*facts, *_limits(about.get("limits")), *_spent(about.get("seconds"))]


def _spent(seconds: object) -> Iterator[tuple[str, str]]:
    """Yield where a study's minutes went, most first; nothing of what can't be read."""
    told: Mapping[str, Any] = seconds if isinstance(seconds, Mapping) else {}
    for key, word in _SPENT.items():
        parts = told.get(key)
        if not isinstance(parts, Mapping):
            continue
        sums = {str(name): _sum(part) for name, part in parts.items()}
        shown = sorted(((found, name) for name, found in sums.items() if found >= 1), reverse=True)
        if shown:
            yield word, units.clean(", ".join(f"{name} {found:.0f}" for found, name in shown), LONG)


def _sum(part: object) -> float:
    values: Iterable[Any] = part.values() if isinstance(part, Mapping) else (part,)
    return float(sum(one for one in values if type(one) in (int, float) and math.isfinite(one)))


def _limits(limits: object) -> list[tuple[str, str]]:
    """Return what each device could do at most; nothing of limits that can't be read."""
    facts: list[tuple[str, str]] = []
    for device, found in limits.items() if isinstance(limits, Mapping) else ():
        try:
            (small, quick), *_, (large, slow) = found["reading"]
            near = f"{quick / 1e9:.0f} GB/s of {small / 1024:.0f} KiB"
            far = f"{slow / 1e9:.0f} GB/s of {large / 2**20:.0f} MiB"
            rates = [f"{rate / 1e9:.0f} GFLOP/s in {dtype}" for dtype, rate in found["multiplying"].items()]
            said = {
                "reads at most": f"{near}, {far}, {found['threads']} threads",
                "multiplies at most": ", ".join(rates),
                "waits at least": f"{units.seconds(found['chain_s'])} for a multiplication with addition",
            }
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        facts += [(units.clean(f"{device} {what}", 60), units.clean(words, LONG)) for what, words in said.items()]
    return facts


def machine_facts(machine: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what a fingerprint says, or pytest-benchmark of a machine."""
    known = fingerprint.facts(machine, _PLAIN)
    return [(units.clean(k, 60).replace("_", " "), units.clean(v, LONG)) for k, v in known.items() if flat(v)]


def flat(value: object) -> bool:
    """Whether a value fits on a line by itself."""
    return value is not None and not isinstance(value, Mapping | list | tuple) and value != ""
