"""Whether two files come from machines whose times may be compared at all, as far as the files say."""

from collections.abc import Mapping
from typing import Any

from lntx import record


def differences(base: Mapping[str, Any], head: Mapping[str, Any]) -> list[str]:
    """Say in what two machines part: by lntx's fingerprints where both have one, else by what pytest-benchmark writes.

    Never by the clock of the moment. Where one file says nothing of its machine at all, nothing can be told.
    """
    ours = [machine.get("lntx") for machine in (base, head)]
    if all(isinstance(found, Mapping) for found in ours):
        one, other = ours
    else:
        one, other = _described(base), _described(head)
    return record.differences(one, other) if one and other else []


def _described(machine: Mapping[str, Any]) -> dict[str, Any]:
    """Take what stays the same on a machine from pytest-benchmark's machine_info, in any of its versions."""
    given = machine.get("cpu")
    cpu = given if isinstance(given, Mapping) else {}
    found = {
        "cpu": cpu.get("brand_raw") or cpu.get("brand"),
        "architecture": cpu.get("arch") or machine.get("machine"),
        "cores": cpu.get("count"),
        "python": machine.get("python_version"),
        "implementation": machine.get("python_implementation"),
        "system": machine.get("system"),
    }
    return {key: value for key, value in found.items() if value is not None}
