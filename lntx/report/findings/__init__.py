"""Findings: plain sentences computed from the records, each with the numbers that carry it.

A file here answers one question, and is found by its stem. It has `ORDER` (its place among the findings), `TOPIC` (one of
`TOPICS`) and `find(frames)`, which yields findings or, where the records don't answer its question, nothing. Of several
studies it is asked one by one, unless it says `TOGETHER = True`.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from types import ModuleType

from lntx.report.document import Finding
from lntx.report.frames import Frames

_TWO = 2
TOPICS = (
    "What to do",
    "What changed",
    "Which is fastest",
    "What starting costs",
    "How time grows",
    "How near the machine's limit",
    "How much memory it takes",
    "Whether to trust this",
)
"""What findings are about, in the order of the page."""


def findings(frames: Frames) -> tuple[Finding, ...]:
    """Compute all findings, warnings first."""
    modules = [import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__)]
    modules.sort(key=lambda module: module.ORDER)
    apart = len(frames.labels) > 1 and not (frames.cells.empty and frames.absences.empty)
    studies = {label: frames.only(label) for label in frames.labels} if apart else {"": frames}
    found = [
        replace(finding, topic="" if finding.kind == "warning" else module.TOPIC, source=_stem(module))
        for module in modules
        for finding in _of(module, frames, studies)
    ]
    return tuple(sorted(found, key=_order))


def _stem(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _order(finding: Finding) -> tuple[int, int, bool]:
    """Put what to do first, then warnings, then topic by topic, what was found before what is only to be known."""
    if finding.kind == "warning":
        return (1, 0, False)
    place = TOPICS.index(finding.topic)
    return (2 * (place > 0), place, finding.kind == "note")


def _of(module: ModuleType, frames: Frames, studies: Mapping[str, Frames]) -> Iterator[Finding]:
    """Ask for all studies together, or for each; what is said of all of them is said once."""
    if getattr(module, "TOGETHER", False) or len(studies) == 1:
        yield from module.find(frames)
        return
    said = {label: list(module.find(study)) for label, study in studies.items()}
    told: set[str] = set()
    for label, found in said.items():
        for finding in found:
            everywhere = all(finding.text in {other.text for other in others} for others in said.values())
            if not everywhere:
                yield replace(finding, text=f"{label}: {finding.text}")
            elif finding.text not in told:
                told.add(finding.text)
                so = f"So in {'both' if len(studies) == _TWO else f'all {len(studies)}'} studies"
                yield replace(finding, detail=f"{so}; of {label}: {finding.detail}" if finding.detail else f"{so}.")
