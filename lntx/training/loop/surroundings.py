"""What a loop's code finds around it: torch as in a fresh process, with the training's own dtype as the default."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from lntx.training.isolation import usual


@contextmanager
def surrounding(dtype: str) -> Iterator[None]:
    """Run what is inside with torch's usual settings, float64 as the default dtype where that is the training's.

    Convolutions on CUDA keep all digits of float32 (no TF32, which torch allows there by default): they are held against what
    float32 explains.
    """
    with usual():
        shortened = torch.backends.cudnn.allow_tf32
        torch.backends.cudnn.allow_tf32 = False
        if dtype == "float64":
            torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.backends.cudnn.allow_tf32 = shortened
