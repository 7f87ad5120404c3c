"""Power: whether the machine runs on its battery, and so at another speed."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 46


def look(machine: Machine) -> Iterator[Finding]:
    """See whether a battery is being emptied."""
    supplies = machine.found("sys/class/power_supply/*")
    if any(
        machine.text(f"{one}/type") == "Battery" and machine.text(f"{one}/status") == "Discharging" for one in supplies
    ):
        yield Finding(
            "warning",
            "the machine runs on its battery, and may slow down to save it",
            "plug it in before anything is compared",
        )
