"""Refuses with an error: `refuses` raises where a problem is at hand."""

from typing import Any

from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _fails(problem: Any, _recipe: Any, _device: str) -> str | None:
    return None if problem is None else problem.no_such_thing


WORK, DEVICES, refuses, prepare = trains(Training, refuses=_fails)
