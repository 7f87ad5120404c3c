"""lntx on another machine, as far as its fingerprint says: `python -m lntx_machines.children.elsewhere NAME WORDS...`."""

import sys
from typing import Any

from lntx.cli import run
from lntx.host import machine


def main() -> int:
    """Have another processor by name, and run."""
    name, described = sys.argv[1], machine.fingerprint

    def elsewhere() -> dict[str, Any]:
        return {**described(), "cpu": name}

    machine.fingerprint = elsewhere
    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
