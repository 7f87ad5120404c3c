"""Turbo: whether the clock depends on how many cores are at work, and on how warm they are."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 14
_FILES = {
    "sys/devices/system/cpu/intel_pstate/no_turbo": (
        "0",
        "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo",
    ),
    "sys/devices/system/cpu/cpufreq/boost": ("1", "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"),
}
"""Where turbo is switched, what stands there while it is on, and what turns it off."""


def look(machine: Machine) -> Iterator[Finding]:
    """Read the switch of either driver."""
    for path, (on, off) in _FILES.items():
        if machine.text(path) == on:
            yield Finding(
                "note",
                "turbo is on: the clock depends on how many cores are at work and on how warm they are",
                f"for times that are compared across days, turn it off ({off}); lntx gate takes turns, and bears it",
            )
            return
