"""Heat: whether processors are slowed down because they are too warm, or are about to be."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 44
_NEAR = 5.0  # degrees below the temperature at which the system slows down
_COUNTS = ("thermal_throttle/core_throttle_count", "thermal_throttle/package_throttle_count")
_SLOWS = {"passive", "hot", "critical"}


def look(machine: Machine) -> Iterator[Finding]:
    """Count how often processors were slowed down, and hold temperatures against the system's own limits."""
    if counted := sum(_counted(machine)):
        yield Finding(
            "note",
            f"processors were slowed down {counted:,} times since the machine started, as they were too warm",
            "see to the cooling, and leave pauses between long measurements",
        )
    for zone in machine.found("sys/class/thermal/thermal_zone*"):
        if (temperature := machine.whole(f"{zone}/temp")) is None:
            continue
        limits = list(_limits(machine, zone))
        if limits and temperature / 1e3 > min(limits) - _NEAR:
            name = machine.text(f"{zone}/type") or zone.rpartition("/")[2]
            yield Finding(
                "warning",
                f"{name} is at {temperature / 1e3:.0f} °C, and is slowed down from {min(limits):.0f} °C on",
                "let it cool down, and see to the cooling, before anything is compared",
            )


def _counted(machine: Machine) -> Iterator[int]:
    for name in _COUNTS:
        for text in machine.per_core(name).values():
            if text.isdecimal():
                yield int(text)


def _limits(machine: Machine, zone: str) -> Iterator[float]:
    """Yield the temperatures from which on something is done about them, in degrees."""
    for path in machine.found(f"{zone}/trip_point_*_temp"):
        if machine.text(path.removesuffix("temp") + "type") in _SLOWS:
            limit = machine.whole(path)
            if limit and limit > 0:
                yield limit / 1e3
