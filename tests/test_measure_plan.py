from contextlib import nullcontext
from itertools import pairwise

import pytest

from lntx.errors import InputError
from lntx.measure import plan
from lntx.measure.cell import pilot
from lntx.training.recipe import Recipe


class FakeTime:
    """A clock that only runs when a training does."""

    def __init__(self, monkeypatch):
        self.now, self.runs = 0.0, []
        monkeypatch.setattr(pilot, "perf_counter", lambda: self.now)

    def prepare(self, seconds):
        return pilot.Pilot(lambda recipe: FakeTraining(self, recipe.epochs, seconds(recipe.epochs)))


class FakeTraining:
    """A prepared training that takes its time and gives nothing."""

    def __init__(self, clock, epochs, seconds):
        self.clock, self.epochs, self.seconds, self.kept = clock, epochs, seconds, []

    def __call__(self):
        self.clock.runs.append(self.epochs)
        self.clock.now += self.seconds

    def series(self):
        return nullcontext()

    def before(self):
        pass

    def keep(self):
        self.kept.append(self.epochs)


@pytest.fixture
def fake(monkeypatch):
    return FakeTime(monkeypatch)


def test_profiles_grow_from_smoke_to_large():
    smoke, regular, large = (plan.profile(name) for name in ("smoke", "regular", "large"))
    for one, next_one in pairwise((smoke, regular, large)):
        assert one.replicates < next_one.replicates
        assert one.run_s < next_one.run_s
        assert one.rounds_s < next_one.rounds_s
    assert all(profile.least >= 3 for profile in (smoke, regular, large))


def test_an_unknown_profile_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="no profile is called 'regulr'; did you mean regular"):
        plan.profile("regulr")


def test_an_axis_has_values_for_each_profile():
    axis = plan.Axis("features", (1,), (1, 10), (1, 10, 100))
    assert [len(axis.values(name)) for name in plan.PROFILES] == [1, 2, 3, 3, 1]


@pytest.mark.parametrize(
    ("number", "expected"), [(0.2, 1), (1, 1), (4.9, 2), (5, 5), (99, 50), (100, 100), (1999.9, 1000)]
)
def test_epochs_are_cut_to_round_numbers(number, expected):
    assert pilot.rounded_down(number) == expected


def test_the_whole_recipe_is_timed_where_it_fits(fake):
    run = fake.prepare(lambda epochs: 1e-4 * epochs)
    assert pilot.timed_epochs(run, Recipe(epochs=1000, batch_size=None), 100, budget_s=0.2) == 1000


@pytest.mark.parametrize(("epoch_s", "expected"), [(0.045, 5), (1.0, 1), (0.0011, 200)])
def test_a_slow_way_is_timed_for_as_many_epochs_as_fit(fake, epoch_s, expected):
    run = fake.prepare(lambda epochs: epoch_s * epochs)
    assert pilot.timed_epochs(run, Recipe(epochs=1000, batch_size=1), 100, budget_s=0.3) == expected


def test_a_way_whose_time_does_not_grow_with_the_epochs_is_timed_whole(fake):
    run = fake.prepare(lambda epochs: 0.05 + 1e-7 * epochs)
    assert pilot.timed_epochs(run, Recipe(epochs=100_000, batch_size=1), 100, budget_s=0.3) == 100_000


def test_the_pilot_of_a_long_recipe_is_short(fake):
    pilot.timed_epochs(fake.prepare(lambda epochs: 1.0 * epochs), Recipe(epochs=1000, batch_size=1), 100, budget_s=0.1)
    assert fake.runs == [1]
