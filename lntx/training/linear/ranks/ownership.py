"""Which rank has which rows: each batch in order is dealt out evenly, and so are all rows where epochs have orders of their own.

In order, a batch is cut into as many pieces as there are ranks, which differ by one row at most; who begins moves on by one from
batch to batch, so that batches of one row go round. Shuffled, rows stay where they are, in one block a rank, and an epoch's order
says which of a rank's rows come when. So a rank reads the same rows in every epoch, and no others.
"""

import numpy as np
from numpy.typing import NDArray


def piece(start: int, stop: int, batch: int, rank: int, ranks: int) -> tuple[int, int]:
    """Return which rows, from the first to before the last, a rank has of the batch-th batch of an epoch in order."""
    place, length = (rank - batch) % ranks, stop - start
    return start + length * place // ranks, start + length * (place + 1) // ranks


def block(samples: int, rank: int, ranks: int) -> tuple[int, int]:
    """Return which rows a rank has where epochs have orders of their own."""
    return samples * rank // ranks, samples * (rank + 1) // ranks


def rows(samples: int, of_batch: int, rank: int, ranks: int, *, shuffled: bool) -> slice | NDArray[np.int64]:
    """Return all rows that a rank has, in the order in which it takes them; a slice where they are in a row."""
    if shuffled or of_batch >= samples:
        return slice(*(block(samples, rank, ranks) if shuffled else piece(0, samples, 0, rank, ranks)))
    starts = range(0, samples, of_batch)
    pieces = [piece(start, min(start + of_batch, samples), i, rank, ranks) for i, start in enumerate(starts)]
    return np.concatenate([np.arange(*ends) for ends in pieces])
