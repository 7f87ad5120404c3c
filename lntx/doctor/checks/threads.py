"""Threads: whether the environment asks for more of them than there are cores, or for other numbers in different libraries."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.host.threads import VARIABLES

ORDER = 30
_PLACING = ("OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY")


def look(machine: Machine) -> Iterator[Finding]:
    """Read the variables of the libraries' pools."""
    asked = {name: count for name in VARIABLES if (count := _count(machine.environment.get(name, "")))}
    most = machine.room
    if many := {name: count for name, count in asked.items() if count > most}:
        named = ", ".join(f"{name}={count}" for name, count in many.items())
        yield Finding(
            "warning",
            f"more threads are asked for than can be at work at once: {named}, for {_cores(most)}",
            f"ask for {most} or fewer, or unset {', '.join(many)}: threads that share a core wait for each other by spinning",
        )
    if len(set(asked.values())) > 1:
        named = ", ".join(f"{name}={count}" for name, count in asked.items())
        yield Finding(
            "note",
            f"libraries are asked for different numbers of threads: {named}",
            "say the same to all of them, or to none",
        )
    if placed := [name for name in _PLACING if machine.environment.get(name)]:
        yield Finding(
            "note",
            f"{', '.join(placed)} place the threads of one OpenMP runtime: a second one finds itself on one core",
            f"unset {', '.join(placed)}; lntx keeps threads on cores of their own while it measures",
        )


def _count(text: str) -> int:
    """Read a number of threads; of a list, as OpenMP takes one, the first."""
    first = text.partition(",")[0].strip()
    return int(first) if first.isdecimal() and len(first) < 10 else 0  # noqa: PLR2004  (digits of a number of threads)


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"
