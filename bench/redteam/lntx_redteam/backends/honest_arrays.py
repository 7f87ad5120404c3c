"""Honest: it gives NumPy arrays back."""

from dataclasses import replace
from typing import Any

from lntx.training.fit import Fit
from lntx_redteam.making import gives

HONEST = True


def _arrays(fit: Fit) -> Fit:
    weights: Any = fit.weights.numpy()
    bias: Any = fit.bias.numpy()
    return replace(fit, weights=weights, bias=bias)


WORK, DEVICES, refuses, prepare = gives(_arrays)
