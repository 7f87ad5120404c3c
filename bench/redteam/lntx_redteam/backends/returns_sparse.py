"""Returns sparse weights that are wrong: those below half of the largest are left out."""

from dataclasses import replace

from lntx.training.fit import Fit
from lntx_redteam.making import gives


def _sparse(fit: Fit) -> Fit:
    large = fit.weights.abs() >= fit.weights.abs().max() / 2
    return replace(fit, weights=(fit.weights * large).to_sparse())


WORK, DEVICES, refuses, prepare = gives(_sparse)
