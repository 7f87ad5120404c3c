"""Caches of compilers: whether what is compiled can be kept, so that only the first start is a cold one."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.host import caches

ORDER = 52
_WHOSE = {"TORCHINDUCTOR_CACHE_DIR": "torch.compile", "TRITON_CACHE_DIR": "triton", "NUMBA_CACHE_DIR": "numba"}
_NEEDED = {"TORCHINDUCTOR_CACHE_DIR": "torch", "TRITON_CACHE_DIR": "triton", "NUMBA_CACHE_DIR": "numba"}


def look(machine: Machine) -> Iterator[Finding]:
    """Try whether the folder of each compiler that is installed takes files."""
    for name in caches.locked(machine.environment):
        if not machine.installed(_NEEDED[name]):
            continue
        named = machine.environment.get(name)
        where = f"{name}={named} can't be written to" if named else "none of its usual folders can be written to"
        yield Finding(
            "warning",
            f"{_WHOSE[name]} can't keep what it compiles: {where}; every process compiles anew",
            f"name a folder that can be written to, as {name}=$HOME/.cache/{_NEEDED[name]}",
        )
