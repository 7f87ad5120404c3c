"""History slightly off: the snapshots' weights are 1 % too large, the end is right."""

from dataclasses import replace

from lntx.training.fit import Fit, Snapshot
from lntx_redteam.making import gives

SHOWS = "history"


def _off(fit: Fit) -> Fit:
    kept = (Snapshot(one.epoch, one.weights * 1.01, one.bias) for one in fit.snapshots)
    return replace(fit, snapshots=tuple(kept))


WORK, DEVICES, refuses, prepare = gives(_off)
