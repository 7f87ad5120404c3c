"""The Gram matrix of all ranks' rows: each sums up its own, and one sum of these is all that is sent."""

import torch
from torch import Tensor

from lntx.errors import InputError
from lntx.training.linear import spectrum
from lntx.training.linear.ranks.share import Share
from lntx.training.linear.ranks.snapshots import Snapshots

_AT_ONCE = 2**18  # samples between two looks at whether a snapshot is due


@torch.no_grad()
def total(share: Share, kept: Snapshots | None) -> Tensor:
    """Sum x'x and x'y (x with its 1) over all ranks, in float64: (features + 1) x (features + 1 + outputs).

    The samples' number stands in it where the 1 meets itself. kept are this rank's own snapshots: of what it summed up so far.
    """
    X, Y = share.all()
    found, done = _begun(X, Y, kept)
    for start in range(done, len(X), _AT_ONCE):
        stop = start + _AT_ONCE
        spectrum.add(found, X[start:stop], Y[start:stop])
        if kept and kept.due:
            kept.write({"sums": found, "rows": torch.tensor(min(stop, len(X)))})
    share.group.sum(found)
    return found


def _begun(X: Tensor, Y: Tensor, kept: Snapshots | None) -> tuple[Tensor, int]:
    """Begin with nothing, or with what a snapshot holds: the sums, and the rows that are in them."""
    found, stored = spectrum.sums(X[:0], Y[:0]), kept.stored() if kept else None
    if kept is None or stored is None:
        return found, 0
    try:
        return found.copy_(stored["sums"]), int(stored["rows"])
    except (KeyError, RuntimeError, ValueError) as error:
        raise InputError(f"the snapshot {kept.path} is damaged; remove it to train from the start") from error
