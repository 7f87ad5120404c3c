"""Probes: whether what a stopped study knows of this machine's limits still holds for it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from lntx import fingerprint
from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.escaping import shortened
from lntx.storage import sizes

ORDER = 70
_PLAN, _STUDY = Path(".lntx-study/plan.json"), Path("study.json")
_OLD_DAYS = 7
_MOST = 2**26  # bytes of a file that are looked at
_MODEL = "model name"
_NAME = 80  # letters of a processor's name


def look(machine: Machine) -> Iterator[Finding]:
    """Read when the machine's limits were probed that a study would go on with, and on which machine."""
    for name in (_PLAN, _STUDY):
        path = machine.results / name
        document = _read(path)
        probed, cpu, whole = _plan(document) if name == _PLAN else _study(document)
        if not probed or whole:
            continue
        if why := _stale(machine, probed, cpu):
            yield Finding(
                "warning",
                f"the machine's limits in {path} are stale: {why}",
                "begin the study anew, without --resume: its times would be held against what this machine isn't now",
            )
            return


def _stale(machine: Machine, probed: str, cpu: str) -> str:
    """Say why limits that were probed at a time (ISO 8601), on a processor, may hold no more; empty where they may."""
    here = _cpu(machine)
    if cpu and here and cpu != here:
        return f"they were probed on {shortened(cpu, _NAME)}, and this is {here}"
    with suppress(ValueError, OverflowError, OSError):
        then = datetime.fromisoformat(probed).timestamp()
        if then < _started(machine):
            return f"they were probed at {probed}, before the machine was started"
        if (days := (machine.now() - then) / 86400) > _OLD_DAYS:
            return f"they were probed {days:.0f} days ago"
    return ""


def _plan(document: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Return of a plan when it was made, on which processor, and that its study isn't whole; empty for what is none."""
    conditions = document.get("conditions")
    cpu = conditions.get("cpu") if isinstance(conditions, Mapping) else None
    return (_word(document.get("started")) if document.get("limits") else ""), _word(cpu), False


def _study(document: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Return the same of a study; what is whole is gone on with by nobody."""
    own = document.get("lntx")
    about = own.get("about") if isinstance(own, Mapping) else None
    machine = document.get("machine_info")
    if not isinstance(about, Mapping) or not about.get("limits"):
        return "", "", False
    cpu = fingerprint.cpu(machine) if isinstance(machine, Mapping) else ""
    return _word(about.get("started")), cpu, bool(about.get("complete", True))


def _read(path: Path) -> Mapping[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        if path.stat().st_size <= _MOST:
            found = json.loads(sizes.content(path))
            return found if isinstance(found, dict) else {}
    return {}


def _cpu(machine: Machine) -> str:
    """Return the processor's name; empty where Linux doesn't tell it so."""
    lines = machine.text("proc/cpuinfo").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(_MODEL)), "")


def _started(machine: Machine) -> float:
    """Return when the machine was started, in seconds since 1970; 0 where that isn't told."""
    for line in machine.text("proc/stat").splitlines():
        name, _, count = line.partition(" ")
        if name == "btime" and count.isdecimal():
            return float(count)
    return 0.0


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
