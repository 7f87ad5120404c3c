"""The clock: whether processors are held below the speed that they can have, and whether reading the time is cheap."""

from collections.abc import Iterator
from contextlib import suppress

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 12
_HELD = 0.98  # of the highest clock: steps in between are rounding
_CHEAP = {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page", "xen"}
_SOURCE = "sys/devices/system/clocksource/clocksource0/current_clocksource"


def look(machine: Machine) -> Iterator[Finding]:
    """Hold the clock that is allowed against the one that is possible, and see which clock tells the time."""
    held = list(_held(machine))
    if held:
        allowed, possible = min(held, key=lambda pair: pair[0] / pair[1])
        yield Finding(
            "warning",
            f"the clock is held down: {allowed / 1e6:.2f} GHz are allowed of {possible / 1e6:.2f}, on {len(held)} processors",
            "take the limit away (sudo cpupower frequency-set --max, a power profile, the firmware's settings), or compare only "
            "with what was measured under it",
        )
    source = machine.text(_SOURCE)
    if source and source not in _CHEAP:
        yield Finding(
            "warning",
            f"reading the time takes long: the system's clock is {source}",
            "let Linux use the processor's own where it is steady: clocksource=tsc among the kernel's parameters; short "
            "benchmarks are timed in batches meanwhile",
        )


def _held(machine: Machine) -> Iterator[tuple[float, float]]:
    """Yield the allowed and the possible clock, in kHz, of each processor that is held down."""
    allowed = machine.per_core("cpufreq/scaling_max_freq")
    possible = machine.per_core("cpufreq/cpuinfo_max_freq")
    for core in allowed.keys() & possible.keys():
        with suppress(ValueError):
            most, least = float(possible[core]), float(allowed[core])
            if 0 < least < _HELD * most:
                yield least, most
