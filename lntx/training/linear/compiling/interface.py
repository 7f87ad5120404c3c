"""What a way of compiling is."""

from collections.abc import Iterator
from typing import Protocol

from lntx.training.fit import Fit
from lntx.training.recipe import Recipe


class Way(Protocol):
    """A training whose graphs are compiled when they are first met."""

    def train(self, recipe: Recipe) -> Fit:
        """Train from the start; the recipe may differ in its epochs and its history alone."""

    def rehearsals(self, recipe: Recipe) -> Iterator[int]:
        """Yield numbers of epochs, few and small, that together meet each graph of the recipe's training."""
