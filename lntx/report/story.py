"""How a study came to be and on which machine, as words for the head and the foot of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lntx.record import Study
from lntx.report import units
from lntx.report.frames import Frames

_LONG = 300
_MADE = {"profile": "profile", "command": "command", "lntx": "lntx", "started": "started", "ended": "ended"}
_PLAIN_MACHINE = ("python_implementation", "python_version", "system", "release", "machine")


@dataclass(frozen=True, slots=True)
class Story:
    """The page's head and foot: a title, what was measured in a line, and facts about making and machine."""

    title: str
    summary: tuple[str, ...]
    made: tuple[tuple[tuple[str, str], ...], ...]
    machines: tuple[tuple[tuple[str, str], ...], ...]


def story(studies: Sequence[Study], frames: Frames) -> Story:
    """Tell how the studies came to be."""
    ours = len(frames.cells) + len(frames.absences)
    machines = list(dict.fromkeys(tuple(machine_facts(study.machine)) for study in studies))
    return Story(
        title="What does it cost to train a linear model?" if ours or not len(frames.foreign) else "Benchmarks",
        summary=tuple(part for part in _summary(studies, frames) if part),
        made=tuple(tuple(_made(study.about)) for study in studies),
        machines=tuple(machine for machine in machines if machine),
    )


def _summary(studies: Sequence[Study], frames: Frames) -> list[str]:
    backends = {*frames.cells["backend"]}
    return [
        f"{units.clean(studies[0].about['profile'], _LONG)} profile"
        if studies and studies[0].about.get("profile")
        else "",
        f"{units.plural(len(frames.cells), 'timed cell')} of {units.plural(len(backends), 'backend')}"
        if backends
        else "",
        units.plural(frames.foreign.groupby(["study", "name"]).ngroups, "benchmark") if len(frames.foreign) else "",
        f"{units.plural(len(frames.absences), 'cell')} without a time" if len(frames.absences) else "",
        cpu(studies[0].machine) if studies else "",
        _gpu(studies[0].machine, frames) if studies else "",
        day(studies[0].about.get("ended") or studies[0].about.get("started")) if studies else "",
    ]


def cpu(machine: Mapping[str, Any]) -> str:
    """Name the processor of a fingerprint; empty where it has none."""
    ours = machine.get("lntx")
    plain = machine.get("cpu")
    name = (ours.get("cpu") or ours.get("cpu_model")) if isinstance(ours, Mapping) else None
    name = name or (plain.get("brand_raw") if isinstance(plain, Mapping) else None)
    return units.clean(name, 80) if name else ""


def _gpu(machine: Mapping[str, Any], frames: Frames) -> str:
    """Name the GPU, where something was timed on it."""
    ours = machine.get("lntx")
    name = ours.get("gpu") if isinstance(ours, Mapping) else None
    used = len(frames.cells) and frames.cells["device"].str.startswith("cuda").any()
    return units.clean(name, 80) if name and used else ""


def day(moment: object) -> str:
    """Write the day of a moment in ISO 8601; empty for anything else."""
    try:
        found = datetime.fromisoformat(str(moment))
    except ValueError:
        return ""
    return f"{found.day} {found:%B %Y}"


def _made(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = [(word, units.clean(about[key], _LONG)) for key, word in _MADE.items() if about.get(key)]
    commit = about.get("commit")
    if isinstance(commit, Mapping) and commit.get("id"):
        dirty = " with uncommitted changes" if commit.get("dirty") else ""
        facts.append(("commit", units.clean(str(commit["id"])[:12], _LONG) + dirty))
    known = {*_MADE, "commit"}
    facts += [(units.clean(k, 60), units.clean(v, _LONG)) for k, v in about.items() if k not in known and flat(v)]
    return facts + _limits(about.get("limits"))


def _limits(limits: object) -> list[tuple[str, str]]:
    """Say what each device could do at most; nothing of limits that can't be read."""
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
        facts += [(units.clean(f"{device} {what}", 60), units.clean(words, _LONG)) for what, words in said.items()]
    return facts


def machine_facts(machine: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what a fingerprint says, or pytest-benchmark of a machine."""
    ours = machine.get("lntx")
    if isinstance(ours, Mapping):
        return [(units.clean(k, 60).replace("_", " "), units.clean(v, _LONG)) for k, v in ours.items() if flat(v)]
    facts = [(key.replace("_", " "), units.clean(machine[key], _LONG)) for key in _PLAIN_MACHINE if machine.get(key)]
    return ([("cpu", name)] if (name := cpu(machine)) else []) + facts


def flat(value: object) -> bool:
    """Whether a value fits on a line by itself."""
    return value is not None and not isinstance(value, Mapping | list | tuple) and value != ""
