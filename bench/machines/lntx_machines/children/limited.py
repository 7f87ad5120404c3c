"""lntx with a limit on its own memory: `python -m lntx_machines.children.limited BYTES WORDS...`."""

import os
import resource
import sys
from pathlib import Path

from lntx.cli import run


def own_bytes() -> int:
    """Return the memory that is this process's own now: what a limit on data counts, without files that it maps to read."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))


def main() -> int:
    """Limit, and run."""
    import torch  # noqa: F401, PLC0415  (what it takes is no part of what a training takes)

    # pyarrow's other allocators reserve a gigabyte at once, which would count.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    before = own_bytes()
    most = before + int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
