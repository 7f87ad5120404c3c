"""What files may hold: types of the values' fields that say more than int and float do.

Only `lntx.storage.values` holds what it reads against them; a value that is made in Python is what its maker says. Whole
numbers stay below 2**63, as every table of the report needs them to; the others are finite, as JSON's are.
"""

import sys
from typing import Annotated

from msgspec import Meta

LARGEST = 2**63 - 1
"""The largest whole number."""

_WHOLE, _FLOAT = LARGEST, sys.float_info.max

PositiveInt = Annotated[int, Meta(ge=1, le=_WHOLE)]
NonNegativeInt = Annotated[int, Meta(ge=0, le=_WHOLE)]
Number = Annotated[int, Meta(ge=-_WHOLE, le=_WHOLE)] | Annotated[float, Meta(ge=-_FLOAT, le=_FLOAT)]
NonNegative = NonNegativeInt | Annotated[float, Meta(ge=0, le=_FLOAT)]
Positive = PositiveInt | Annotated[float, Meta(gt=0, le=_FLOAT)]
LEAST_S, MOST_S = 1e-18, 1e15
"""Seconds that anything takes; what is beyond is damage, and would leave the floats in the first sum or quotient."""
Seconds = Annotated[int, Meta(ge=0, le=int(MOST_S))] | Annotated[float, Meta(ge=0, le=MOST_S)]
_VARIANCE = 10**6
Variance = Annotated[int, Meta(ge=0, le=_VARIANCE)] | Annotated[float, Meta(ge=0, le=_VARIANCE)]
"""Of logarithms of ratios of such seconds, which differ by less than a hundred."""
Freedom = PositiveInt | Annotated[float, Meta(gt=0, le=_WHOLE)]
"""Degrees of freedom: what is beyond would leave the floats in the first product with a variance."""
Unbounded = Annotated[int, Meta(ge=-_WHOLE, le=_WHOLE)] | float
"""A whole one stays whole, so that it is written again as it was read; infinity and no number pass."""

SPARSE = {"sparse": True}
"""Marks a field that is written only where it says something: older files, which lack it, are read all the same."""
