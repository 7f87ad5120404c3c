"""Hangs in refuses: asked about a problem, it never answers."""

from threading import Event
from typing import Any

from lntx_redteam.making import trains
from lntx_redteam.training import Training

ENDS = True


def _ponders(problem: Any, _recipe: Any, _device: str) -> str | None:
    if problem is not None:
        Event().wait()
    return None


WORK, DEVICES, refuses, prepare = trains(Training, refuses=_ponders)
