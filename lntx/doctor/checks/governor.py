"""The governor: whether the clock follows the load, so that what is timed runs at another speed than what came before."""

from collections import Counter
from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 10
_STEADY = {"performance", "userspace"}


def look(machine: Machine) -> Iterator[Finding]:
    """Read each processor's governor."""
    found = Counter(machine.per_core("cpufreq/scaling_governor").values())
    following = {name: count for name, count in found.items() if name not in _STEADY}
    if following:
        named = ", ".join(
            f"{name} on {count} of {found.total()} processors" for name, count in sorted(following.items())
        )
        yield Finding(
            "warning",
            f"the clock follows the load: the governor is {named}",
            "let it stay while you measure: sudo cpupower frequency-set --governor performance",
        )
