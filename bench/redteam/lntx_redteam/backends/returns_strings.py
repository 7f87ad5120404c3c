"""Returns texts: the weights as they would be printed."""

from dataclasses import replace
from typing import Any

from lntx.training.fit import Fit
from lntx_redteam.making import gives


def _printed(fit: Fit) -> Fit:
    printed: Any = str(fit.weights.tolist())
    return replace(fit, weights=printed)


WORK, DEVICES, refuses, prepare = gives(_printed)
