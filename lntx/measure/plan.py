"""How much is measured: profiles and their budgets, and the axis along which a suite asks its question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lntx.errors import InputError
from lntx.suggestion import suggestion


@dataclass(frozen=True, slots=True)
class Profile:
    """The budgets of a study. Times are in seconds.

    replicates: processes for each backend; an interval is between processes, so three is the least that has one.
    run_s: the longest that one timed run should take; where the whole recipe takes longer, fewer epochs are timed.
    rounds_s: the time for the rounds of a cell in a process. least, most: rounds at least, also where they take longer
    than that, and at most, where more would only fill the file. checks_s: the time after which no further checkpoint
    is begun, none where preparing one takes longer; the end of the timed run, and the pilot before it, are always held
    against the reference. limit_s: a cell that takes longer is killed. steps: how many are timed, about, where the
    times may not decide on the epochs; 0 where they may. lanes: how many processes are at work at once, where that is possible
    and disturbs no time (`lntx.measure.study.driver`). brief: the ways, beside the first, of the loops in lntx's own suites
    that there is time for beside all else, in one process each; none where there is time for all.
    """

    name: str
    replicates: int
    run_s: float
    rounds_s: float
    checks_s: float
    limit_s: float
    least: int = 3
    most: int = 100
    steps: int = 0
    lanes: int = 1
    brief: tuple[str, ...] = ()


PROFILES: Mapping[str, Profile] = {
    "smoke": Profile("smoke", replicates=1, run_s=0.1, rounds_s=0.1, checks_s=0.3, limit_s=120),
    "regular": Profile(
        "regular",
        replicates=3,
        run_s=0.15,
        rounds_s=0.15,
        checks_s=0.3,
        limit_s=120,
        lanes=2,
        brief=("compiled:step",),
    ),
    "wide": Profile("wide", replicates=3, run_s=0.15, rounds_s=0.15, checks_s=0.3, limit_s=120),
    "large": Profile("large", replicates=5, run_s=2.0, rounds_s=2.0, checks_s=10.0, limit_s=900),
    "gate": Profile(
        "gate", replicates=1, run_s=0.1, rounds_s=0.02, checks_s=0, limit_s=120, least=1, most=1, steps=100
    ),
}
"""smoke shows within five minutes that everything works; regular is what two cores do in six to eight minutes, with two
processes at work except while anything is timed; wide has its budgets and all points of large, half an hour; large is for a
night, and for intervals that are narrow. gate is for `lntx gate`, which times by itself: both arms must do the same work,
however long it takes them.

A run is made half a dozen times in a cell, so that with each new backend a shorter run_s saves most, and costs neither a
process nor a round nor a checkpoint.
"""


def profile(name: str) -> Profile:
    """Find a profile; InputError with the nearest name when there is none."""
    if name not in PROFILES:
        raise InputError(f"no profile is called {name!r}; {suggestion(name, PROFILES)}")
    return PROFILES[name]


@dataclass(frozen=True, slots=True)
class Axis:
    """The one thing that a suite varies, and its values in each profile; a profile without any leaves the suite out.

    Where regular isn't given it has smoke's values, and large has regular's.
    """

    name: str
    smoke: tuple[Any, ...]
    regular: tuple[Any, ...] | None = None
    large: tuple[Any, ...] | None = None

    def values(self, profile: str) -> tuple[Any, ...]:
        """Look the values of a profile up."""
        regular = self.smoke if self.regular is None else self.regular
        large = regular if self.large is None else self.large
        return {"regular": regular, "wide": large, "large": large}.get(profile, self.smoke)
