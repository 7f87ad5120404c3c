"""Python: whether this one was built, and is run, to be fast."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 54
_DEBUGGING = ("PYTHONDEVMODE", "PYTHONMALLOC", "PYTHONASYNCIODEBUG", "PYTHONTRACEMALLOC", "PYTHONPROFILEIMPORTTIME")


def look(machine: Machine) -> Iterator[Finding]:
    """See how it was built, which modes it runs in, and what is set for those that lntx starts."""
    python = machine.python
    if python.get("debug"):
        yield Finding(
            "warning",
            "this is a debug build of Python: everything in it takes several times as long",
            "measure with a release build, as your users have: sysconfig.get_config_var('Py_DEBUG') says 0 there",
        )
    modes = ["development mode (-X dev)"] if python.get("dev_mode") else []
    if modes := modes or [name for name in _DEBUGGING if machine.environment.get(name, "0") != "0"]:
        yield Finding(
            "warning",
            f"Python checks itself while it runs: {', '.join(modes)}",
            "unset it, and leave -X dev away, while you measure",
        )
    if python.get("tracing"):
        yield Finding(
            "warning",
            "a tracer or a profiler is at work in this process: a debugger, or coverage",
            "start lntx without it",
        )
    if not python.get("debug") and not python.get("optimized", True):
        yield Finding(
            "note",
            "this Python was built without profile-guided optimisation: its interpreter is a tenth slower or so",
            "measure with a build like that of your users (./configure --enable-optimizations --with-lto)",
        )
