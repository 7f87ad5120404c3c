"""Two-faced fit: a subclass of Fit whose weights are right where the proof reads them, and 10 % too large elsewhere."""

import sys
from typing import Any

from torch import Tensor

from lntx.training.fit import Fit
from lntx_redteam.making import gives

_PROOF = ("lntx.training.linear.parity", "lntx.measure.cell.proof")


class _TwoFaced(Fit):
    def _read(self) -> Tensor:
        frame: Any = sys._getframe(1)
        proof = frame.f_globals.get("__name__", "").startswith(_PROOF)
        kept: Tensor = self.__dict__["kept"]
        return kept if proof else kept * 1.1

    def _keep(self, value: Tensor) -> None:
        self.__dict__["kept"] = value

    weights = property(_read, _keep)


WORK, DEVICES, refuses, prepare = gives(lambda fit: _TwoFaced(fit.weights, fit.bias, fit.snapshots))
