"""The GPU: its clocks, what slows it down, and who else uses it (as nvidia-smi tells)."""

from collections.abc import Iterator
from contextlib import suppress

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.host import compilers

ORDER = 60
_FIELDS = (
    "index",
    "name",
    "persistence_mode",
    "utilization.gpu",
    "clocks.sm",
    "clocks.max.sm",
    "temperature.gpu",
    "mig.mode.current",
)
_REASONS = ("clocks_event_reasons.active", "clocks_throttle_reasons.active")
"""What slows the clocks now, under its name since driver 535 and before."""
_SLOWED = {
    0x4: "a limit of power (sw_power_cap)",
    0x8: "the hardware, by half or more (hw_slowdown)",
    0x10: "the slowest of several GPUs that keep step (sync_boost)",
    0x20: "its temperature (sw_thermal_slowdown)",
    0x40: "its temperature, by half or more (hw_thermal_slowdown)",
    0x80: "the power supply (hw_power_brake_slowdown)",
}
_BUSY = 5  # per cent


def look(machine: Machine) -> Iterator[Finding]:
    """Ask the driver's own tool; nothing where there is none."""
    rows = _asked(machine, *_FIELDS)
    if rows and machine.installed("torch") and (lacking := compilers.lacks(machine.environment)):
        what, _, advice = lacking.partition("; ")
        yield Finding("warning", f"nothing can be compiled for the GPU: that needs {what}", advice or f"see to {what}")
    reasons = next((found for name in _REASONS if (found := _asked(machine, "index", name))), [])
    for row in rows:
        if len(row) == len(_FIELDS):
            slowed = next((words[1] for words in reasons if len(words) > 1 and words[0] == row[0]), "0")
            yield from _of_one(dict(zip(_FIELDS, row, strict=True)), slowed)


def _of_one(told: dict[str, str], slowed: str) -> Iterator[Finding]:
    name = f"GPU {told['index']} ({told['name']})"
    if why := _why(slowed):
        yield Finding(
            "warning",
            f"{name} is slowed down by {why}: {told['clocks.sm']} of {told['clocks.max.sm']} MHz",
            "see to its cooling and its power (nvidia-smi -q -d PERFORMANCE,POWER), or fix the clocks below where it is slowed: "
            "sudo nvidia-smi --lock-gpu-clocks=MHZ",
        )
    busy = told["utilization.gpu"]
    if busy.isdecimal() and int(busy) > _BUSY:
        yield Finding(
            "warning",
            f"others use {name}: it is busy for {busy} % of the time",
            "end them (nvidia-smi lists its processes), or name another with --device cuda:N",
        )
    if told["persistence_mode"] == "Disabled":
        yield Finding(
            "note",
            f"{name} forgets its state whenever nobody uses it, so that each start takes longer",
            "turn persistence on: sudo nvidia-smi --persistence-mode=1",
        )
    if told["mig.mode.current"] == "Enabled":
        yield Finding(
            "note",
            f"{name} is shared out (MIG): memory and clocks depend on who uses the other parts",
            "compare only what was measured on the same kind of part",
        )


def _why(text: str) -> str:
    with suppress(ValueError):
        mask = int(text, 0)
        return ", ".join(words for bit, words in _SLOWED.items() if mask & bit)
    return ""


def _asked(machine: Machine, *fields: str) -> list[list[str]]:
    """Return a row for each GPU; empty where there is none, or the driver doesn't know a field."""
    said = machine.asked("nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits")
    return [[word.strip() for word in line.split(", ")] for line in (said or "").splitlines() if line.strip()]
