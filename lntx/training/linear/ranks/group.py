"""A rank as its training sees it: its number, how many there are, and the one thing that they do together, a sum."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from lntx.errors import LntxError, told


class Lost(LntxError):
    """A sum couldn't be had: a rank is gone, or didn't come in time."""


@dataclass(slots=True, eq=False)
class Group:
    """One rank of so many. handle is torch's process group, None where there is one rank alone, or none any more.

    sums and numbers count what was summed up: how often, and how many numbers altogether.
    """

    rank: int
    ranks: int
    device: str
    handle: Any = None
    sums: int = 0
    numbers: int = 0

    def sum(self, tensor: Tensor) -> None:
        """Put the sum over all ranks in the place of a tensor, on each of them; Lost where one is gone."""
        self.sums += 1
        self.numbers += tensor.numel()
        if self.ranks == 1:
            return
        if self.handle is None:
            raise Lost("this rank has left its group")
        try:
            self.handle.allreduce([tensor]).wait()
        except RuntimeError as error:
            raise Lost(f"rank {self.rank} of {self.ranks} lost the others: {told(error)}") from error

    def close(self) -> None:
        """Leave the group, so that nobody waits for this rank."""
        self.handle = None
