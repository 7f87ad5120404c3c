"""What a file says of the machine that it comes from: in lntx's own fingerprint or, without one, in pytest-benchmark's words."""

from collections.abc import Mapping
from typing import Any

_PASSING = {"release", "node"}
"""What changes on one machine, or names it only."""


def facts(machine: Mapping[str, Any], words: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """Return the facts of a fingerprint, else what pytest-benchmark's machine_info says, never the clock of the moment.

    A fingerprint stands by itself, or within machine_info as `lntx`. Of machine_info, `words` says which facts to take, and
    under which names: a name for each fact, None where that isn't known.
    """
    own = fingerprint(machine)
    if own is not None:
        return own
    described = _described(machine)
    return described if words is None else {word: described.get(name) for word, name in words.items()}


def fingerprint(machine: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return lntx's own fingerprint of a machine; None where there is none."""
    nested = machine.get("lntx")
    if isinstance(nested, Mapping):
        return nested
    return machine if isinstance(machine.get("cpu"), str) else None


def cpu(machine: Mapping[str, Any]) -> str:
    """Name the processor; empty where it isn't known."""
    found = facts(machine)
    return str(found.get("cpu") or found.get("cpu_model") or _described(machine).get("cpu") or "")


def gpu(machine: Mapping[str, Any]) -> str:
    """Name the GPU; empty where there is none, or none is known."""
    return str(facts(machine).get("gpu") or "")


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Say in what two machines part: by lntx's fingerprints where both have one, else by what pytest-benchmark writes.

    Where one file says nothing of its machine at all, nothing can be told; nor of what one of both doesn't know.
    """
    if None not in [fingerprint(machine) for machine in (one, other)]:
        return unequal(facts(one), facts(other)) if facts(one) and facts(other) else []
    first, second = lasting(one), lasting(other)
    known = [name for name in first if name in second]
    return unequal({name: first[name] for name in known}, {name: second[name] for name in known})


def unequal(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return which values of two mappings are not the same."""
    keys = dict.fromkeys([*one, *other])
    return [f"{key}: {one.get(key)} and {other.get(key)}" for key in keys if one.get(key) != other.get(key)]


def lasting(machine: Mapping[str, Any]) -> dict[str, Any]:
    """Return what pytest-benchmark's machine_info says that stays: not the clock of the moment, nor the name of a runner."""
    return {name: value for name, value in _described(machine).items() if name not in _PASSING}


def _described(machine: Mapping[str, Any]) -> dict[str, Any]:
    """Read pytest-benchmark's machine_info, in any of its versions."""
    given = machine.get("cpu")
    processor = given if isinstance(given, Mapping) else {}
    found = {
        "cpu": processor.get("brand_raw") or processor.get("brand"),
        "architecture": machine.get("machine") or processor.get("arch"),
        "cores": processor.get("count"),
        "python": machine.get("python_version"),
        "implementation": machine.get("python_implementation"),
        "system": machine.get("system"),
        "release": machine.get("release"),
        "node": machine.get("node"),
    }
    return {name: value for name, value in found.items() if value is not None}
