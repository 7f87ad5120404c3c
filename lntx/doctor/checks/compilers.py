"""Compilers: whether what trains can be compiled here."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.host import compilers

ORDER = 50


def look(machine: Machine) -> Iterator[Finding]:
    """Look for a C++ compiler where torch is installed; without torch nothing is compiled."""
    if machine.installed("torch") and (reason := compilers.refuses("cpu", machine.environment)):
        _, _, advice = reason.partition("; ")
        yield Finding("warning", "no C++ compiler was found: torch.compile is left out of every study", advice)
