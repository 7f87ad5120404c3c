"""Which studies were stopped, or are still being measured, and where they go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lntx import escaping
from lntx.judge.shards import LOST
from lntx.record import Study

FOLDER = "folder"
"""What says in `Study.about` where a study that goes on lies, as its reader knows it; no file of a study says so."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A study that isn't complete: what it lacks, how many cells had their process killed, and its folder if that is known."""

    label: str
    left: int
    killed: int
    folder: str


def unfinished(parts: Sequence[tuple[str, Study]]) -> Iterator[Unfinished]:
    """Yield what studies lack that were stopped, or are still at work; a merged one that lacks shards says so elsewhere."""
    for label, study in parts:
        if study.about.get("complete") is False and not study.about.get(LOST):
            left, killed = (_count(study.about.get(key)) for key in ("left", "lost"))
            yield Unfinished(label, left, killed, escaping.line(study.about.get(FOLDER) or ""))


def _count(told: object) -> int:
    return told if isinstance(told, int) and told > 0 else 0


def placed(study: Study, folder: Path) -> Study:
    """Note of a study that isn't finished where it lies, so that what is said of it can name the command that goes on."""
    incomplete = study.about.get("complete") is False
    return replace(study, about={**study.about, FOLDER: str(folder)}) if incomplete else study
