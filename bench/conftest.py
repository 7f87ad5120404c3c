"""What the suites share: the fixtures that measure, which lntx's pytest plugin brings.

    pytest bench                                     every backend that runs here, in the smoke profile
    pytest bench --lntx-backend=manual --lntx-profile=regular --benchmark-json=manual.json

`lntx bench` drives the same suites through fresh processes, several for each backend.
"""

pytest_plugins = ["lntx.measure.plugin"]

collect_ignore = [
    "faults",
    "foreign",
    "machines",
    "peers",
    "redteam",
    "selftest",
]  # packages of their own, with settings and tests of their own
