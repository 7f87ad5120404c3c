"""Benchmarks that lntx did not run: any project's pytest-benchmark file."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 80
TOPIC = "Which is fastest"


def find(frames: Frames) -> Iterator[Finding]:
    """Name the slowest and the fastest, and say what such a file can't tell."""
    if frames.foreign.empty:
        return
    medians = frames.foreign.groupby(["study", "name"], sort=False)["seconds"].median().sort_values(kind="stable")
    names = [str(name) for _, name in medians.index]
    slowest = f"{names[-1]} is the slowest, with a median of {units.seconds(float(medians.iloc[-1]))}"
    fastest = f"; {names[0]} is the fastest, with {units.seconds(float(medians.iloc[0]))}" if len(names) > 1 else ""
    count = f"{units.plural(len(names), 'benchmark')} from a pytest-benchmark file that lntx did not measure."
    limits = "Their rounds come from one process, so there is no interval, and nothing proves what they computed."
    yield Finding(f"{slowest}{fastest}.", f"{count} {limits}", "foreign")
