"""How many epochs are timed: all where they fit the budget, else a round number of them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from lntx.host import phases, quiet
from lntx.training.boundary import Training
from lntx.training.fit import Outcome
from lntx.training.recipe import Recipe

_STEPS = 10  # steps that a pilot takes at least: one alone is mostly its call
_HOPELESS = 5  # times the budget: no second try brings that down to it


@dataclass(slots=True)
class Pilot:
    """Short trainings of one cell: what they cost, and what came of them by epochs, each a checkpoint for free.

    prepare makes the training of a recipe. prepared_s are the seconds of each preparation, by epochs.
    """

    prepare: Callable[[Recipe], Training]
    outcomes: dict[int, list[Outcome]] = field(default_factory=dict)
    prepared_s: dict[int, float] = field(default_factory=dict)

    @property
    def prepare_s(self) -> float:
        """The longest preparation, in seconds: a compiler's work, if any."""
        return max(self.prepared_s.values(), default=0.0)

    def seconds(self, recipe: Recipe, budget_s: float) -> float:
        """Time a training, the second time where there is time for it: the first may still be warming up."""
        with quiet.alone(strict=False), phases.of(phases.PREPARING):
            started = perf_counter()
            training = self.prepare(recipe)
        self.prepared_s[recipe.epochs] = perf_counter() - started
        took = math.inf
        with quiet.alone(), training.series():
            for _ in range(2):
                training.before()
                started = perf_counter()
                training()
                took = min(took, perf_counter() - started)
                if took > _HOPELESS * budget_s:
                    break
            training.keep()
        self.outcomes[recipe.epochs] = training.kept
        return took


def timed_epochs(pilot: Pilot, recipe: Recipe, samples: int, budget_s: float) -> int:
    """Find out with short trainings how many epochs take at most the budget, in seconds.

    A first pilot is an epoch or a few steps; where its rate promises a longer one, that is run too, and the rate
    becomes the slope between the two: so a way whose time hardly grows with the epochs is timed whole.
    """
    steps = recipe.but(epochs=1).steps(samples)
    done = min(recipe.epochs, next(epochs for epochs in (1, 2, 5, 10) if epochs * steps >= _STEPS))
    took = pilot.seconds(recipe.but(epochs=done), budget_s)
    rate = took / done
    while done < recipe.epochs:
        if took + rate * (recipe.epochs - done) <= budget_s:
            return recipe.epochs
        longer = rounded_down(done + (budget_s - took) / rate) if rate > 0 else recipe.epochs
        if longer <= 2 * done:  # no need to look again: the next round number is near
            return max(done if took <= budget_s else 1, longer)
        seconds = pilot.seconds(recipe.but(epochs=longer), budget_s)
        rate, took, done = max(0.0, (seconds - took) / (longer - done)), seconds, longer
    return recipe.epochs


def rounded_down(number: float) -> int:
    """Cut down to 1, 2 or 5 times a power of ten; at least 1."""
    if number < 1:
        return 1
    power = 10 ** math.floor(math.log10(number))
    return int(next(factor for factor in (5, 2, 1) if factor * power <= number) * power)
