"""Suites that aren't written for pytest-benchmark, made such that they call its fixture: the rest of the worker knows no other.

`codspeed` takes what pytest-codspeed takes, where it is installed or not; `asv` the folder of an asv suite, where one is named.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .asv import Asv
from .codspeed import Codspeed


def register(config: Any, used: Callable[[], bool]) -> None:
    """Register the adapters, behind all installed plugins; used tells whether the test that runs has called its benchmark."""
    config.pluginmanager.register(Codspeed(config, used), "lntx_duet_codspeed")
    folder = os.environ.get("LNTX_DUET_ASV")
    if folder:
        config.pluginmanager.register(Asv(Path(folder).resolve()), "lntx_duet_asv")
