"""Prepares nothing: `prepare` gives None, where a call is due."""

from typing import Any

from lntx_redteam.making import trains

WORK, DEVICES, refuses, prepare = trains(lambda problem, recipe: nothing())


def nothing() -> Any:
    """Give None."""
