"""By how much the start and the targets of a training are larger than they were before, or turned round."""

from typing import Any

import numpy as np

from lntx.training.linear.problem import Array


class Scale:
    """Remembers an array's largest number; an array that is a multiple of what it was has that factor."""

    def __init__(self, array: Array) -> None:
        """Look at an array as it is now."""
        self._place = int(np.argmax(np.abs(array)))
        self._was = float(array.flat[self._place])

    def __call__(self, array: Any) -> float:
        """Give the factor since."""
        return float(array.flat[self._place]) / self._was
