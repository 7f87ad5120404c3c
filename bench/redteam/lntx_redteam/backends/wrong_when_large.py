"""Wrong when large: beyond 5000 samples it looks at every second one."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training

SHOWS = "large"


class _Sampling(Training):
    def gradients(self, x: Array, y: Array) -> Parts:
        return super().gradients(x[::2], y[::2]) if len(self.X) > 5000 else super().gradients(x, y)


WORK, DEVICES, refuses, prepare = trains(_Sampling)
