"""Benchmarks that lntx did not run: any project's pytest-benchmark file."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 80
TOPIC = "Which is fastest"
TOGETHER = True
_SOME = "One process ran all rounds of a benchmark, so there is no interval, and nothing proves what was computed."


def find(frames: Frames) -> Iterator[Finding]:
    """Name the slowest and the fastest of the last run, and say what such files can't tell."""
    if frames.foreign.empty:
        return
    latest = [label for label, _ in frames.order if label in set(frames.foreign["study"])][-1]
    last = frames.foreign[frames.foreign["study"] == latest]
    known = last[last["median_s"].notna()].sort_values("median_s", kind="stable")
    where = f"{latest}: " if latest else ""
    detail = " ".join([f"{_counted(frames)}. {_SOME}", *_stated(last)])
    if known.empty:
        yield Finding(
            f"{where}the means of {units.plural(len(last), 'benchmark')} are known, and no medians.", detail, "foreign"
        )
        return
    labels = frames.benchmarks()
    names = [labels[name] for name in known["name"]]
    times = [units.seconds(float(time)) for time in known["median_s"]]
    fastest = f"; {names[0]} is the fastest, with {times[0]}" if len(names) > 1 else ""
    yield Finding(f"{where}{names[-1]} is the slowest, with a median of {times[-1]}{fastest}.", detail, "foreign")


def _counted(frames: Frames) -> str:
    runs = frames.foreign["study"].nunique()
    several = f" in {units.plural(runs, 'run')}" if runs > 1 else ""
    return f"{units.plural(frames.foreign['name'].nunique(), 'benchmark')}{several} that lntx did not measure"


def _stated(last: pd.DataFrame) -> Iterator[str]:
    """Say what of the numbers is somebody else's word."""
    without = last[~last["raw"].astype(bool)]
    if len(without):
        yield f"Of {len(without):,} the file keeps no raw rounds: their numbers are those that it states."
    means = int(last["median_s"].isna().sum())
    if means:
        yield f"Of {means:,} it states a mean and no median; a mean follows every outlier."
