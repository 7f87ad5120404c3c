"""Memory on top of X (T8): while the problem is made and prepared, and at most, in a fresh process each."""

from collections.abc import Sequence
from typing import Any

from lntx.errors import LntxError
from lntx.report import units
from lntx.targets import Target
from lntx_peers.children.starting import answer
from lntx_peers.contest.contest import Outcome

KEYS = ("T8",)

_BACKENDS = ("fused", "spectral (algebra)")
_SIZES = ((100_000, 1000), (1_000_000, 100), (1_000_000, 10))
_MOST = 0.01  # of X; a copy of it has to pay for itself instead
_MEASURES = {"way_in_bytes": "memory on top of X on the way in", "added_bytes": "memory on top of X at most"}
_PLAIN = {  # large arrays go back to the system at once, and come page by page: what is measured is what is needed
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "NUMPY_MADVISE_HUGEPAGE": "0",
}


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Measure wide and narrow X."""
    repeats = 1 if quick else 2
    found: list[Target] = []
    for samples, features in ((60_000, 100), (60_000, 10)) if quick else _SIZES:
        for contestant in _BACKENDS:
            found += _targets(contestant, samples, features, repeats)
    return Outcome(tuple(found))


def _targets(contestant: str, samples: int, features: int, repeats: int) -> list[Target]:
    name, reason, answers = contestant.partition(" ")[0], "", []
    try:
        answers = [answer("memory", name, samples, features, more=_PLAIN) for _ in range(repeats)]
        reason = _unusable(answers)
    except LntxError as error:
        reason = str(error)
    task = f"{samples:,} x {features}, full batch"
    limit = "" if reason else _limit(name, answers[-1])
    paid = [] if reason else [value for found in answers for value in found.get("pays", ())]
    targets = [
        Target(
            key="T8",
            task=task,
            contestant=contestant,
            measure=measure,
            unit="share",
            sense="at most",
            wanted=None if paid else _MOST,
            values=() if reason else tuple(found[part] / found["x_bytes"] for found in answers),
            limit=limit,
            reason=reason,
        )
        for part, measure in _MEASURES.items()
    ]
    if paid:
        measure = "with its copy of X as fast as manual without, preparing included"
        targets.append(Target("T8", task, contestant, measure, "times", "at least", 1.0, tuple(paid), limit=limit))
    return targets


def _unusable(answers: Sequence[Any]) -> str:
    """Say why answers can't be used; empty where they can."""
    if not all(found["ok"] for found in answers):
        return "its weights are not those of the reference"
    return "" if all("added_bytes" in found for found in answers) else "only Linux tells a process's peak of memory"


def _limit(name: str, found: Any) -> str:
    """Say the bytes, and that they are a copy where they are as many as X has."""
    x, way_in, added = (found[part] / 1e6 for part in ("x_bytes", "way_in_bytes", "added_bytes"))
    said = f"X has {units.digits(x)} MB; {units.digits(way_in)} MB come on top on the way in, {units.digits(added)} MB at most"
    if way_in >= x:
        said += f": {name} lays so few features out feature by feature, which fills the vector units and is a copy of X"
    return said
