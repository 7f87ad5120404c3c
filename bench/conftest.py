"""What the suites share: the fixtures that measure, which lntx's pytest plugin brings.

    pytest bench                                     every backend that runs here, in the smoke profile
    pytest bench --lntx-backend=manual --lntx-profile=regular --benchmark-json=manual.json

`lntx bench` drives the same suites through fresh processes, several for each backend.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("lntx.measure.plugin"):
    pytest_plugins = ["lntx.measure.plugin"]
else:  # an lntx from before, beside which this one is gated; for one landing
    sys.path.append(str(Path(__file__).parent))
    pytest_plugins = ["before"]

collect_ignore = [
    "faults",
    "foreign",
    "machines",
    "peers",
    "redteam",
    "selftest",
]  # packages of their own, with settings and tests of their own
