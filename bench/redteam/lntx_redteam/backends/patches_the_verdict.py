"""Patches the verdict: weights are 10 % off, and every checkpoint in its process says that it holds."""

from dataclasses import replace
from typing import Any

from lntx import record
from lntx.training.fit import Fit
from lntx_redteam.making import gives

APART = True


def _patched(fit: Fit) -> Fit:
    kinds: tuple[Any, ...] = (record.Checkpoint, record.Agreement)
    for kind in kinds:
        kind.ok = property(lambda _: True)
    return replace(fit, weights=fit.weights * 1.1)


WORK, DEVICES, refuses, prepare = gives(_patched)
