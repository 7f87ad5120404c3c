"""The ranks that a training has: those that it is started among, or as many as it starts by itself."""

import os

import torch

from lntx.errors import InputError
from lntx.training.device import known
from lntx.training.linear.problem import Problem
from lntx.training.linear.ranks import identity, joined, process_group
from lntx.training.linear.ranks.local import Ranks, started
from lntx.training.recipe import Recipe

VARIANTS = {"1": "one rank", "2": "two ranks", "3": "three ranks", "4": "four ranks"}
"""How many ranks a variant starts, and in words."""
COUNT = "LNTX_RANKS"
"""The variable that says how many, where no variant does."""
_MOST, _LEAST = 8, 2  # that are started unasked
_CEILING = 256  # threads of one process; more is a mistake in writing


def refuses(device: str, variant: str) -> str | None:
    """Say why there can't be these ranks on such a device; None where there can."""
    if reason := process_group.refuses(device):
        return reason
    try:
        place = joined.given()
        if place is None:
            devices(device, variant)
    except InputError as error:
        return str(error)
    if place and variant and place.ranks != int(variant):
        return f"it is {VARIANTS[variant]}, and this process is one of {place.ranks}; start as many, or leave :{variant} away"
    return None


def assembled(problem: Problem, recipe: Recipe, device: str, backend: str, variant: str) -> Ranks:
    """Have the ranks of a training, in this process all of them or the one that it is; returns when all are there.

    Raises InputError where others are about to do something else, and Lost where one doesn't come in time.
    """
    place = joined.given()
    if place is None:
        return started(devices(device, variant))
    own = joined.device_of(place, device)
    facts = identity.facts(problem, recipe, backend) if place.ranks > 1 else {}
    meeting = joined.met(place)
    return Ranks((meeting.group(own, facts),), given=True, part=meeting.part if place.ranks > 1 else None)


def devices(device: str, variant: str = "") -> list[str]:
    """Choose a device for each rank that is to be started; InputError where there are too few."""
    kind, index = known(device)
    count = int(variant) if variant else asked()
    if kind == "cpu":
        return ["cpu"] * (count or min(max(_LEAST, torch.get_num_threads()), _MOST))
    if index and (count or 1) == 1:
        return [device]
    there = torch.cuda.device_count()
    if index or (count or 1) > there:
        have = f"{device} is one" if index else f"this machine has {there}"
        raise InputError(f"each rank takes a GPU of its own, of which {have}; ask for fewer ranks than {count}")
    return [f"cuda:{i}" for i in range(count or there)]


def asked() -> int | None:
    """Return how many ranks the variable asks for; None for none. InputError for what is no such number."""
    said = os.environ.get(COUNT)
    if not said:
        return None
    if said.isdecimal() and said.isascii() and 1 <= int(said) <= _CEILING:
        return int(said)
    raise InputError(f"{COUNT} must be a number of ranks, from 1 to {_CEILING}, not {said!r}")
