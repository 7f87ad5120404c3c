"""What was read of somebody else's file, gathered to a study."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lntx.record import Record, Study, Unusable
from lntx.storage.foreign import times

_UNKNOWN = {"unversioned", "unknown", ""}
"""What pytest-benchmark writes for a commit that it doesn't know."""


def study(found: list[Record | Unusable], machine: Any = None, commit: Any = None, ended: Any = None) -> Study:
    """Make a study of what was read, on which nothing else depends: a machine or a commit that can't be read isn't known."""
    known = isinstance(commit, Mapping) and str(commit.get("id") or "") not in _UNKNOWN
    found = numbered(found)
    return Study(
        records=tuple(one for one in found if isinstance(one, Record)),
        machine=dict(machine) if isinstance(machine, Mapping) else {},
        about={"ended": times.moment(ended), "commit": dict(commit) if known else {}},
        unusable=tuple(one for one in found if isinstance(one, Unusable)),
    )


def numbered(found: list[Record | Unusable]) -> list[Record | Unusable]:
    """Count the benchmarks of each name that stands more than once in a file: `turn` of `of`, among their traits."""
    counts = Counter(one.name for one in found if _named(one))
    turns = Counter[str]()
    counted: list[Record | Unusable] = []
    for one in found:
        if _named(one) and counts[one.name] > 1:
            turns[one.name] += 1
            turn = {"turn": str(turns[one.name]), "of": str(counts[one.name])}
            counted.append(replace(one, traits={**one.traits, **turn}))
        else:
            counted.append(one)
    return counted


def _named(one: Record | Unusable) -> bool:
    """Whether its name is all that there is to go by; a cell of lntx's own is measured in several processes."""
    return isinstance(one, Unusable) or one.cell is None
