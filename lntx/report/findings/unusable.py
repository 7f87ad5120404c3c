"""Benchmarks in somebody else's file that have no time to go by, and files that hold none."""

from collections import Counter
from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 61
TOPIC = "Whether to trust this"
TOGETHER = True
_NAMED, _TOLD = 5, 40  # names in the sentence, and with their reasons beneath it


def find(frames: Frames) -> Iterator[Finding]:
    """Name what was left out, each once, and why."""
    if frames.unusable.empty:
        return
    labels = frames.benchmarks()
    grouped = Counter((str(row.name), str(row.reason)) for row in each(frames.unusable))
    names = list(dict.fromkeys(labels[name] for name, _ in grouped))
    few = [*names[:_NAMED], f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED else names
    text = f"Left out, as there is no time to go by, {'is' if len(names) == 1 else 'are'} {units.listing(few)}."
    told = [
        f"{labels[name]}: {reason}{f' (in {count} runs)' if count > 1 else ''}."
        for (name, reason), count in list(grouped.items())[:_TOLD]
    ]
    rest = len(grouped) - len(told)
    more = [f"{rest:,} more stand in frames/unusable.csv."] if rest else []
    yield Finding(text, " ".join([*told, *more]), kind="warning")
