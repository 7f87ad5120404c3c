"""Two-faced tensor: a subclass of Tensor that is right in float64, where it is proved, and 10 % too large in its own dtype."""

from dataclasses import replace

from torch import Tensor

from lntx.training.fit import Fit
from lntx_redteam.making import gives


class _TwoFaced(Tensor):
    def double(self) -> Tensor:
        return self.as_subclass(Tensor).double() / 1.1


def _disguised(fit: Fit) -> Fit:
    return replace(fit, weights=(fit.weights * 1.1).as_subclass(_TwoFaced))


WORK, DEVICES, refuses, prepare = gives(_disguised)
