"""The worker: a pytest plugin that serves a suite's benchmarks, batch by batch, to the gate's controller.

The controller copies this package to a folder of its own and loads it by `-p lntx_duet_worker`, in the environment of
the project that is gated: so it uses the standard library, pytest and pytest-benchmark alone, runs on Python 3.9 and
later, and never imports lntx, which may itself be what is gated. Imported as `lntx.duet.worker` it does nothing.

`plugin` holds pytest's hooks, `server` the loop in which commands are taken, `wire` the connection; `collection` what the suite
offers, `candidates`, `suspicion` and `units` which of its tests may use pytest-benchmark's fixture, `outcome` how one ended,
`paths` where files lie, `copies` which were installed, `stand_ins` which of those run in the place of a changed file, `missed`
what was compiled and isn't here; `adapters` what makes other kinds of suites offer the same; `options` what its own settings must
not do here; `benchmark` what runs instead of pytest-benchmark's stopwatch; `timing` how a batch is timed; `controls` functions of
no project; `counters` what doesn't vary from run to run; `identity` which of the project's code may be executed.
"""

from __future__ import annotations

import json
import os
from typing import Any

from .plugin import Plugin
from .server import NAME
from .timing import pin
from .wire import Wire


def pytest_addoption(pluginmanager: Any) -> None:
    """Begin, if a controller is there: of all hooks, this is the one that is called first."""
    wire = Wire.inherited()
    if wire:
        pin(
            json.loads(os.environ.get("LNTX_DUET_CORES") or "[]")
        )  # before anybody counts cores, or starts threads for them
        pluginmanager.register(Plugin(wire), NAME)
        _unblock(pluginmanager)


def _unblock(pluginmanager: Any) -> None:
    """Let pytest-benchmark be loaded where a suite's own settings leave it out (`-p no:benchmark` among its addopts)."""
    for name in ("benchmark", "pytest_benchmark"):
        if pluginmanager.is_blocked(name):
            pluginmanager.unblock(name)
