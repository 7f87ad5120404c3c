"""Where the times of somebody else's suite changed level, run by run."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.analysis.runs import runs, telling
from lntx.report.analysis.trend import ENOUGH
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 2
TOPIC = "What changed"
TOGETHER = True
_NAMED = 6  # benchmarks in a sentence
_HOW = "By change points (PELT) on the logarithms of each benchmark's times."


def find(frames: Frames) -> Iterator[Finding]:
    """Say which benchmarks of somebody else's suite reached a new level, the furthest first, and on which machines."""
    found = runs(frames)
    if found.empty:
        return
    count, detail = units.plural(found["study"].nunique(), "run"), " ".join([_HOW, *_machines(frames)])
    if found["name"].value_counts().max() < ENOUGH:
        seen = count if found["study"].nunique() < ENOUGH else f"The runs of each benchmark ({count} in all)"
        text = f"{seen} are too few to look for new levels: that takes {ENOUGH}."
        yield Finding(text, " ".join(_machines(frames)), "nightly", "note")
        return
    changed = found[found["change"].astype(bool)]
    names = telling(changed, len(changed)) if len(changed) else []
    if not names:
        yield Finding(f"Over {count} no benchmark's time changes level.", detail, "nightly", "note")
        return
    labels = frames.benchmarks()
    words = []
    for name in names[:_NAMED]:
        last = changed[changed["name"] == name].iloc[-1]
        before = found[(found["name"] == name) & (found["turn"] < last["turn"])].iloc[-1]
        step = units.digits(float(last["level"] / before["level"]))
        words.append(f"{labels[name]} at {last['study']} ({step} times the level before)")
    rest = [f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    yield Finding(f"Over {count}, times reach a new level: {units.listing([*words, *rest])}.", detail, "nightly")


def _machines(frames: Frames) -> Iterator[str]:
    for fact in frames.differences:
        if fact.fact in {"cpu", "gpu", "python", "os"}:
            values = list(dict.fromkeys(value or "unknown" for value in fact.said))
            shown = units.listing(
                values if len(values) <= _NAMED else [*values[:_NAMED], f"{len(values) - _NAMED} more"]
            )
            yield f"The runs differ in their {fact.fact} ({shown}), so a new level may be the machine's."
