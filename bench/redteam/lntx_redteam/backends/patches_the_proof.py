"""Patches the proof: weights are 10 % off, and the distance to the reference is measured as 0."""

from dataclasses import replace

from lntx.training.fit import Fit, Outcome
from lntx.training.linear import parity
from lntx_redteam.making import gives

OUT_OF_REACH = "it rewrites lntx itself in the process in which lntx judges it"


def _patched(fit: Fit) -> Fit:
    hold = parity.Trial.hold
    honest = replace(fit)
    if not hasattr(hold, "blind"):

        def blind(self: parity.Trial, outcome: Outcome) -> parity.Held:
            return hold(self, replace(outcome, fit=replace(outcome.fit, weights=outcome.fit.weights / 1.1)))

        blind.blind = True  # type: ignore[attr-defined]
        parity.Trial.hold = blind  # type: ignore[method-assign]
    return replace(honest, weights=fit.weights * 1.1)


WORK, DEVICES, refuses, prepare = gives(_patched)
