"""Benchmarks of somebody else's suite that the last run lacks, or that are new in it: no ratio tells of those."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 6
TOPIC = "What changed"
TOGETHER = True
_NAMED = 6  # benchmarks in a sentence


def find(frames: Frames) -> Iterator[Finding]:
    """Name what the last run lacks of the first or, of three and more, of any before; what is new, of two runs."""
    if len(frames.labels) < 2:  # noqa: PLR2004
        return
    seen = {label: _names(frames, label) for label, _ in frames.order}
    (last, having), *others = reversed(seen.items())
    earlier = {name: None for _, names in reversed(others) for name in names}
    if not having or not earlier or frames.machines:  # parts of one study, or one that lntx made itself
        return
    two = len(others) == 1
    if gone := [name for name in earlier if name not in having]:
        where = others[0][0] if two else "earlier runs"
        text = f"{last} lacks {units.plural(len(gone), 'benchmark')} that {where} {'has' if two else 'have'}"
        yield Finding(
            f"{text}: {_listed(frames, gone)}.",
            "Gone, renamed, or not run; nothing is said of their time.",
            kind="warning",
        )
    if two and (new := [name for name in having if name not in earlier]):
        text = f"{last} has {units.plural(len(new), 'benchmark')} that {others[0][0]} lacks: {_listed(frames, new)}."
        yield Finding(text, "Nothing is there to hold them against.", kind="warning")


def _names(frames: Frames, label: str) -> dict[str, None]:
    """Return the benchmarks of a run, those without a usable time too, as those were run."""
    parts = (frames.foreign, frames.unusable)
    return dict.fromkeys(str(name) for part in parts for name in part["name"][part["study"] == label])


def _listed(frames: Frames, names: list[str]) -> str:
    labels = frames.benchmarks()
    return units.some([labels[name] for name in names], _NAMED)
