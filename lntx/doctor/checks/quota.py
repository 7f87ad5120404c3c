"""Quotas: whether control groups take the processors away in the middle of what is timed."""

import math
from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.host import control_groups

ORDER = 20


def look(machine: Machine) -> Iterator[Finding]:
    """Find the tightest quota of all levels, and see how often it was used up."""
    quota = control_groups.tightest(machine.root)
    there = len(machine.logical)
    if quota and quota.cpus < there:
        yield Finding(
            "warning",
            f"a control group leaves {quota.cpus:g} of {there} processors ({_shown(machine, quota)}): whoever has used up its "
            f"share of {1e3 * quota.period_s:g} ms waits for the next{_used_up(quota)}",
            _advice(quota),
        )
    online = _online(machine)
    if online > there:
        yield Finding(
            "note",
            f"this process may use {there} of the machine's {online} processors",
            "that is well where they are its own (isolated, or by cpuset); else others share caches and memory with it",
        )


def _shown(machine: Machine, quota: control_groups.Quota) -> str:
    return f"/{quota.folder.relative_to(machine.root).as_posix()}"


def _used_up(quota: control_groups.Quota) -> str:
    found = control_groups.throttling(quota.folder)
    return f"; so far in {found.throttled:,} of {found.periods:,} periods" if found and found.throttled else ""


def _advice(quota: control_groups.Quota) -> str:
    threads = max(1, math.ceil(quota.cpus))
    whole = "" if quota.cpus >= 1 and quota.cpus.is_integer() else ", and whole ones"
    return (
        f"give it processors of its own{whole} instead of a share of all (docker --cpuset-cpus instead of --cpus; in Kubernetes "
        "whole CPUs with requests equal to limits under the static CPU manager; AllowedCPUs= instead of CPUQuota=); lntx runs "
        f"{threads} {'thread' if threads == 1 else 'threads'} here"
    )


def _online(machine: Machine) -> int:
    return sum(line.startswith("cpu") and line[3:4].isdigit() for line in machine.text("proc/stat").splitlines())
